"""Where on a page a signature shows: dated data, because a decree says it (`data/places.yaml`)."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).with_name("data") / "places.yaml"
POINTS = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Box:
    """In points, from the right and the lower edge of the page."""

    right: float
    bottom: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Places:
    """Of one paper: the officer's signature, and the agency's seal that covers part of it on its left."""

    officer: Box
    seal: Box
    agency: Box  # of the agency alone, where no officer signs beside it


def places(on: date) -> Places:
    """As they were to be on that day."""
    rows = [row for row in _rows() if row["valid_from"] <= on] or [_rows()[0]]
    row = rows[-1]
    officer = _box(row["officer"])
    size = row["seal"]["diameter"] * POINTS
    covered = row["seal"]["covers"] * officer.width
    seal = Box(
        right=officer.right + officer.width - covered,
        bottom=officer.bottom + (officer.height - size) / 2,
        width=size,
        height=size,
    )
    return Places(officer, seal, _box(row["agency"]))


@lru_cache(maxsize=1)
def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))["places"]
    return sorted(rows, key=lambda row: row["valid_from"])


def _box(row: dict[str, float]) -> Box:
    return Box(*(row[name] * POINTS for name in ("right", "bottom", "width", "height")))
