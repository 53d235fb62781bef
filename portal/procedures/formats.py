"""One typed value at a time: from clean text to the value that is kept, or a Refusal that says what is wrong.

Every function takes the text as `characters.clean` left it, never empty. Digits are 0-9 only.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

YEARS = range(1800, 2200)
LARGEST_NUMBER = 10**15  # beyond it other programs lose digits
NUMBER = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3}){2,})")
DECIMAL = re.compile(
    r"(-?)([0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+)(?:,([0-9]+))?|(-?)([0-9]+)\.([0-9]+)"
)
PARTIAL_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
CURRENCY = re.compile(r"\s*(?:đ|₫|đồng|vnđ|vnd)\.?$", re.IGNORECASE)
PUNCTUATION = re.compile(r"[ .\-()]")
NATIONAL_ID = re.compile(r"[0-9]{12}|[0-9]{9}")
CITIZEN_ID = re.compile(r"[0-9]{12}")
TAX_CODE = re.compile(r"([0-9]{10})(?:-?([0-9]{3}))?")
PHONE = re.compile(r"0(?:[35789][0-9]{8}|2[0-9]{9})")
EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
EMAIL_LENGTH = 254
LOCAL_PART_LENGTH = 64


class Refusal(ValueError):
    """Why a value is not taken: a code of `reading.CODES` and what the message needs."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts: Mapping[str, object] = facts


def integer(text: str) -> int:
    """`1234567`, `1.234.567`, `1 234 567`, `1,234,567`; `1,234` is a decimal fraction in Vietnamese and is refused."""
    if not NUMBER.fullmatch(text):
        raise Refusal("not_a_number")
    digits = re.sub(r"[ .,]", "", text)
    if len(digits.lstrip("-0")) > len(str(LARGEST_NUMBER)) or abs(int(digits)) > LARGEST_NUMBER:
        raise Refusal("out_of_range", maximum=LARGEST_NUMBER)
    return int(digits)


def money(text: str) -> int:
    """Whole dong, with or without `đ`, `₫`, `đồng`, `VND` behind."""
    return integer(CURRENCY.sub("", text))


def number(text: str, *, decimals: int) -> Decimal:
    """`12,5`, `1.250,75`, `1 250,75`; also `12.5` where the point cannot part thousands (`1.250` is 1250)."""
    found = DECIMAL.fullmatch(text)
    if found is None:
        raise Refusal("not_a_decimal")
    sign, whole, fraction = found.group(1, 2, 3) if found[2] else found.group(4, 5, 6)
    fraction = (fraction or "").rstrip("0")
    if len(fraction) > decimals:
        raise Refusal("too_many_decimals", decimals=decimals)
    digits = re.sub(r"[ .]", "", whole)
    if len(digits.lstrip("0")) > len(str(LARGEST_NUMBER)) or int(digits) > LARGEST_NUMBER:
        raise Refusal("out_of_range", maximum=LARGEST_NUMBER)
    return Decimal(f"{sign}{digits}.{fraction or 0}")


Number = TypeVar("Number", int, Decimal)


def in_range(value: Number, minimum: Decimal | int | None, maximum: Decimal | int | None) -> Number:
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        raise Refusal("out_of_range", minimum=minimum, maximum=maximum)
    return value


def national_id(text: str, *, twelve_only: bool = False) -> str:
    """12 digits (citizen ID) or 9 (the older identity card); blanks, dots and hyphens between them are dropped."""
    if twelve_only:
        return _whole(CITIZEN_ID, PUNCTUATION.sub("", text), "not_a_citizen_id")
    return _whole(NATIONAL_ID, PUNCTUATION.sub("", text), "not_an_id")


def tax_code(text: str) -> str:
    """10 digits, or 10 and a branch of 3 written `0312345678-001`."""
    found = TAX_CODE.fullmatch(re.sub(r"[ .]", "", text))
    if found is None:
        raise Refusal("not_a_tax_code")
    return "-".join(part for part in found.groups() if part)


def phone(text: str) -> str:
    """A Vietnamese mobile (10 digits) or fixed line (11), kept as `0...`; `+84` and `84` in front are understood."""
    digits = re.sub(r"^(?:\+|00)?84(?=[235789][0-9]{8,9}$)", "0", re.sub(r"\(0\)", "", text).translate(_NO_PUNCTUATION))
    return _whole(PHONE, digits, "not_a_phone")


def email(text: str) -> str:
    """An address as mail servers take it; the part behind @ in lower case."""
    name, _, domain = _whole(EMAIL, text, "not_an_email").rpartition("@")
    if len(text) > EMAIL_LENGTH or len(name) > LOCAL_PART_LENGTH:
        raise Refusal("not_an_email")
    return f"{name}@{domain.lower()}"


def day(parts: tuple[str, str, str]) -> date:
    """A real day from day, month and year as typed; the year in four digits. `parts` of the fact: which are wrong."""
    missing = [name for name, part in zip(("day", "month", "year"), parts, strict=True) if not part]
    if missing:
        raise Refusal("not_a_date", parts=missing)
    wrong = [name for name, part in zip(("day", "month", "year"), parts, strict=True) if not _fits(name, part)]
    if wrong:
        raise Refusal("not_a_date", parts=wrong)
    try:
        return date(int(parts[2]), int(parts[1]), int(parts[0]))
    except ValueError:
        raise Refusal("not_a_date", parts=["day"]) from None


def partial_day(parts: tuple[str, str, str], *, precision: str = "year") -> str:
    """A day, a month of a year, or a year, as old papers say it: `1960-05-17`, `1960-05`, `1960`."""
    if all(parts):
        return day(parts).isoformat()
    needed = ("month", "year") if precision == "month" or parts[0] else ("year",)
    typed = dict(zip(("day", "month", "year"), parts, strict=True))
    wrong = [name for name in needed if not typed[name]] or [n for n in typed if typed[n] and not _fits(n, typed[n])]
    if wrong:
        raise Refusal("not_a_partial_date", parts=wrong)
    return f"{typed['year']}-{int(typed['month']):02}" if typed["month"] else typed["year"]


def span(partial: str) -> tuple[date, date]:
    """The first and the last day that a partial date may mean."""
    year, month, day_ = (*(int(part) for part in partial.split("-")), 0, 0)[:3]
    if day_:
        return date(year, month, day_), date(year, month, day_)
    last = month or 12
    return date(year, month or 1, 1), date(year, last, monthrange(year, last)[1])


def _fits(name: str, part: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}" if name == "year" else r"[0-9]{1,2}", part):
        return False
    limits = {"day": range(1, 32), "month": range(1, 13), "year": YEARS}
    return int(part) in limits[name]


_NO_PUNCTUATION = str.maketrans("", "", " .-()")


def _whole(pattern: re.Pattern[str], text: str, code: str) -> str:
    if not pattern.fullmatch(text):
        raise Refusal(code)
    return text
