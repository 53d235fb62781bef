"""People and organisations without an account: entered by an officer, as the paper showed them at the counter.

Each visit enters a row of its own, so that what one officer types changes nothing that another typed. Nobody signs in
as such a row; `portal.dossiers.taking_over` says when what was filed for it becomes an account's.
"""

import re
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from portal import sealing
from portal.errors import NotFound
from portal.people.models import Person
from portal.people.queries import Person as Known
from portal.people.queries import person

MOST_ROWS = 500  # of one number: more is no person


@dataclass(frozen=True, slots=True)
class Shown:
    """Who somebody is by their paper, and how to reach them; checked for shape by whoever asked."""

    name: str
    national_id: str
    born_on: date
    address: str
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Representative:
    """Who hands an application in for an organisation at the counter, or signed what came by post."""

    name: str
    national_id: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """Which organisation it is by its paper, how to reach it, and who is there for it; checked for shape as `Shown`.

    The representative is kept with the draft and the dossier, never with the organisation.
    """

    name: str
    tax_code: str
    address: str
    representative: Representative
    phone: str | None = None
    email: str | None = None


def enter(session: Session, who: Shown | Organisation, *, officer_id: int, at: datetime) -> int:
    """A new person, or organisation, without an account."""
    row = {"entered_by": officer_id, "created_at": at, **_values(who)}
    return session.execute(insert(Person).values(row).returning(Person.id)).scalar_one()


def correct(session: Session, person_id: int, who: Shown | Organisation) -> None:
    """Write it again, as the paper shows it. NotFound for whoever has an account: they speak for themselves.

    A person stays a person, an organisation an organisation.
    """
    values = _values(who)
    mine = (Person.id == person_id, Person.entered_by.is_not(None), Person.kind == values["kind"])
    if session.scalar(update(Person).where(*mine).values(values).returning(Person.id)) is None:
        raise NotFound("person")


def forget(session: Session, person_ids: Collection[int]) -> None:
    """Delete these, where an officer entered them and nothing is filed for them any more."""
    session.execute(delete(Person).where(Person.id.in_(list(person_ids)), Person.entered_by.is_not(None)))


def numbered(session: Session, national_id: str) -> tuple[Known, ...]:
    """Everybody who was entered with this number."""
    return _entered(session, Person.national_id_index == sealing.blind_index("national_id", national_id))


def coded(session: Session, tax_code: str) -> tuple[Known, ...]:
    """Every organisation that was entered with this code."""
    return _entered(session, Person.tax_code_index == _code_index(tax_code))


def digits(tax_code: str) -> str:
    """A code as two spellings of it agree: `0312345678-001` is `0312345678001`."""
    return re.sub(r"[^0-9]", "", tax_code)


def _entered(session: Session, who: ColumnElement[bool]) -> tuple[Known, ...]:
    here = (who, Person.entered_by.is_not(None))
    ids = session.scalars(select(Person.id).where(*here).order_by(Person.id).limit(MOST_ROWS)).all()
    found = (person(session, one) for one in ids)
    return tuple(one for one in found if one is not None)


def names(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(list(person_ids))))
    return {row.id: row.name for row in rows}


def _values(who: Shown | Organisation) -> dict[str, Any]:
    told = asdict(who)
    if isinstance(who, Organisation):
        del told["representative"]
        return told | {"kind": "organisation", "tax_code_index": _code_index(who.tax_code)}
    told |= {"kind": "citizen", "born_on": who.born_on.isoformat()}
    return told | {"national_id_index": sealing.blind_index("national_id", who.national_id)}


def _code_index(tax_code: str) -> bytes:
    return sealing.blind_index("tax_code", digits(tax_code))
