"""The length of a term, as a procedure states it."""

from dataclasses import dataclass
from typing import Literal, get_args

from portal.errors import Invalid

TermUnit = Literal["hours", "working_days", "days", "same_day"]
LONGEST = {"hours": 8 * 3650, "working_days": 3650, "days": 3650, "same_day": 1}


@dataclass(frozen=True, slots=True)
class Term:
    """`hours` are working hours; `same_day` counts no number (0 or 1 are accepted)."""

    number: int
    unit: TermUnit


def checked(term: Term) -> Term:
    """The term itself; raises Invalid("wrong_term") for one that cannot be counted."""
    least = 0 if term.unit == "same_day" else 1
    if term.unit not in get_args(TermUnit) or not least <= term.number <= LONGEST[term.unit]:
        raise Invalid(code="wrong_term", number=term.number, unit=term.unit)
    return term
