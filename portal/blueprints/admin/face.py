"""The blueprint, who administers, and what was typed into the form of a change."""

from dataclasses import dataclass, field
from datetime import date
from typing import cast

from flask import Blueprint, request
from flask_login import current_user

from portal.access import register_day
from portal.calendars import commands
from portal.calendars.wishes import Problem, Wanted
from portal.people.queries import Account
from portal.procedures import formats
from portal.procedures.formats import Refusal
from portal.procedures.reading import DATE_PARTS
from portal.transaction import current_session

blueprint = Blueprint("admin", __name__)

LONGEST_TYPED = 1000
DAYS = ("first", "last", "worked_on")
USUAL = "07:30-11:30, 13:00-17:00"
Parts = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as somebody left it."""

    kind: str = "off"
    unit: str = ""
    reason_vi: str = ""
    reason_en: str = ""
    source: str = ""
    cut_off: str = "15:00"
    hours: tuple[str, ...] = (USUAL,) * 5 + ("", "")
    days: dict[str, Parts] = field(default_factory=lambda: dict.fromkeys(DAYS, ("", "", "")))

    def wanted(self, unit_id: int) -> tuple[Wanted, list[Problem]]:
        """What is wanted, and which days are none."""
        problems: list[Problem] = []
        read = {name: _day(name, parts, problems) for name, parts in self.days.items()}
        found = Wanted(
            unit_id=unit_id,
            kind=self.kind,
            first=read["first"],
            last=read["last"] if self.kind in ("off", "hours") else None,
            worked_on=read["worked_on"] if self.kind == "swap" else None,
            reason_vi=self.reason_vi,
            reason_en=self.reason_en,
            source=self.source,
            weekly=self.hours,
            cut_off=self.cut_off,
        )
        return found, problems


def typed() -> Typed:
    def text(name: str) -> str:
        return request.form.get(name, "").strip()[:LONGEST_TYPED]

    def parts(name: str) -> Parts:
        day, month, year = (text(f"{name}-{part}") for part in DATE_PARTS)
        return day, month, year

    return Typed(
        kind=text("kind"),
        unit=text("unit"),
        reason_vi=text("reason_vi"),
        reason_en=text("reason_en"),
        source=text("source"),
        cut_off=text("cut_off"),
        hours=tuple(text(f"hours-{number}") for number in range(7)),
        days={name: parts(name) for name in DAYS},
    )


def officer_id() -> int:
    """Who administers; the audience of every view here lets administrators in only."""
    found = cast(Account, current_user).officer_id
    if found is None:
        raise LookupError("a view for administrators was opened to somebody who is no officer")
    return found


def administered() -> frozenset[int]:
    """The units whose calendars the administrator may change."""
    own = cast(Account, current_user).units_as("administrator")
    return commands.reach(current_session(), own, on=register_day())


def _day(name: str, parts: Parts, problems: list[Problem]) -> date | None:
    if not any(parts):
        return None
    try:
        return formats.day(parts)
    except Refusal:
        problems.append(Problem(name, "no_day"))
        return None
