"""Which entries of the log concern a dossier, a unit with all below it, or a procedure."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import log
from portal.ledger.queries import Logged
from portal.units import queries as units


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of the three is set."""

    dossier: str | None = None
    procedure: str | None = None
    units: frozenset[str] | None = None


def subject(session: Session, about: str, code: str, *, on: date) -> Wanted:
    if about == "unit":
        return Wanted(units=below(session, code, on))
    return Wanted(dossier=code) if about == "dossier" else Wanted(procedure=code)


def entries(session: Session, low: int, high: int, wanted: Wanted) -> list[Logged]:
    """Those of the entries `low` up to `high` that concern it, oldest first. Sealed ones concern nobody."""
    found = [entry for entry in reversed(log.between(session, low, high)) if entry.act and not entry.broken]
    if wanted.dossier is not None:
        return [entry for entry in found if entry.act and entry.act.reference == wanted.dossier]
    if wanted.procedure is not None:
        return [entry for entry in found if entry.act and entry.act.procedure == wanted.procedure]
    positions = _positions(session, low, high, wanted.units or frozenset())
    return [entry for entry in found if entry.position in positions]


def below(session: Session, code: str, on: date) -> frozenset[str]:
    """The agency codes of the unit and of everything below it on that day; the code alone where it is no more."""
    unit = units.by_agency_code(session, code)
    inside = units.within(session, unit.id, on=on) if unit else frozenset()
    return frozenset({code, *(found.agency_code for found in units.units_on(session, on=on) if found.id in inside)})


def _positions(session: Session, low: int, high: int, codes: frozenset[str]) -> frozenset[int]:
    """The entries of these units' feeds: by them, or on dossiers that they received."""
    rows = session.execute(
        text(
            "select position from ledger_unit_feed where unit = any(:codes) and position >= :low and position < :high"
        ),
        {"codes": sorted(codes), "low": low, "high": high},
    )
    return frozenset(rows.scalars())
