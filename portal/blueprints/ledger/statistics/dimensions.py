"""Units and procedures as what figures are told by; asked for once a minute."""

from datetime import date

from portal import i18n
from portal.access import register_day
from portal.blueprints.ledger.names import Remembered
from portal.procedures import queries as procedures
from portal.procedures import sectors
from portal.statistics import places as trees
from portal.statistics.places import Places
from portal.transaction import current_session
from portal.units import queries as units

_trees: Remembered[tuple[str, date], Places] = Remembered()
_fields: Remembered[str, dict[str, str]] = Remembered()


def places(view: str) -> Places:
    """The units "as then" or "as now"."""
    on = register_day()
    return _trees.get([(view, on)], lambda _keys: {(view, on): _tree(view, on)})[view, on]


def procedures_of(field: str) -> frozenset[str]:
    return frozenset(code for code, of in fields().items() if of == field)


def fields() -> dict[str, str]:
    """The field of each procedure of the catalogue."""
    return _fields.get([""], lambda _keys: {"": _every_field()})[""]


def field_choices() -> list[tuple[str, str]]:
    """The fields that have procedures."""
    used = set(fields().values())
    language = i18n.language()
    return [(key, sector.name.in_(language)) for key, sector in sectors.sectors().items() if key in used]


def unit_name(places: Places, code: str) -> str:
    found = places.by_code.get(code)
    return code if found is None else found.unit.name_in(i18n.language())


def _every_field() -> dict[str, str]:
    """By the newest revision: they come in the order of their numbers."""
    return {row.code: row.field for row in procedures.every_revision(current_session())}


def _tree(view: str, on: date) -> Places:
    session = current_session()
    facts = units.every_fact(session)
    if view == "then":
        return trees.as_then(facts)
    return trees.as_now(facts, units.every_succession(session), on=on)
