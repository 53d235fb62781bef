"""Who stands at the counter: the form by which an officer enters them as their paper shows it. Shape only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import request
from flask_babel import gettext

from portal import clock
from portal.dossiers.counter import Kind
from portal.people.entered import Organisation, Representative, Shown
from portal.people.queries import Person
from portal.procedures import characters, formats
from portal.procedures.formats import Refusal

_: Callable[..., str] = gettext

NAME_MAX, ADDRESS_MAX, TYPED_MAX = 200, 300, 400
FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "citizen": ("name", "national_id", "phone", "email", "address"),
    "organisation": ("name", "tax_code", "phone", "email", "address", "representative_name", "representative_id"),
}
ORDER = (
    *("name", "tax_code", "national_id", "born_on", "address", "phone", "email"),
    *("representative_name", "representative_id"),
)
DateParts = tuple[str, str, str]
NO_DAY: DateParts = ("", "", "")


@dataclass(frozen=True, slots=True)
class Identity:
    """What was typed, what is wrong with it, and the person or organisation where nothing is."""

    kind: Kind = "citizen"
    typed: Mapping[str, str] = field(default_factory=dict)
    born_on: DateParts = NO_DAY
    errors: Mapping[str, str] = field(default_factory=dict)
    shown: Shown | Organisation | None = None

    @property
    def listed(self) -> list[tuple[str, str]]:
        return [(f"f-{name}", words) for name, words in self.errors.items()]


def of_person(person: Person, representative: Representative | None) -> Identity:
    """As it was entered before."""
    known = {name: getattr(person, name, None) or "" for name in FIELDS[person.kind]}
    if representative is not None:
        known |= {"representative_name": representative.name, "representative_id": representative.national_id}
    day = person.born_on
    return Identity(person.kind, known, (str(day.day), str(day.month), str(day.year)) if day else NO_DAY)


def read(kind: Kind) -> Identity:
    errors: dict[str, str] = {}
    typed = {name: _clean(name, errors) for name in FIELDS[kind]}
    phone, email = _reached(typed, errors)
    if not typed["address"]:
        errors.setdefault("address", _address_missing(kind))
    _not_too_long(typed, errors)
    if kind == "organisation":
        shown = _organisation(typed, errors, phone, email)
        return Identity(kind, typed, NO_DAY, _in_order(errors), None if errors else shown)
    parts = _parts()
    person = _person(typed, parts, errors, phone, email)
    return Identity(kind, typed, parts, _in_order(errors), None if errors else person)


def _person(
    typed: Mapping[str, str], parts: DateParts, errors: dict[str, str], phone: str | None, email: str | None
) -> Shown | None:
    if not typed["name"]:
        errors.setdefault("name", _("Hãy nhập họ tên như trên giấy tờ."))
    number = _value("national_id", typed, errors, formats.national_id)
    if number is None:
        errors.setdefault("national_id", _("Hãy nhập số căn cước 12 số (hoặc chứng minh nhân dân 9 số)."))
    born_on = _birthday(parts, errors)
    if number is None or born_on is None:
        return None
    return Shown(typed["name"], number, born_on, typed["address"], phone, email)


def _organisation(
    typed: Mapping[str, str], errors: dict[str, str], phone: str | None, email: str | None
) -> Organisation | None:
    if not typed["name"]:
        errors.setdefault("name", _("Hãy nhập tên tổ chức như trên giấy tờ."))
    code = _value("tax_code", typed, errors, formats.tax_code)
    if code is None:
        errors.setdefault("tax_code", _("Hãy nhập mã số thuế 10 số (đơn vị trực thuộc: thêm 3 số, 0312345678-001)."))
    if not typed["representative_name"]:
        errors.setdefault("representative_name", _("Hãy nhập họ tên người đến nộp như trên giấy tờ."))
    number = _value("representative_id", typed, errors, formats.national_id)
    if number is None:
        errors.setdefault("representative_id", _("Hãy nhập số căn cước 12 số (hoặc 9 số) của người đến nộp."))
    if code is None or number is None:
        return None
    representative = Representative(typed["representative_name"], number)
    return Organisation(typed["name"], code, typed["address"], representative, phone, email)


def _reached(typed: Mapping[str, str], errors: dict[str, str]) -> tuple[str | None, str | None]:
    """Telephone and e-mail, neither of which has to be given."""
    phone = _value("phone", typed, errors, formats.phone) if typed["phone"] else None
    if typed["phone"] and phone is None:
        errors.setdefault("phone", _("Hãy nhập số điện thoại Việt Nam, ví dụ 0901 234 567."))
    email = _value("email", typed, errors, formats.email) if typed["email"] else None
    if typed["email"] and email is None:
        errors.setdefault("email", _("Hãy nhập địa chỉ thư điện tử như ten@example.vn."))
    return phone, email


def _address_missing(kind: Kind) -> str:
    if kind == "organisation":
        return _("Hãy nhập địa chỉ trụ sở như trên giấy tờ.")
    return _("Hãy nhập địa chỉ như trên giấy tờ, hoặc nơi ở hiện nay.")


def _not_too_long(typed: Mapping[str, str], errors: dict[str, str]) -> None:
    for name, most in (("name", NAME_MAX), ("representative_name", NAME_MAX), ("address", ADDRESS_MAX)):
        if characters.length(typed.get(name, "")) > most:
            errors.setdefault(name, _("Hãy viết ngắn lại, nhiều nhất %(most)s ký tự.", most=most))


def _in_order(errors: Mapping[str, str]) -> dict[str, str]:
    """As the fields follow each other on the page."""
    return {name: errors[name] for name in ORDER if name in errors}


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
