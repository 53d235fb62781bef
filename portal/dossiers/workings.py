"""How a due instant came about, counted again from the acts, the term, and the calendars that were recorded. Pure.

The same for the desk, the person and the public: all that it needs is in the ledger. A due instant that an extension
gave was decided, not counted; later pauses count from it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from portal.deadlines.calendar import Calendar
from portal.deadlines.counting import Due, due, settled
from portal.deadlines.term import Term
from portal.dossiers.life import Act, ends_pause, pauses
from portal.dossiers.running import again, rule_under
from portal.dossiers.taking_back import counting

CalendarOf = Callable[[str], Calendar | None]


class Fact(Protocol):
    """What a working needs of an act."""

    @property
    def act(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def rule(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Working:
    """How an act came to its due instant; no counts where it was decided, or cannot be counted again here."""

    act: str
    at: datetime
    due_at: datetime
    rule: str
    counts: tuple[Due, ...]


def of(facts: Iterable[Fact], term: Term | None, calendar_of: CalendarOf) -> tuple[Working, ...]:
    """One for the receipt, for each pause that ended, for an extension, and for each time it was recounted."""
    found: list[Working] = []
    before: list[Fact] = []
    for fact in counting(facts):
        if fact.due_at is not None and fact.rule is not None and _gives(fact, before):
            counts = _counts(fact, before, term, calendar_of)
            agrees = bool(counts) and counts[-1].at == fact.due_at
            found.append(Working(fact.act, fact.at, fact.due_at, fact.rule, counts if agrees else ()))
        before.append(fact)
    return tuple(found)


def recounted(facts: Iterable[Fact], term: Term, calendar: Calendar, rule: str) -> tuple[Due, ...]:
    """The whole life of the term again, by this calendar: receipt, decision and pauses; the last one is due now."""
    counts: list[Due] = []
    paused_at: datetime | None = None
    for fact in counting(facts):
        if fact.act == Act.RECEIVED:
            counts = [due(fact.at, term, calendar, rule)]
        elif fact.act == Act.EXTENDED and fact.due_at is not None:
            counts = [settled(fact.due_at, calendar, rule)]
        elif paused_at is not None and counts and ends_pause(fact.act):
            counts.append(again(counts[-1].at, paused_at, fact.at, calendar, rule, term))
            paused_at = None
        if pauses(fact.act) and counts:
            paused_at = fact.at
    return tuple(counts)


def _gives(fact: Fact, before: Sequence[Fact]) -> bool:
    if fact.act in (Act.RECEIVED, Act.EXTENDED, Act.RECOUNTED):
        return True
    return _paused(before) is not None and ends_pause(fact.act)


def _counts(fact: Fact, before: Sequence[Fact], term: Term | None, calendar_of: CalendarOf) -> tuple[Due, ...]:
    calendar = calendar_of(fact.rule or "")
    if calendar is None or term is None or fact.act == Act.EXTENDED:
        return ()
    rule, paused = rule_under(fact.rule), _paused(before)
    if fact.act == Act.RECEIVED:
        return (due(fact.at, term, calendar, rule),)
    if fact.act == Act.RECOUNTED:
        return recounted(before, term, calendar, rule)
    if paused is None or paused.due_at is None:
        return ()
    return (again(paused.due_at, paused.at, fact.at, calendar, rule, term),)


def _paused(before: Sequence[Fact]) -> Fact | None:
    """The latest act before, as far as the clock stands still since: with the due instant as it stands now."""
    for number in range(len(before) - 1, -1, -1):
        if ends_pause(before[number].act):
            return None
        if pauses(before[number].act):
            return _with_due_of(before[number], before[-1]) if before[number].due_at is not None else None
    return None


@dataclass(frozen=True, slots=True)
class _Paused:
    act: str
    at: datetime
    due_at: datetime | None
    rule: str | None


def _with_due_of(paused: Fact, last: Fact) -> Fact:
    """A recount while the clock stood still moved what was due."""
    return _Paused(paused.act, paused.at, last.due_at, last.rule)
