"""The indices of Decision 766 as finished lines."""

from typing import NamedTuple

from portal import display, i18n
from portal.blueprints.ledger.statistics.lines import no_data, percent
from portal.statistics import decision766
from portal.statistics.decision766 import Index
from portal.statistics.figures import Figures
from portal.statistics.periods import Period


class IndexLine(NamedTuple):
    """`parts`: numerator and denominator; empty where there is no data."""

    name: str
    code: str
    parts: tuple[str, str] | None
    ratio: str
    points: str
    most: str


class GroupLine(NamedTuple):
    name: str
    most: str
    confidence: str
    indices: tuple[IndexLine, ...]


def groups(found: Figures, period: Period) -> list[GroupLine]:
    """Those of the version in force on the period's last day; none before the first."""
    version = decision766.version_on(period.last)
    if version is None:
        return []
    english = i18n.language() == "en"
    return [
        GroupLine(
            group.en if english else group.vi,
            display.number(group.points),
            group.confidence,
            tuple(_line(one, english=english) for one in decision766.indices(group, found)),
        )
        for group in version.groups
    ]


def _line(one: Index, *, english: bool) -> IndexLine:
    known, ratio = one.definition, one.ratio
    return IndexLine(
        name=known.en if english else known.vi,
        code=known.key,
        parts=None if ratio is None else (display.number(ratio.numerator), display.number(ratio.denominator)),
        ratio=no_data() if ratio is None else percent(ratio),
        points=no_data() if one.points is None else display.number(one.points, 2),
        most=display.number(known.points),
    )
