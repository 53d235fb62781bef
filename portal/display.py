"""What templates may call: dates, money and numbers in words of the page's language, states, assets, links.

Everything here works on finished values; nothing asks the database. Times are shown in Asia/Ho_Chi_Minh.
"""

import json
import time
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from flask import Flask, current_app, g, session
from flask_login import current_user

from portal import clock, i18n
from portal.addresses import address
from portal.i18n import N_, ngettext
from portal.i18n import gettext as _
from portal.settings import Settings

LOOK_SECONDS = 1.0
NO_BREAK = "\u00a0"  # between a number and its unit
ONE_OFFSET_SINCE = 1976  # years before have to be looked up in the zone


class Bilingual(Protocol):
    """Anything with a Vietnamese and an English text."""

    @property
    def vi(self) -> str: ...
    @property
    def en(self) -> str: ...


class AssetsMissing(RuntimeError):
    """The front end was not built."""


def install(app: Flask) -> None:
    app.jinja_env.filters.update(
        instant=instant,
        day=day,
        time=time_of_day,
        money=money,
        number=number,
        duration=duration,
        file_size=file_size,
        file_kind=file_kind,
    )
    app.jinja_env.tests["group"] = is_group
    app.context_processor(_account_first)
    app.jinja_env.globals.update(
        lang=i18n.language,
        text=text,
        speaks=speaks,
        state_words=state_words,
        act_words=act_words,
        asset=asset,
        address=address,
        endpoint_exists=endpoint_exists,
        upload_limit=upload_limit,
        account=account,
    )


def acted_by(who: str | None, absent: str | None) -> str | None:
    """The officer, and the absent colleague in whose place they acted; None where we do not say who."""
    return _("%(who)s, thay mặt %(absent)s", who=who, absent=absent) if who and absent else who


def instant(value: datetime | None) -> str:
    """dd/mm/yyyy, HH:MM on a clock in Viet Nam."""
    if value is None:
        return ""
    if value.tzinfo is None or value.year < ONE_OFFSET_SINCE:
        return f"{day(value)}, {time_of_day(value)}"
    since = value - clock.FIRST_MINUTE  # midnight
    return f"{_day_numbered(since.days)}, {_TIMES[since.seconds // 60]}"


@lru_cache(maxsize=8192)
def _day_numbered(number: int) -> str:
    """A page shows a hundred instants of a few days."""
    return day(clock.FIRST_MINUTE + timedelta(number))


def time_of_day(value: datetime | None) -> str:
    return "" if value is None else clock.local(value).strftime("%H:%M")


def day(value: date | datetime | None) -> str:
    """dd/mm/yyyy; an instant is shown as the day it falls on in Viet Nam."""
    if value is None:
        return ""
    return (clock.local_day(value) if isinstance(value, datetime) else value).strftime("%d/%m/%Y")


def number(value: float | None, decimals: int = 0) -> str:
    """Digits grouped as the language does: 1.234,5 or 1,234.5."""
    if value is None:
        return ""
    written = f"{value:,.{decimals}f}"
    if i18n.language() == "en":
        return written
    return written.translate(str.maketrans(",.", ".,"))


def money(value: int | None) -> str:
    """Whole đồng; a line never ends between the amount and its unit."""
    return "" if value is None else _("%(amount)s đồng", amount=number(value)).replace(" ", NO_BREAK)


