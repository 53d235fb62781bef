"""What stands against submitting: a form's reading with what it chooses from, and the files it still needs."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from portal.dossiers.sources import sources
from portal.procedures.areas import Areas, areas
from portal.procedures.beforehand import beforehand
from portal.procedures.definition import Answer, Field, Form, Reading, missing_files, read
from portal.units import queries as units


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form's unit and place fields choose from: agency codes by level, areas by the day they are of."""

    units: Mapping[str, frozenset[str]]
    places: Mapping[str, Areas]


def examine(
    session: Session,
    form: Form,
    raw: Mapping[str, list[str]],
    *,
    attached: Collection[str],
    person_id: int,
    unit_id: int | None,
    day: date,
    on: date,
    mandate_id: int | None = None,
) -> Reading:
    """The form's reading with the files it still needs. `day` is today, `on` the day of the register of units.

    `person_id`: whom it is for, 0 where nobody's data may be used; `mandate_id`: by which somebody else fills it in.
    """
    known = choices(session, form, on=on)
    corrigible = [field for field in form.fields if field.with_reason]
    facts: dict[str, Any] = {"person_id": person_id, "mandate_id": mandate_id, "unit_id": unit_id}
    was = filled(session, corrigible, known, day=day, on=on, **facts)
    reading = read(form, raw, on=day, units=known.units, places=known.places, filled=was)
    return Reading(reading.answers, (*reading.problems, *missing_files(form, reading.answers, attached=attached)))


def choices(session: Session, form: Form, *, on: date) -> Choices:
    """What there is to choose from on that day; a statement a day that the form names, none where it names none."""
    levels = {field.level for field in form.fields if field.type == "unit" and field.level}
    days = {field.as_of for field in form.fields if field.type == "place"}
    found = {day: units.units_on(session, on=_day_of(day, on)) for day in days | ({"today"} if levels else set())}
    return Choices(
        {level: frozenset(unit.agency_code for unit in found["today"] if unit.level == level) for level in levels},
        {day: areas(found[day], on=_day_of(day, on)) for day in days},
    )


def filled(
    session: Session,
    fields: Iterable[Field],
    known: Choices,
    *,
    person_id: int,
    unit_id: int | None,
    day: date,
    on: date,
    mandate_id: int | None = None,
) -> dict[str, Answer]:
    """What is filled in beforehand of these fields, by their keys."""
    listed = [field for field in fields if field.prefill]
    facts: dict[str, Any] = {"person_id": person_id, "mandate_id": mandate_id, "unit_id": unit_id}
    found = sources(session, listed, on=on, **facts) if listed else {}
    return beforehand(listed, found, on=day, units=known.units, places=known.places)


def _day_of(day: str, on: date) -> date:
    return on if day == "today" else date.fromisoformat(day)
