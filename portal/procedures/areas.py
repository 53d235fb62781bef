"""The places that an address is chosen from: the communes of a day, each with what it lay in then.

A day before July 2025 has province, district and commune, a later one province and commune. What is kept of a
chosen place are the codes and the words of that day, so that it reads the same after the next reform.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from portal.units.queries import Unit

LEVELS = ("commune", "district", "province")
ELSEWHERE = "elsewhere"  # the choice that is no unit of the register


@dataclass(frozen=True, slots=True)
class Area:
    """A commune with the units above it: agency codes by level, and the names from the smallest on."""

    codes: Mapping[str, str]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Areas:
    """All that may be chosen on a day, by the commune's agency code."""

    on: date
    by_code: Mapping[str, Area]


def areas(everywhere: Iterable[Unit], *, on: date) -> Areas:
    """From the units of that day."""
    by_id = {unit.id: unit for unit in everywhere}
    communes = [unit for unit in by_id.values() if unit.level == "commune"]
    return Areas(on, {unit.agency_code: _area(unit, by_id) for unit in communes})


def _area(commune: Unit, by_id: Mapping[int, Unit]) -> Area:
    line = [commune]
    while (above := by_id.get(line[-1].parent_id or 0)) is not None and above.level in LEVELS:
        line.append(above)
    return Area({unit.level: unit.agency_code for unit in line}, tuple(unit.name for unit in line))