def duration(value: timedelta | None) -> str:
    """The two largest parts of a length of time: "3 ngày 4 giờ"."""
    if value is None:
        return ""
    return _minutes_in_words(max(0, int(value.total_seconds() // 60)), i18n.spoken())


@lru_cache(maxsize=8192)
def _minutes_in_words(number: int, _spoken: str) -> str:
    """Kept by the language that is spoken, for a list has two of a row, and many of a day are the same."""
    days, rest = divmod(number, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [
        ngettext("%(num)d ngày", "%(num)d ngày", days) if days else "",
        ngettext("%(num)d giờ", "%(num)d giờ", hours) if hours else "",
        ngettext("%(num)d phút", "%(num)d phút", minutes) if minutes else "",
    ]
    shown = [part for part in parts if part]
    return " ".join(shown[:2]) or _("dưới một phút")


def file_size(value: int | None) -> str:
    """As people say it, on one line: KB up to 1 MB, then MB with a decimal where it matters."""
    if value is None:
        return ""
    if value < 1024 * 1024:
        return f"{number(max(1, round(value / 1024)))}{NO_BREAK}KB"
    megabytes = value / 1024 / 1024
    return f"{number(megabytes, 0 if megabytes >= 10 or megabytes.is_integer() else 1)}{NO_BREAK}MB"


def file_kind(media_type: str) -> str:
    """A file's kind in one word."""
    return _KINDS.get(media_type, "?")


def text(value: Bilingual | Mapping[str, str] | str | None) -> str:
    """The page's language of a bilingual text; Vietnamese where the English is missing."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Mapping):
        return value.get(i18n.language()) or value.get("vi") or ""
    return (value.en if i18n.language() == "en" else value.vi) or value.vi


def speaks(value: Bilingual | Mapping[str, str] | str | None) -> str:
    """The language in which `text` gives these words, for the `lang` of what holds them (WCAG 3.1.2)."""
    if value is None or isinstance(value, str):
        return "vi"
    vi, en = (value.get("vi"), value.get("en")) if isinstance(value, Mapping) else (value.vi, value.en)
    return "en" if en and en != vi and i18n.language() == "en" else "vi"


def state_words(state: str) -> tuple[str, str]:
    """A dossier's state as people read it, and the tone of its tag."""
    words, tone = _STATES[state]
    return _(words), tone


def act_words(act: str) -> str:
    """A public act of the ledger, as a heading of the timeline."""
    words: str = _(_ACTS[act])
    return words


def taken_back_words(act: str) -> str:
    """That this act was taken back, as a heading."""
    words: str = _("Thu hồi: %(act)s", act=act_words(act))
    return words


def entry_words(act: str, code: str | None) -> str:
    """An act as the ledger names it, by its word and its reason code."""
    if act == "corrected" and code is not None:
        named = {"financial_duty": "duty_asked"}.get(code, code)
        return taken_back_words(named) if named in _ACTS else act_words("corrected")
    if code == "financial_duty":
        return act_words("duty_asked" if act == "supplement_asked" else "duty_done")
    return act_words("passed_back" if code == "passed_back" else act)


def is_group(option: object) -> bool:
    """A select's option that is a heading with options of its own."""
    return isinstance(option, list | tuple) and len(option) > 1 and isinstance(option[1], list | tuple)


class _Built(NamedTuple):
    at: int
    addresses: Mapping[str, str]


def asset(name: str) -> str:
    """The address of a built file under its hashed name."""
    try:
        return _built().addresses[name]
    except KeyError as error:
        raise _missing(name) from error


def built_at() -> int:
    """Which build of the front end `asset` gives the addresses of."""
    return _built().at


def _built() -> _Built:
    """Looked at once a second: a build while the portal runs is seen, and no page but that waits for the system."""
    folder, now = current_app.static_folder or "", time.monotonic()
    until, found = _looked.get(folder, (0.0, None))
    if found is None or until < now:
        path = Path(folder) / "manifest.json"
        try:
            found = _read(path, path.stat().st_mtime_ns, current_app.static_url_path or "")
        except FileNotFoundError as error:
            raise _missing("the front end") from error
        _looked[folder] = (now + LOOK_SECONDS, found)
    return found


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, folder: str) -> _Built:
    found: dict[str, str] = json.loads(path.read_text())
    return _Built(changed, {name: f"{folder}/{file}" for name, file in found.items()})


def _missing(what: str) -> AssetsMissing:
    return AssetsMissing(f"{what} is not built: run node script/build-assets.mjs")


def endpoint_exists(endpoint: str) -> bool:
    """Whether this installation has that page."""
    return endpoint in current_app.view_functions


def account() -> Any | None:
    """Who is signed in, or None; None too where a page must not ask (`g.nobody_asked`)."""
    if "_user_id" not in session or g.get("nobody_asked"):  # Flask-Login looks into more before it finds nobody
        return None
    return current_user if current_user.is_authenticated else None


def _account_first() -> dict[str, Any]:
    """Whoever is signed in is read before a template renders."""
    account()
    return {}


def is_pilot() -> bool:
    return _settings().environment == "pilot"


def upload_limit() -> int:
    """The largest file a field takes, in bytes."""
    return _settings().max_file_bytes


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


_looked: dict[str, tuple[float, _Built]] = {}
_TIMES = tuple(f"{minute // 60:02}:{minute % 60:02}" for minute in range(24 * 60))
_STATES = {
    "draft": (N_("Bản nháp"), "neutral"),
    "filed": (N_("Đã nộp, chờ tiếp nhận"), "waiting"),
    "not_received": (N_("Không được tiếp nhận"), "bad"),
    "in_progress": (N_("Đang giải quyết"), "progress"),
    "awaiting_supplement": (N_("Chờ bổ sung"), "waiting"),
    "awaiting_duty": (N_("Chờ nghĩa vụ tài chính"), "waiting"),
    "stopped": (N_("Dừng giải quyết"), "neutral"),
    "resolved": (N_("Đã giải quyết"), "good"),
    "returned": (N_("Đã trả kết quả"), "good"),
    "withdrawn": (N_("Đã rút"), "neutral"),
}
_ACTS = {
    "filed": N_("Đã nộp hồ sơ"),
    "received": N_("Tiếp nhận hồ sơ"),
    "not_received": N_("Từ chối tiếp nhận"),
    "supplement_asked": N_("Yêu cầu bổ sung"),
    "supplement_given": N_("Đã bổ sung"),
    "passed": N_("Chuyển đơn vị khác"),
    "opinion_asked": N_("Hỏi ý kiến"),
    "opinion_given": N_("Trả lời ý kiến"),
    "extended": N_("Gia hạn"),
    "recounted": N_("Tính lại ngày hẹn"),
    "stopped": N_("Dừng giải quyết"),
    "resolved": N_("Có kết quả"),
    "returned": N_("Trả kết quả"),
    "withdrawn": N_("Người nộp rút hồ sơ"),
    "handed_over": N_("Bàn giao hồ sơ"),
    "corrected": N_("Thu hồi việc đã ghi"),
    "duty_asked": N_("Yêu cầu nghĩa vụ tài chính"),
    "duty_done": N_("Đã thực hiện nghĩa vụ tài chính"),
    "undone": N_("Hoàn tác việc nội bộ"),
    "taken_up": N_("Nhận xử lý"),
    "assigned": N_("Giao người xử lý"),
    "given_back": N_("Trả lại việc cho đơn vị"),
    "proposed": N_("Đề xuất"),
    "approved": N_("Duyệt đề xuất"),
    "passed_back": N_("Trả lại đơn vị trước"),
    "sent_back": N_("Trả lại bước trước"),
}

_KINDS: Mapping[str, str] = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/heic": "HEIC",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.oasis.opendocument.text": "ODT",
}
