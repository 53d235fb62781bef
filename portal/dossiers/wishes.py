"""What somebody wants done to a dossier, as they say it, and whether it says all that the act needs. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.deadlines.calendar import Calendar
from portal.dossiers import notes, running, ways
from portal.dossiers.attachments import Stored
from portal.dossiers.life import Act, Need, Outcome, Transition, Way
from portal.dossiers.running import Running
from portal.errors import Invalid
from portal.procedures.definition import Problem

SUPPLEMENT = "supplement"  # the field of files that came with a supplement
RESULT = "result"
MAX_FILES = 10
LONGEST_HOURS = 240  # thirty working days for an opinion


@dataclass(frozen=True, slots=True)
class Wish:
    """An act with what was said along with it."""

    act: Act
    note: str = ""
    note_field: str = "reason"  # the input that the note came from, for problems
    files: Sequence[Stored] = ()
    to_unit_id: int | None = None
    to_officer_id: int | None = None
    from_unit_id: int | None = None  # of a unit that hands over; None: the holding one acts
    hours: int | None = None  # for an opinion that is asked for
    file_ids: Sequence[int] = ()  # what the unit that is asked may open
    shares_answers: bool = False
    opinion_id: int | None = None  # which one is given
    outcome: Outcome | None = None
    until: date | None = None
    way: Way | None = None  # by which the result was returned
    postal_number: str | None = None  # tidy, see `ways`

    @property
    def file_field(self) -> str:
        return RESULT if self.act is Act.RESOLVED else SUPPLEMENT


def checked(wish: Wish, row: Transition, before: Running, *, at: datetime, calendar: Calendar) -> str | None:
    """The note as it will be kept; raises Invalid with everything that is missing or wrong."""
    note, problem = notes.read(wish.note, wish.note_field)
    problems = [problem] if problem else []
    if problem is None and not note and _needs_words(wish, row):
        problems.append(Problem(wish.note_field, "missing"))
    problems += _file_problems(wish, row)
    if Need.OUTCOME in row.needs and wish.outcome not in row.outcomes:
        problems.append(Problem("outcome", "missing" if wish.outcome is None else "not_an_option"))
    if Need.OTHER_UNIT in row.needs and wish.to_unit_id is None:
        problems.append(Problem("to_unit", "missing"))
    if Need.HOURS in row.needs and not (wish.hours and 0 < wish.hours <= LONGEST_HOURS):
        problems.append(Problem("hours", "missing" if wish.hours is None else "hours", {"longest": LONGEST_HOURS}))
    if Need.COLLEAGUE in row.needs and wish.to_officer_id is None:
        problems.append(Problem("to_officer", "missing"))
    if Need.WAY in row.needs:
        problems += ways.problems(wish.way, wish.postal_number)
    if Need.LATER_DUE in row.needs:
        late = running.extension_problem(before, wish.until, at=at, calendar=calendar)
        problems += [late] if late else []
    if problems:
        raise Invalid(*problems)
    return note


def _needs_words(wish: Wish, row: Transition) -> bool:
    if Need.REASON in row.needs:
        return True
    if Need.CONTENT in row.needs:
        return not wish.files
    return Need.REASON_IF_REFUSED in row.needs and wish.outcome is Outcome.REFUSED


def _file_problems(wish: Wish, row: Transition) -> list[Problem]:
    if len(wish.files) > MAX_FILES:
        return [Problem("file", "too_many_files", {"limit": MAX_FILES})]
    if Need.RESULT_FILE_IF_GRANTED in row.needs and wish.outcome is Outcome.GRANTED and not wish.files:
        return [Problem("file", "missing")]
    return []
