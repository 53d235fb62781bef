"""Due instants. Pure: no database, no clock.

Rule `vn-2018.1` (docs/decisions/deadline-rules.md):

- counting begins at the minute of receipt, or at the next working minute where that is outside working time;
- `working_days`: 8 working hours each; `hours`: working hours; the earliest minute by which they have passed;
- `days`: calendar days, same hour; where that is not working time, the same hour of the next working day;
- `same_day`: the end of the working day, or of the next one where counting begins after the cut-off (15:00);
- after a pause, the working time that was left is counted on from the resumption; a due instant never comes earlier.

Rule `vn-2018.1-anew` differs in one thing: after a pause the whole term is counted anew from the resumption.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from portal.clock import LOCAL_ZONE
from portal.deadlines import working
from portal.deadlines.calendar import Calendar
from portal.deadlines.clockwork import DAY_MINUTES, Clockwork, moment_of, to_moment, to_wall_clock
from portal.deadlines.term import Term, checked
from portal.deadlines.working import Line, Pause

RULE = "vn-2018.1"
ANEW = "vn-2018.1-anew"
RULES = (RULE, ANEW)
WORKING_DAY_MINUTES = 8 * 60


@dataclass(frozen=True, slots=True)
class Due:
    """When a dossier is due and by which rule. `working` is made when asked for: most callers never do."""

    at: datetime
    rule: str
    _explain: Callable[[], tuple[Line, ...]] = field(repr=False, compare=False)

    @property
    def working(self) -> tuple[Line, ...]:
        """How `at` came about, line by line."""
        return self._explain()


def due(received_at: datetime, term: Term, calendar: Calendar, rule: str = RULE) -> Due:
    """When a dossier received at that instant is due. Raises Invalid for a wrong term, ValueError outside 2000-2059."""
    checked(term)
    received = moment_of(received_at)
    clockwork = calendar.clockwork
    start = clockwork.next_working(received)
    if term.unit == "same_day":
        end = _end_of_day(start, calendar)
    elif term.unit == "days":
        end = _calendar_days(start, term.number, calendar)
    else:
        minutes = term.number * (WORKING_DAY_MINUTES if term.unit == "working_days" else 60)
        end = clockwork.moment_after(clockwork.worked_until(start) + minutes)
    return Due(_instant(end), rule_of(calendar, rule), lambda: working.of_term(received, start, end, term, calendar))


def resumed(due_at: datetime, paused_at: datetime, resumed_at: datetime, calendar: Calendar, rule: str = RULE) -> Due:
    """The due instant after a pause: what working time was left at the pause is counted on from the resumption.

    A dossier that was late already when it was paused stays due when it was.
    """
    if resumed_at < paused_at:
        raise ValueError("a pause ends after it begins")
    was_due, paused, again = (moment_of(at) for at in (due_at, paused_at, resumed_at))
    clockwork = calendar.clockwork
    left = max(0, clockwork.worked_until(was_due) - clockwork.worked_until(paused))
    start = clockwork.next_working(again)
    end = was_due
    if was_due > paused:
        end = max(was_due, clockwork.moment_after(clockwork.worked_until(start) + left) if left else start)
    pause = Pause(was_due, paused, again, start, end, left)
    return Due(_instant(end), rule_of(calendar, rule), lambda: working.of_pause(pause, calendar))


def restarted(
    due_at: datetime, paused_at: datetime, resumed_at: datetime, term: Term, calendar: Calendar, *, rule: str = ANEW
) -> Due:
    """The due instant after a pause where the rule counts anew: the whole term, from the resumption.

    A dossier that was late already when it was paused stays due when it was.
    """
    if resumed_at < paused_at:
        raise ValueError("a pause ends after it begins")
    if moment_of(due_at) <= moment_of(paused_at):
        return resumed(due_at, paused_at, resumed_at, calendar, rule)
    found = due(resumed_at, term, calendar, rule)
    if found.at >= due_at:
        return found
    return settled(due_at, calendar, rule)


def settled(due_at: datetime, calendar: Calendar, rule: str = RULE) -> Due:
    """A due instant that was decided: itself, or the end of the next working day where its day has come to be off."""
    decided = moment_of(due_at)
    end = decided
    if not calendar.works_on(to_wall_clock(decided).date()):
        end = _close(_next_working_day(decided, calendar.clockwork), calendar)
    return Due(_instant(end), rule_of(calendar, rule), lambda: working.of_decision(decided, end, calendar))


def working_minutes(begin: datetime, end: datetime, calendar: Calendar) -> int:
    """Working minutes between two instants; negative where `end` comes first."""
    clockwork = calendar.clockwork
    return clockwork.worked_until(moment_of(end)) - clockwork.worked_until(moment_of(begin))


def moment_with(minutes: int, at: datetime, calendar: Calendar) -> datetime:
    """The instant by which so many working minutes will have passed since `at`."""
    clockwork = calendar.clockwork
    return _instant(clockwork.moment_after(clockwork.worked_until(moment_of(at)) + minutes))


def rule_of(calendar: Calendar, rule: str = RULE) -> str:
    """What the ledger records: version of the rule and of the calendar."""
    return f"{rule}+{calendar.version}"


def versions_of(recorded: str) -> tuple[str, str] | None:
    """Rule and calendar of what the ledger records; None for a due instant that was decided, or for no rule of ours."""
    rule, plus, version = recorded.partition("+")
    return (rule, version) if plus and rule in RULES else None


def _end_of_day(start: int, calendar: Calendar) -> int:
    wall_clock = to_wall_clock(start)
    if wall_clock.time() > calendar.cut_off_on(wall_clock.date()):
        wall_clock = to_wall_clock(_next_working_day(start, calendar.clockwork))
    return _close(to_moment(wall_clock), calendar)


def _close(moment: int, calendar: Calendar) -> int:
    """When the office closes on that day, a working day."""
    day = to_wall_clock(moment).date()
    return to_moment(datetime.combine(day, calendar.hours_of(day)[-1][1]))


def _next_working_day(start: int, clockwork: Clockwork) -> int:
    """The first working minute of a later day."""
    return clockwork.next_working((start // DAY_MINUTES + 1) * DAY_MINUTES)


def _calendar_days(start: int, number: int, calendar: Calendar) -> int:
    end = start + number * DAY_MINUTES
    clockwork = calendar.clockwork
    while not clockwork.is_working(end):
        if calendar.works_on(to_wall_clock(end).date()):
            return clockwork.next_working(end)
        end = _next_working_day(end, clockwork) // DAY_MINUTES * DAY_MINUTES + start % DAY_MINUTES
    return end


def _instant(moment: int) -> datetime:
    return to_wall_clock(moment).replace(tzinfo=LOCAL_ZONE).astimezone(UTC)
