"""The indices of Decision 766 out of figures. Pure; names, points and formulae are the dated file `decision-766.toml`.

An index whose data the portal does not have is there, with no ratio and no points: nothing is not zero.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from portal.statistics.figures import Figures, Ratio

FILE = Path(__file__).parent / "data" / "decision-766.toml"


@dataclass(frozen=True, slots=True)
class Definition:
    """One index. `figure` names how it is counted (`_COUNTED`); empty while there is no data."""

    key: str
    vi: str
    en: str
    points: float
    full_at: float
    figure: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group of indices, with the confidence of its points and formulae."""

    key: str
    vi: str
    en: str
    points: float
    confidence: str
    indices: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Version:
    valid_from: date
    source: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """An index of some dossiers. `ratio` None: no data yet; without a denominator it brings no points either."""

    definition: Definition
    ratio: Ratio | None

    @property
    def points(self) -> float | None:
        value = None if self.ratio is None else self.ratio.value
        if value is None:
            return None
        return min(self.definition.points, self.definition.points * value / self.definition.full_at)


def version_on(day: date) -> Version | None:
    """The version in force on that day; None before the first."""
    return next((one for one in reversed(versions()) if one.valid_from <= day), None)


def indices(group: Group, figures: Figures) -> tuple[Index, ...]:
    return tuple(Index(one, _ratio(one, figures)) for one in group.indices)


@cache
def versions() -> tuple[Version, ...]:
    """Every version, oldest first."""
    found = [_version(one) for one in tomllib.loads(FILE.read_text(encoding="utf-8"))["version"]]
    return tuple(sorted(found, key=lambda one: one.valid_from))


def _ratio(definition: Definition, figures: Figures) -> Ratio | None:
    if definition.figure == "not_past_term":
        return Ratio(figures.handled - figures.late - figures.overdue, figures.handled)
    if definition.figure == "online":
        return figures.online_rate
    return None


def _version(data: Mapping[str, Any]) -> Version:
    return Version(data["valid_from"], data["source"], tuple(map(_group, data["group"])))


def _group(data: Mapping[str, Any]) -> Group:
    return Group(
        data["key"],
        data["name_vi"],
        data["name_en"],
        data["points"],
        data["confidence"],
        tuple(
            Definition(
                one["key"], one["name_vi"], one["name_en"], one["points"], one.get("full_at", 1.0), one["figure"]
            )
            for one in data["index"]
        ),
    )
