"""What a cell holds, read as the column wants it; whatever does not fit says so with a code."""

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta

from portal.exchange import choices
from portal.exchange.grids import Value
from portal.exchange.layout import folded
from portal.procedures import characters

LONGEST = 20_000
CODE = re.compile(r"([0-9])\.([0-9]{1,6})((?:\.000\.00\.00\.[A-Z][0-9]{2})?)")
DAY = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")
ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].*)?")
FIRST_DAY = date(1899, 12, 30)  # of the numbers by which spreadsheets count days
DAY_NUMBERS = range(18_264, 73_415)  # 1950 to 2100
PARTS = re.compile(r"[;\n]")


class Misfit(ValueError):
    """The cell does not hold what its column is for; `about` says what would be right."""

    def __init__(self, code: str, about: str = "") -> None:
        self.code, self.about = code, about
        super().__init__(code)


def text(value: Value) -> str:
    """The cell as text: NFC, invisible characters gone, numbers without needless zeros. Empty where it is empty."""
    if isinstance(value, str):
        if len(value) > LONGEST and len(unicodedata.normalize("NFC", value)) > LONGEST:
            raise Misfit("too_long", str(LONGEST))
        try:
            return characters.clean(value, lines=True)
        except characters.Unreadable:
            raise Misfit("unreadable") from None
    return _plain(value)


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def code(value: Value) -> str:
    """A code; a program that took it for a number has dropped its last zeros, and they come back."""
    written = text(value).replace(" ", "")
    found = CODE.fullmatch(written)
    if found is None or (found[3] and len(found[2]) < 6):
        raise Misfit("not_a_code", "1.001193")
    return f"{found[1]}.{found[2].ljust(6, '0')}{found[3]}"


def number(value: Value, *, most: int, least: int = 0) -> int:
    """A whole number; `1.234` and `1 234` are Vietnamese for 1,234."""
    if isinstance(value, bool | date | time | timedelta):
        raise Misfit("not_a_number")
    if isinstance(value, float | int):
        if not _is_whole(value):
            raise Misfit("not_a_number")
        found = int(value)
    else:
        found = _typed_number(text(value))
    if not least <= found <= most:
        raise Misfit("out_of_range", f"{least}–{most}")
    return found


def _is_whole(value: float) -> bool:
    return math.isfinite(value) and value == int(value)


def _typed_number(written: str) -> int:
    bare = re.sub(r"\s*(?:đồng|đ|vnđ|vnd)\.?$", "", written.strip(), flags=re.IGNORECASE)
    if re.fullmatch(r"[0-9]{1,3}(?:[ .,][0-9]{3})+", bare):
        bare = re.sub(r"[ .,]", "", bare)
    if not re.fullmatch(r"[0-9]{1,15}", bare):
        raise Misfit("not_a_number")
    return int(bare)


def day(value: Value) -> str:
    """A day as ISO text, from a date cell, its number, `02/01/2020` or `2020-01-02`."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not _is_whole(value) or int(value) not in DAY_NUMBERS:
            raise Misfit("not_a_day", "02/01/2020")
        return (FIRST_DAY + timedelta(days=int(value))).isoformat()
    return _typed_day(text(value))


def _typed_day(written: str) -> str:
    found, iso = DAY.fullmatch(written), ISO.fullmatch(written)
    parts = (found[3], found[2], found[1]) if found else iso.groups() if iso else None
    try:
        if parts is None:
            raise ValueError
        return date(*(int(part) for part in parts)).isoformat()
    except ValueError:
        raise Misfit("not_a_day", "02/01/2020") from None


def yes_no(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    written = folded(text(value))
    if written in choices.YES:
        return True
    if written in choices.NO:
        return False
    raise Misfit("not_yes_or_no")


def choice(value: Value, name: str) -> str:
    found = choices.choose(name, text(value))
    if found is None:
        raise Misfit("not_a_choice", choices.allowed(name))
    return found


def parts(value: Value) -> list[str]:
    """What stands between ; or line breaks, each once."""
    return list(dict.fromkeys(part.strip() for part in PARTS.split(text(value)) if part.strip()))
