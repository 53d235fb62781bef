"""Which unit a step means: by the dated register, and where a unit has ended, by its successor."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy.orm import Session

from portal.processes.definition import RECEIVING, SUPERIOR, Process
from portal.units import queries as units
from portal.units.heirs import lasting
from portal.units.queries import Unit


def meant(session: Session, word: str, *, desk_unit_id: int, on: date) -> Unit | None:
    """The unit that a step's word or code means for a dossier whose desk this is; None where it means none that day."""
    if word == RECEIVING:
        return units.unit(session, desk_unit_id, on=on)
    if word == SUPERIOR:
        above = units.upwards(session, desk_unit_id, on=on)[1:]
        return units.unit(session, above[0], on=on) if above else None
    named = units.by_agency_code(session, word)
    return None if named is None else lasting(session, named.id, on=on)


def everywhere(
    session: Session, process: Process, receivers: Collection[Unit], *, on: date
) -> list[tuple[str, Mapping[str, int | None]]]:
    """For each receiving unit, what the words and codes of the process mean there."""
    words = {step.unit for step in process.steps}
    by_code = units.names_of(session, words - {RECEIVING, SUPERIOR})
    named = {code: lasting(session, unit.id, on=on) for code, unit in by_code.items()}
    fixed = {code: unit.id if unit else None for code, unit in named.items()}
    return [(unit.agency_code, {**fixed, RECEIVING: unit.id, SUPERIOR: unit.parent_id}) for unit in receivers]
