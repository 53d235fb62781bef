"""Where a form's answers may come from before anybody types: the person, the receiving unit, their other dossiers."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.dossiers import reach
from portal.dossiers.models import Dossier, DossierContent
from portal.dossiers.rows import AnySelect
from portal.people import queries as people
from portal.procedures import queries as procedures
from portal.procedures.definition import Field
from portal.units import queries as units

EARLIER = "earlier."
MOST_DOSSIERS = 10  # the newest so many of a person are looked through


def sources(
    session: Session,
    fields: Iterable[Field],
    *,
    person_id: int,
    unit_id: int | None,
    on: date,
    mandate_id: int | None = None,
) -> dict[str, Any]:
    """Values by the name that a `prefill` uses, of those that these fields name; no statement where they name none.

    Where somebody else fills it in by a mandate, of the person's other dossiers only those filed by that mandate: they
    may read no others.
    """
    wanted = {field.prefill: field for field in fields if field.prefill}
    found: dict[str, Any] = {}
    if any(name.startswith("identity.") for name in wanted):
        found |= _identity(session, person_id)
    if unit_id and any(name.startswith("unit.") for name in wanted):
        unit = units.unit(session, unit_id, on=on)
        found |= {"unit.name": unit.name, "unit.code": unit.agency_code} if unit else {}
    earlier = {name.removeprefix(EARLIER): field for name, field in wanted.items() if name.startswith(EARLIER)}
    theirs = _NEWEST.where(reach.own(person_id))
    readable = theirs if mandate_id is None else theirs.where(Dossier.mandate_id == mandate_id)
    return found | {f"{EARLIER}{key}": answer for key, answer in _earlier(session, readable, earlier).items()}


def _identity(session: Session, person_id: int) -> dict[str, Any]:
    person = people.person(session, person_id)
    if person is None:
        return {}
    known = {
        "name": person.name,
        "national_id": person.national_id,
        "born_on": person.born_on.isoformat() if person.born_on else None,
        "email": person.email,
        "phone": person.phone,
        "address": person.address,
        "tax_code": person.tax_code,
    }
    return {f"identity.{name}": value for name, value in known.items() if value}


def _earlier(session: Session, readable: AnySelect, wanted: dict[str, Field]) -> dict[str, Any]:
    """The newest answer to each key, where it was given to a field of the same type."""
    found: dict[str, Any] = {}
    if not wanted:
        return found
    for row in session.execute(readable):
        missing = wanted.keys() - found.keys()
        found |= _answers(session, row.revision_id, row.answers, {key: wanted[key].type for key in missing})
        if len(found) == len(wanted):
            break
    return found


def _answers(session: Session, revision_id: int, answers: dict[str, Any], types: dict[str, Any]) -> dict[str, Any]:
    there: Collection[str] = types.keys() & answers.keys()
    procedure = procedures.revision(session, revision_id) if there else None
    if procedure is None:
        return {}
    fields = {field.key: field.type for field in procedure.form.fields}
    return {key: answers[key] for key in there if fields.get(key) == types[key]}


_NEWEST = (
    select(Dossier.revision_id, DossierContent.answers)
    .join(DossierContent, DossierContent.dossier_id == Dossier.id)
    .order_by(Dossier.id.desc())
    .limit(MOST_DOSSIERS)
)
