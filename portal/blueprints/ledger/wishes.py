"""What a visitor asks of the list: read once from the address, for page, JSON and CSV alike."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from urllib.parse import urlencode

from flask import request

from portal.access import register_day
from portal.blueprints.ledger.names import below, of_field
from portal.i18n import N_, gettext
from portal.ledger.entry import CHANNELS
from portal.ledger.queries import ORDERS, STATES, Selection
from portal.ledger.selection import STATES_OF
from portal.procedures import sectors

_: Callable[..., str] = gettext

LONGEST = 64
NAMES = ("q", "unit", "procedure", "field", "from", "to", "state", "channel", "late", "sort")
DEFAULT_SORT = "filed"
UNKNOWN = {
    "state": N_("Không có tình trạng này. Hãy chọn trong danh sách."),
    "channel": N_("Không có cách nộp này. Hãy chọn trong danh sách."),
    "field": N_("Không có lĩnh vực này. Hãy chọn trong danh sách."),
    "sort": N_("Không có cách sắp xếp này. Hãy chọn một trong các cách dưới đây."),
}
_AFTER = re.compile(r"([0-9.]{1,40})-([0-9a-f]{12})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wish:
    """The question as it stands in the address, by its names there; `problems`: what cannot be understood of it.

    `address` is the query that asks the same again, from the beginning; `after` the key of the row that the list goes
    on after; `mark` is the question's own.
    """

    given: Mapping[str, str]
    address: Mapping[str, str]
    after: str | None
    selection: Selection
    problems: Mapping[str, str]
    mark: str

    @property
    def q(self) -> str:
        return self.given["q"]

    @property
    def sort(self) -> str:
        return self.given["sort"]

    @property
    def late(self) -> bool:
        return self.selection.late

    def without(self, name: str) -> dict[str, str]:
        """The same question with one wish less."""
        return {known: value for known, value in self.address.items() if known != name}

    def going_on(self, key: str) -> str:
        """`after=` for this question: the key of the last row, and a mark that no other question has."""
        return f"{key}-{self.mark}"


def read() -> Wish:
    asked = request.args.to_dict()
    given = {name: asked.get(name, "").strip()[:LONGEST] for name in NAMES}
    given["late"] = "" if given["late"] in ("", "0") else "1"
    given["sort"] = given["sort"] or DEFAULT_SORT
    problems: dict[str, str] = {}
    since, until = _day("from", given, problems), _day("to", given, problems)
    if since and until and since > until:
        problems["to"] = _("Ngày cuối phải bằng hoặc sau ngày đầu.")
    _check_choices(given, problems)
    selection = Selection() if problems else _selection(given, since, until)
    address = {name: value for name, value in given.items() if value and (name, value) != ("sort", DEFAULT_SORT)}
    mark = sha256(urlencode(sorted(address.items())).encode()).hexdigest()[:12]
    wish = Wish(given, address, None, selection, problems, mark)
    return wish if problems else _placed(wish)


def _selection(given: Mapping[str, str], since: date | None, until: date | None) -> Selection:
    return Selection(
        q=given["q"],
        units=below(given["unit"], register_day()) if given["unit"] else None,
        procedure=given["procedure"] or None,
        procedures=of_field(given["field"]) if given["field"] else None,
        since=since,
        until=until,
        state=given["state"] or None,
        channel=given["channel"] or None,
        late=bool(given["late"]),
        order=given["sort"],
    )


def _check_choices(given: Mapping[str, str], problems: dict[str, str]) -> None:
    known = {"state": STATES, "channel": CHANNELS, "field": sectors.sectors(), "sort": ORDERS}
    for name, values in known.items():
        if given[name] and given[name] not in values:
            problems[name] = _(UNKNOWN[name])
    if not problems and given["state"] and given["state"] not in STATES_OF[given["sort"]]:
        problems["sort"] = _(
            "Không hồ sơ nào ở tình trạng này có trong cách sắp xếp này. Hãy chọn tình trạng hoặc cách sắp xếp khác."
        )


def _placed(wish: Wish) -> Wish:
    """The same wish from where it is to go on; a mark of another question is a problem, not a place."""
    after = request.args.get("after")
    if after is None:
        return wish
    found = _AFTER.fullmatch(after)
    if found is not None and found[2] == wish.mark:
        return replace(wish, after=found[1])
    problem = _(
        "Địa chỉ này tiếp nối một danh sách khác: bộ lọc hoặc cách sắp xếp đã đổi. Hãy xem lại từ đầu danh sách."
    )
    return replace(wish, problems={"after": problem})


def _day(name: str, given: Mapping[str, str], problems: dict[str, str]) -> date | None:
    if not given[name]:
        return None
    try:
        return date.fromisoformat(given[name])
    except ValueError:
        problems[name] = _("Không đọc được ngày này. Hãy viết năm-tháng-ngày, ví dụ 2020-06-15.")
        return None
