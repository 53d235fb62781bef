"""The units a person chooses among, as options of a list grouped by the unit above."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from portal.access import register_day
from portal.procedures.form import Field, Form
from portal.procedures.procedure import Procedure, receiving_units
from portal.units import queries as units
from portal.units.queries import Unit

Options = list[Any]  # (value, label) or (group label, [(value, label), ...]), as macros/form.html takes them


def receivers(session: Session, procedure: Procedure) -> tuple[Unit, ...]:
    """The units that receive this procedure today, in Vietnamese order."""
    return receiving_units(procedure, units.units_on(session, on=register_day()))


def receiver_options(session: Session, procedure: Procedure, lang: str) -> Options:
    """The receiving units by id."""
    everywhere = units.units_on(session, on=register_day())
    return _grouped(receiving_units(procedure, everywhere), everywhere, lang, lambda unit: str(unit.id))


def field_options(session: Session, fields: Iterable[Field], lang: str) -> Mapping[str, Options]:
    """Options of these fields, valued by agency code: units by level, a place's communes by `place@` its day."""
    listed = tuple(fields)
    levels = {field.level for field in listed if field.type == "unit" and field.level}
    days = {field.as_of for field in listed if field.type == "place"}
    on = {day: register_day() if day == "today" else date.fromisoformat(day) for day in days}
    found = {day: units.units_on(session, on=on[day]) for day in days}
    today = found.get("today") or (units.units_on(session, on=register_day()) if levels else ())
    options = {level: _of_level(level, today, lang) for level in levels}
    return options | {f"place@{day}": _of_level("commune", everywhere, lang) for day, everywhere in found.items()}


def _of_level(level: str, everywhere: Sequence[Unit], lang: str) -> Options:
    chosen = [unit for unit in everywhere if unit.level == level]
    return _grouped(chosen, everywhere, lang, lambda unit: unit.agency_code)


def field_names(session: Session, form: Form, answers: Mapping[str, Any], lang: str) -> dict[str, str]:
    """Names of the units that the answers mention, by agency code."""
    codes = {answers[field.key] for field in form.fields if field.type == "unit" and field.key in answers}
    if not codes:
        return {}
    return {code: unit.name_in(lang) for code, unit in units.names_of(session, codes).items()}


def _grouped(chosen: Iterable[Unit], everywhere: Sequence[Unit], lang: str, value: Any) -> Options:
    """Flat where all have one parent, else one group a parent in the order of the parents."""
    by_parent: dict[int | None, list[tuple[str, str]]] = {}
    for unit in chosen:
        by_parent.setdefault(unit.parent_id, []).append((value(unit), unit.name_in(lang)))
    if len(by_parent) <= 1:
        return [option for options in by_parent.values() for option in options]
    return [(unit.name_in(lang), by_parent[unit.id]) for unit in everywhere if unit.id in by_parent]
