"""What an identity provider says about a person, read with suspicion and put into our words. Pure.

The names are those of the national sign-in (VNConnect) with the standard OpenID Connect ones behind them.
E-mail, telephone and address are often absent; the portal asks for them when it needs them.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from portal.errors import Invalid

Kind = Literal["citizen", "organisation"]
ACCOUNT_TYPES: Mapping[str, Kind] = {"1": "citizen", "2": "organisation"}

SUBJECT_MAX = 255
NAME_MAX = 200
ADDRESS_MAX = 300
NATIONAL_ID = re.compile(r"\d{9}(?:\d{3})?")
TAX_CODE = re.compile(r"\d{10}(?:-?\d{3})?|\d{12}")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,63}")
PHONE = re.compile(r"\+?\d{8,15}")


@dataclass(frozen=True, slots=True)
class Claims:
    """The checked claims. `subject` is the provider's lasting technical id, the only key we join by."""

    subject: str
    kind: Kind
    name: str
    national_id: str | None = None
    tax_code: str | None = None
    born_on: date | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None


def read(raw: Mapping[str, object], *, subject_claim: str = "TechID") -> Claims:
    """Map a provider's claims; raises Invalid("incomplete_identity") without a subject or a name."""
    kind = _kind(raw)
    subject = _text(raw, subject_claim, limit=SUBJECT_MAX)
    names = ("TenDoanhNghiep", "HoVaTen", "name") if kind == "organisation" else ("HoVaTen", "name")
    name = _text(raw, *names, limit=NAME_MAX)
    missing = tuple(word for word, value in (("subject", subject), ("name", name)) if not value)
    if subject is None or name is None:
        raise Invalid(*missing, code="incomplete_identity", missing=missing)
    return Claims(
        subject=subject,
        kind=kind,
        name=name,
        national_id=_matching(raw, NATIONAL_ID, "SoDinhDanh", "SoCMND") if kind == "citizen" else None,
        tax_code=_matching(raw, TAX_CODE, "MaSoThue", "MaSoDoanhNghiep"),
        born_on=_day(_text(raw, "NgayThangNamSinh", limit=20)) if kind == "citizen" else None,
        email=_matching(raw, EMAIL, "ThuDienTu", "email"),
        phone=_matching(raw, PHONE, "SoDienThoai", "phone_number"),
        address=_text(raw, "DiaChi", limit=ADDRESS_MAX),
    )


def _kind(raw: Mapping[str, object]) -> Kind:
    value = str(raw.get("LoaiTaiKhoan") or "1")
    if value not in ACCOUNT_TYPES:
        raise Invalid("account_type", code="incomplete_identity", missing=("account_type",))
    return ACCOUNT_TYPES[value]


def _text(raw: Mapping[str, object], *names: str, limit: int) -> str | None:
    """The first of these claims that holds clean text: NFC, single spaces, nothing invisible, not too long."""
    for name in names:
        value = raw.get(name)
        if not isinstance(value, str):
            continue
        clean = " ".join("".join(map(_visible, unicodedata.normalize("NFC", value))).split())
        if clean and len(clean) <= limit:
            return clean
    return None


def _matching(raw: Mapping[str, object], pattern: re.Pattern[str], *names: str) -> str | None:
    for name in names:
        value = _text(raw, name, limit=254)
        if value and value.isascii() and pattern.fullmatch(value):
            return value
    return None


def _day(value: str | None) -> date | None:
    """A day written yyyyMMdd; anything else counts as unknown."""
    if value is None or not re.fullmatch(r"[0-9]{8}", value):
        return None
    try:
        return datetime.strptime(value + "+0000", "%Y%m%d%z").date()
    except ValueError:
        return None


def _visible(character: str) -> str:
    """Control characters part words; format characters (zero width, direction) and strays vanish."""
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Cs", "Co", "Cn") else character
