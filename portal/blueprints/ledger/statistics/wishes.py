"""What a visitor asks of the figures: read once from the address, for pages, JSON and CSV alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext

from portal.blueprints.ledger.statistics import dimensions
from portal.statistics import periods
from portal.statistics.periods import BadPeriod, Period
from portal.statistics.places import Places
from portal.statistics.queries import Selection

_: Callable[..., str] = gettext

LONGEST = 64
BYS = ("unit", "level", "field", "procedure")
VIEWS = ("then", "now")
LEVELS = ("province", "district", "commune")
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Wish:
    """The question as it stands in the address; `problems` by field where it cannot be understood."""

    given: Mapping[str, str]
    period: Period
    by: str
    view: str
    alone: bool
    places: Places
    selection: Selection
    problems: Mapping[str, str]

    @property
    def unit(self) -> str:
        return self.given["unit"]

    @property
    def level(self) -> str:
        return self.given["level"]

    @property
    def field(self) -> str:
        return self.given["field"]

    @property
    def procedure(self) -> str:
        return self.given["procedure"]

    @property
    def address(self) -> dict[str, Any]:
        """The query that asks the same again."""
        return {name: value for name, value in self.given.items() if value}

    def but(self, **changes: str) -> dict[str, Any]:
        """The same question with some of it changed; empty: not asked."""
        return {name: value for name, value in {**self.given, **changes}.items() if value}


def read(today: date) -> Wish:
    given = {name: request.args.get(name, "").strip()[:LONGEST] for name in _NAMES}
    problems: dict[str, str] = {}
    period = _period(given, today, problems)
    for name, allowed in (("by", BYS), ("as", VIEWS), ("level", LEVELS)):
        if given[name] and given[name] not in allowed:
            problems[name] = _("Không có lựa chọn này. Hãy chọn trong danh sách.")
    view = given["as"] if given["as"] in VIEWS else "then"
    places = dimensions.places(view)
    alone = given["alone"] not in ("", "0")
    return Wish(
        given=given,
        period=period,
        by=given["by"] if given["by"] in BYS else "unit",
        view=view,
        alone=alone,
        places=places,
        selection=Selection(
            period=period,
            today=today,
            units=_units(places, given["unit"], given["level"], alone=alone),
            procedures=_procedures(given["field"], given["procedure"]),
        ),
        problems=problems,
    )


def _units(places: Places, unit: str, level: str, *, alone: bool) -> frozenset[str] | None:
    """The codes whose dossiers are counted: the unit with all below it, those of one level alone."""
    if not unit and not level:
        return None
    chosen = frozenset(places.by_code)
    if unit:
        place = places.place_of(unit)
        chosen = frozenset({place}) if alone else places.within(place)
    found = (
        code for place in chosen if not level or places.level_of(place) == level for code in places.codes_of(place)
    )
    return frozenset(found)


def _procedures(field: str, procedure: str) -> frozenset[str] | None:
    if procedure:
        return frozenset({procedure})
    return dimensions.procedures_of(field) if field else None


def _period(given: Mapping[str, str], today: date, problems: dict[str, str]) -> Period:
    """From and to where either is given, else the period of that name, else this year."""
    this_year = periods.parse(str(today.year))
    if given["from"] or given["to"]:
        return _from_to(given, today, problems) or this_year
    if not given["period"]:
        return this_year
    try:
        found = periods.parse(given["period"])
    except BadPeriod:
        problems["period"] = _("Không đọc được kỳ này. Hãy viết 2020, 2020-Q2 hoặc 2020-06.")
        return this_year
    if found.first > today:
        problems["period"] = _("Kỳ này chưa bắt đầu. Hãy chọn kỳ đã có ngày trôi qua.")
        return this_year
    return found


def _from_to(given: Mapping[str, str], today: date, problems: dict[str, str]) -> Period | None:
    first = _day("from", given, problems, date(today.year, 1, 1))
    last = _day("to", given, problems, today)
    if first is None or last is None:
        return None
    if first > last:
        problems["to"] = _("Ngày cuối phải bằng hoặc sau ngày đầu.")
        return None
    if first > today:
        problems["from"] = _("Kỳ này chưa bắt đầu. Hãy chọn kỳ đã có ngày trôi qua.")
        return None
    return Period(first, last)


def _day(name: str, given: Mapping[str, str], problems: dict[str, str], otherwise: date) -> date | None:
    if not given[name]:
        return otherwise
    try:
        found = date.fromisoformat(given[name])
    except ValueError:
        found = date.min
    if EARLIEST <= found < date(2200, 1, 1):
        return found
    problems[name] = _("Không đọc được ngày này. Hãy viết năm-tháng-ngày, ví dụ 2020-06-15.")
    return None


_NAMES = ("period", "from", "to", "unit", "level", "field", "procedure", "by", "as", "alone")
