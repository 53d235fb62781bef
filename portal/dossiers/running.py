"""What an act does to the running of the term. Pure; how time is counted is `portal.deadlines`' matter."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from portal.clock import LOCAL_ZONE, local_day
from portal.deadlines.calendar import Calendar
from portal.deadlines.counting import ANEW, RULE, Due, due, restarted, resumed, versions_of
from portal.deadlines.term import Term
from portal.dossiers.life import Clock
from portal.procedures.definition import Problem

BY_DECISION = "by-decision"  # the rule of a due instant that an extension gave
LONGEST_EXTENSION = timedelta(days=366)


class _Installed:
    rule: str = RULE


def install(rule: str) -> None:
    """The rule by which terms are counted that begin from now on; running ones keep theirs."""
    _Installed.rule = rule


@dataclass(frozen=True, slots=True)
class Running:
    """The due instant, the rule that gave it, and since when the clock stands still."""

    due_at: datetime | None
    rule: str | None
    paused_at: datetime | None


def started(at: datetime, term: Term, calendar: Calendar) -> Running:
    """The clock starts with the receipt."""
    found = due(at, term, calendar, _Installed.rule)
    return Running(found.at, found.rule, None)


def after(clock: Clock, before: Running, *, at: datetime, calendar: Calendar, term: Callable[[], Term]) -> Running:
    """How it runs after an act that neither starts nor extends it; the term is asked for where it is counted anew."""
    if clock is Clock.PAUSE:
        return replace(before, paused_at=at)
    if clock in (Clock.RESUME, Clock.STOP) and before.paused_at is not None:
        return _resumed(before, at, calendar, term)
    return before


def extended(until: date, calendar: Calendar) -> Running:
    """The clock set anew by decision: the end of that working day."""
    last = calendar.hours_of(until)[-1][1]
    return Running(datetime.combine(until, last, LOCAL_ZONE).astimezone(UTC), BY_DECISION, None)


def extension_problem(before: Running, until: date | None, *, at: datetime, calendar: Calendar) -> Problem | None:
    """Why this day cannot be the new one: it must be a working day after the due instant, within a year."""
    if until is None:
        return Problem("until", "missing")
    if until > local_day(at + LONGEST_EXTENSION):
        return Problem("until", "too_late", {"latest": local_day(at + LONGEST_EXTENSION)})
    if not calendar.works_on(until):
        return Problem("until", "not_a_working_day", {"day": until})
    new = extended(until, calendar).due_at
    if new is None or new <= at or (before.due_at is not None and new <= before.due_at):
        return Problem("until", "too_early", {"due": before.due_at})
    return None


def again(  # noqa: PLR0917 - the facts of one count
    was_due: datetime, paused_at: datetime, at: datetime, calendar: Calendar, rule: str, term: Term
) -> Due:
    """The due instant after a pause, by the rule under which the dossier runs."""
    if rule == ANEW:
        return restarted(was_due, paused_at, at, term, calendar)
    return resumed(was_due, paused_at, at, calendar)


def rule_under(recorded: str | None) -> str:
    """The rule of what was recorded; what was decided goes on by the usual one."""
    found = versions_of(recorded or "")
    return found[0] if found else RULE


def _resumed(before: Running, at: datetime, calendar: Calendar, term: Callable[[], Term]) -> Running:
    if before.due_at is None or before.paused_at is None:
        return replace(before, paused_at=None)
    rule = rule_under(before.rule)
    if rule == ANEW:
        found: Due = restarted(before.due_at, before.paused_at, at, term(), calendar)
    else:
        found = resumed(before.due_at, before.paused_at, at, calendar)
    if found.at == before.due_at:
        return replace(before, paused_at=None)
    return Running(found.at, found.rule, None)
