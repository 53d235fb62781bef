"""Today's page of the logbook: what the public ledger says of today, and what was resolved just now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock
from portal.display import number
from portal.i18n import language
from portal.ledger import queries as ledger
from portal.ledger.queries import Dossier, Figures
from portal.procedures.text import Text
from portal.units import queries as units
from portal.units.queries import Unit

LINES = 5


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """One resolution. `shown_at`: the time of day, or the day where it was not today; `position`: in the log."""

    position: int | None
    at: datetime
    shown_at: str
    title: str
    unit: str
    href: str
    late: bool


@dataclass(frozen=True, slots=True)
class Today:
    """What the ledger says, before it has words."""

    on: date
    figures: Figures
    resolved: tuple[Dossier, ...]
    units: Mapping[str, Unit]

    @property
    def procedures(self) -> set[str]:
        return {row.procedure for row in self.resolved if row.procedure is not None}


def today(session: Session, *, at: datetime) -> Today:
    """Three statements, two while nothing is resolved."""
    on = clock.local_day(at)
    resolved = ledger.just_resolved(session, LINES)
    names = units.names_of(session, agency_codes={row.unit for row in resolved})
    return Today(on, ledger.figures(session, on=on), resolved, names)


def figures(found: Figures) -> list[Figure]:
    return [
        Figure(_("hồ sơ nộp"), number(found.filed)),
        Figure(_("hồ sơ tiếp nhận"), number(found.received)),
        Figure(_("hồ sơ có kết quả"), number(found.resolved)),
        Figure(_("có kết quả đúng hạn"), _on_time(found)),
    ]


def _on_time(found: Figures) -> str:
    """The share of those that had a due instant; a dash while there are none."""
    counted = found.on_time + found.late
    if not counted:
        return "–"
    share = 100 * found.on_time / counted
    return f"{number(share, 0 if share.is_integer() else 1)}%"


def lines(found: Today, names: Mapping[str, Text]) -> list[Line]:
    return [_line(row, found, names) for row in found.resolved if row.resolved_at is not None]


def _line(row: Dossier, found: Today, names: Mapping[str, Text]) -> Line:
    at = clock.local(row.resolved_at) if row.resolved_at else clock.local(row.filed_at)
    name = names.get(row.procedure or "")
    unit = found.units.get(row.unit)
    return Line(
        position=row.resolved_position,
        at=at,
        shown_at=at.strftime("%H:%M" if at.date() == found.on else "%d/%m"),
        title=name.in_(language()) if name else row.reference,
        unit=unit.name_in(language()) if unit else row.unit,
        href=url_for("ledger.dossier", reference=row.reference),
        late=row.late,
    )
