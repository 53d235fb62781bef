"""One field at a time: from its inputs to the answer that is kept, or a Refusal. `reading` reads whole forms."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from portal.procedures import characters, coordinates, formats, patterns
from portal.procedures.areas import ELSEWHERE, Areas
from portal.procedures.expressions import canonical
from portal.procedures.form import Answer, Field
from portal.procedures.formats import Refusal
from portal.procedures.inputs import DATE_PARTS, STREET
from portal.procedures.text import Text

LONG_RAW = 40_000  # typed text beyond this is not even looked at
SEVERAL_LINES = ("long_text", "address", "map")
Raw = Mapping[str, list[str]]
Units = Mapping[str, Collection[str]]
Places = Mapping[str, Areas]


@dataclass(frozen=True, slots=True)
class Day:
    """The day a form is read on and what may be chosen then: agency codes by level, areas by a place's `as_of`."""

    on: date
    units: Units
    places: Places


def read_field(field: Field, raw: Raw, day: Day, *, required: bool) -> Answer | None:
    """The answer, None for nothing typed. Not of files, tables and calculated values."""
    if field.type in BY_PARTS:
        answer = BY_PARTS[field.type](field, raw, day)
    else:
        text = _clean(_first(raw, field.key), lines=field.type in SEVERAL_LINES)
        if field.type == "statement":
            return _statement(field, text)
        if field.type == "address":
            text = _one_line(text)  # before it is looked at: of an address of commas nothing is left
        answer = None if not text else _one_text(field, text, day)
    if answer is None and required:
        raise Refusal("missing")
    return answer


def clean_line(value: str) -> str:
    """One line as it is kept. Refusal."""
    return _clean(value)


def _one_text(field: Field, text: str, day: Day) -> Answer:
    if field.type == "unit":
        return _one_among(text, day.units.get(field.level or "", ()))
    return READERS[field.type](field, text)


def _first(raw: Raw, name: str) -> str:
    values = raw.get(name)
    return values[0] if values else ""


def _clean(value: str, *, lines: bool = False) -> str:
    if len(value) > LONG_RAW:
        raise Refusal("too_long", length=len(value), maximum=LONG_RAW)
    try:
        return characters.clean(value, lines=lines)
    except characters.Unreadable:
        raise Refusal("control_characters") from None


def _text(field: Field, text: str) -> str:
    length = characters.length(text)
    if field.max_length is not None and length > field.max_length:
        raise _refusal(field, "length", "too_long", length=length, maximum=field.max_length)
    if field.min_length is not None and length < field.min_length:
        raise _refusal(field, "length", "too_short", length=length, minimum=field.min_length)
    if field.pattern is not None and not patterns.matches(field.pattern, text):
        raise _refusal(field, "pattern", "pattern")
    return text


def _one_line(text: str) -> str:
    return ", ".join(kept for line in text.split("\n") if (kept := line.strip(",; ")))


def _refusal(field: Field, rule: str, code: str, **facts: object) -> Refusal:
    """With the words that the definition has for this rule, if it has any."""
    own: Text | None = field.messages.get(rule)
    return Refusal(code, **facts) if own is None else Refusal(code, **facts, message=own)


def _number(field: Field, text: str) -> Answer:
    try:
        if field.type == "number":
            found = formats.number(text, decimals=field.decimals)
            return canonical(formats.in_range(found, field.minimum, field.maximum))
        whole = formats.money(text) if field.type == "money" else formats.integer(text)
        return formats.in_range(whole, field.minimum, field.maximum)
    except Refusal as refusal:
        if refusal.code != "out_of_range":
            raise
        raise _refusal(field, "range", refusal.code, **refusal.facts) from None


def _yes_no(_field: Field, text: str) -> bool:
    return _one_among(text, ("yes", "no")) == "yes"


def _statement(field: Field, text: str) -> bool | None:
    if text == "yes":
        return True
    if field.required:
        raise Refusal("not_accepted")
    return None


def _any_of(field: Field, raw: Raw, _day: Day) -> Answer | None:
    chosen = {text for value in raw.get(field.key, ()) if (text := _clean(value))}
    known = [option.value for option in field.options]
    if not chosen <= set(known):
        raise Refusal("not_an_option")
    return [value for value in known if value in chosen] or None


def _date(field: Field, raw: Raw, day: Day) -> Answer | None:
    parts = _date_parts(field, raw)
    if not any(parts):
        return None
    found = formats.day(parts)
    _check_bounds(field, found, found, day.on)
    return found.isoformat()


def _partial_date(field: Field, raw: Raw, day: Day) -> Answer | None:
    parts = _date_parts(field, raw)
    if not any(parts):
        return None
    found = formats.partial_day(parts, precision=field.precision)
    _check_bounds(field, *formats.span(found), day.on)
    return found


def _date_parts(field: Field, raw: Raw) -> tuple[str, str, str]:
    day, month, year = (_clean(_first(raw, f"{field.key}-{part}")) for part in DATE_PARTS)
    return day, month, year


def _check_bounds(field: Field, first: date, last: date, on: date) -> None:
    """A day within the bounds must be among those from `first` to `last`."""
    earliest, latest = bound(field.not_before, on), bound(field.not_after, on)
    if (earliest and last < earliest) or (latest and first > latest):
        facts = {"not_before": earliest, "not_after": latest, "today": on}
        raise _refusal(field, "range", "date_out_of_range", **facts)


def bound(day: str | None, on: date) -> date | None:
    """A date's limit as the day it means."""
    if day is None:
        return None
    return on if day == "today" else date.fromisoformat(day)


def _place(field: Field, raw: Raw, day: Day) -> Answer | None:
    code = _clean(_first(raw, field.key))
    street = _one_line(_clean(_first(raw, f"{field.key}-{STREET}"), lines=True))
    if not code and not street:
        return None
    areas = day.places.get(field.as_of)
    area = areas.by_code.get(code) if areas else None
    if not code:
        raise Refusal("no_commune")
    if area is None and not (field.elsewhere and code == ELSEWHERE):
        raise Refusal("not_an_option")
    if not street:
        raise Refusal("no_street", input=STREET)
    length = characters.length(street)
    if field.max_length is not None and length > field.max_length:
        raise Refusal("too_long", length=length, maximum=field.max_length, input=STREET)
    if area is None or areas is None:
        return {"street": street, "words": street}
    words = ", ".join((street, *area.names))
    return {**area.codes, "on": areas.on.isoformat(), "street": street, "words": words}


def _map(field: Field, text: str) -> Answer:
    return coordinates.read(text, shape=field.shape or "point", most=field.max_points)


def _one_among(text: str, values: Collection[str]) -> str:
    if text not in values:
        raise Refusal("not_an_option")
    return text


BY_PARTS: Mapping[str, Callable[[Field, Raw, Day], Answer | None]] = {
    "date": _date,
    "partial_date": _partial_date,
    "any_of": _any_of,
    "place": _place,
}
READERS: Mapping[str, Callable[[Field, str], Answer]] = {
    "text": _text,
    "long_text": _text,
    "address": _text,
    "integer": _number,
    "number": _number,
    "money": _number,
    "one_of": lambda field, text: _one_among(text, [option.value for option in field.options]),
    "yes_no": _yes_no,
    "national_id": lambda field, text: formats.national_id(text, twelve_only=field.twelve_only),
    "tax_code": lambda _field, text: formats.tax_code(text),
    "phone": lambda _field, text: formats.phone(text),
    "email": lambda _field, text: formats.email(text),
    "map": _map,
}
