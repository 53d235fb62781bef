"""Who stands at the counter: the form by which an officer enters a person as their paper shows them. Shape only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import request
from flask_babel import gettext

from portal import clock
from portal.people.entered import Shown
from portal.people.queries import Person
from portal.procedures import characters, formats
from portal.procedures.formats import Refusal

_: Callable[..., str] = gettext

NAME_MAX, ADDRESS_MAX, TYPED_MAX = 200, 300, 400
FIELDS = ("name", "national_id", "phone", "email", "address")
DateParts = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Identity:
    """What was typed, what is wrong with it, and the person where nothing is."""

    typed: Mapping[str, str] = field(default_factory=dict)
    born_on: DateParts = ("", "", "")
    errors: Mapping[str, str] = field(default_factory=dict)
    shown: Shown | None = None

    @property
    def listed(self) -> list[tuple[str, str]]:
        return [(f"f-{name}", words) for name, words in self.errors.items()]


def of_person(person: Person) -> Identity:
    """As it was entered before."""
    typed = {name: getattr(person, name) or "" for name in FIELDS}
    day = person.born_on
    return Identity(typed, (str(day.day), str(day.month), str(day.year)) if day else ("", "", ""))


def read() -> Identity:
    errors: dict[str, str] = {}
    typed = {name: _clean(name, errors) for name in FIELDS}
    if not typed["name"]:
        errors.setdefault("name", _("Hãy nhập họ tên như trên giấy tờ."))
    for name, most in (("name", NAME_MAX), ("address", ADDRESS_MAX)):
        if characters.length(typed[name]) > most:
            errors.setdefault(name, _("Hãy viết ngắn lại, nhiều nhất %(most)s ký tự.", most=most))
    number = _value("national_id", typed, errors, formats.national_id)
    if number is None:
        errors.setdefault("national_id", _("Hãy nhập số căn cước 12 số (hoặc chứng minh nhân dân 9 số)."))
    parts = _parts()
    born_on = _birthday(parts, errors)
    phone = _value("phone", typed, errors, formats.phone) if typed["phone"] else None
    if typed["phone"] and phone is None:
        errors.setdefault("phone", _("Hãy nhập số điện thoại Việt Nam, ví dụ 0901 234 567."))
    email = _value("email", typed, errors, formats.email) if typed["email"] else None
    if typed["email"] and email is None:
        errors.setdefault("email", _("Hãy nhập địa chỉ thư điện tử như ten@example.vn."))
    if not typed["address"]:
        errors.setdefault("address", _("Hãy nhập địa chỉ như trên giấy tờ, hoặc nơi ở hiện nay."))
    if errors or number is None or born_on is None:
        return Identity(typed, parts, {name: errors[name] for name in _order() if name in errors})
    return Identity(typed, parts, {}, Shown(typed["name"], number, born_on, typed["address"], phone, email))


def _order() -> tuple[str, ...]:
    return ("name", "national_id", "born_on", "address", "phone", "email")


def _clean(name: str, errors: dict[str, str]) -> str:
    value = request.form.get(name, "")[:TYPED_MAX]
    try:
        return " ".join(characters.clean(value).split())
    except characters.Unreadable:
        errors[name] = _("Có ký tự ẩn không dùng được. Hãy xóa đi và gõ lại.")
        return ""


def _value(name: str, typed: Mapping[str, str], errors: Mapping[str, str], read: Callable[[str], str]) -> str | None:
    if name in errors or not typed[name]:
        return None
    try:
        return read(typed[name])
    except Refusal:
        return None


def _parts() -> DateParts:
    day, month, year = (request.form.get(f"born_on-{part}", "").strip()[:10] for part in ("day", "month", "year"))
    return day, month, year


def _birthday(parts: DateParts, errors: dict[str, str]) -> date | None:
    try:
        born_on = formats.day(parts)
    except Refusal:
        errors["born_on"] = _("Hãy nhập ngày sinh như trên giấy tờ, ví dụ 15 6 1990.")
        return None
    if born_on > clock.local_day(clock.now()):
        errors["born_on"] = _("Ngày sinh phải là một ngày đã qua.")
        return None
    return born_on
