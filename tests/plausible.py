"""Plausible answers to any form of the catalogue, as a browser would send them. Nobody here is real."""

from collections.abc import Mapping
from datetime import date, timedelta

from portal.procedures import inputs, tables
from portal.procedures.answers import prefilled
from portal.procedures.beforehand import beforehand
from portal.procedures.definition import Field, Form, Section
from portal.procedures.form import is_asked
from portal.procedures.reading import Places, Raw, read

TEXTS = (  # by what stands in the field's key
    ("child_name", "Nguyễn Mẫu Bé"),
    ("mother_name", "Trần Thị Mẫu Mẹ"),
    ("father_name", "Nguyễn Văn Mẫu Cha"),
    ("name", "Lê Mẫu Thử"),
    ("number", "123/2020"),
    ("ethnic", "Kinh"),
    ("nationality", "Việt Nam"),
    ("hometown", "Tỉnh Bà Rịa - Vũng Tàu"),
    ("birth_place", "Bệnh viện Thử Nghiệm, Thành phố Bà Rịa"),
)
SENTENCE = "Nội dung khai để thử, không phải của người thật. "
CORNERS = "10,346 107,084\n10,346 107,085\n10,347 107,085"
EARLIEST = date(1990, 5, 17)
Units = Mapping[str, frozenset[str]]
NOWHERE: Places = {}


def answers(
    form: Form, *, on: date, units: Units, identity: Mapping[str, str | None], places: Places = NOWHERE
) -> dict[str, list[str]]:
    """What to type so that the whole form holds: every field that it asks, the person's own facts where it wants them.

    `units` and `places` are what to choose from, as `read` takes them; `identity` is what the portal
    knows of the person.
    """
    sources = {f"identity.{name}": value for name, value in identity.items()}
    known = prefilled(form, beforehand(form.fields, sources, on=on, units=units, places=places))
    raw: dict[str, list[str]] = {}
    for field in form.fields:
        if field.type != "file" and is_asked(field, read(form, raw, on=on, units=units, places=places).answers):
            raw |= inputs.of((field,), known) or _typed(field, on, units, places)
    return raw


def of_section(section: Section, raw: Raw) -> dict[str, list[str]]:
    """Those answers that one section's page sends."""
    return inputs.of(section.fields, raw)


def _typed(field: Field, on: date, units: Units, places: Places) -> dict[str, list[str]]:
    match field.type:
        case "date" | "partial_date":
            day = _day(field, on)
            return dict(zip(inputs.names(field), ([f"{day:%d}"], [f"{day:%m}"], [f"{day:%Y}"]), strict=True))
        case "place":
            code = min(places[field.as_of].by_code)
            return {field.key: [code], f"{field.key}-{inputs.STREET}": ["7 đường Thử Nghiệm"]}
        case "table":
            rows = [tables.row(field, number) for number in range(max(field.min_rows, 1))]
            cells = [_typed(cell, on, units, places) for row in rows for cell in row]
            return {name: values for cell in cells for name, values in cell.items()}
        case "calculated":
            return {}
    return {field.key: [_text(field, units)]}


def _text(field: Field, units: Units) -> str:
    match field.type:
        case "one_of" | "any_of":
            return field.options[0].value
        case "yes_no" | "statement":
            return "yes"
        case "integer" | "number" | "money":
            return str(min(max(field.minimum or 0, 2), field.maximum or 2)).replace(".", ",")
        case "map":
            return CORNERS if field.shape == "area" else CORNERS.split("\n", maxsplit=1)[0]
        case "unit":
            return min(units[field.level or ""])
        case "long_text":
            return _words(field, SENTENCE)
    if field.type == "text":
        return _words(field, next((word for part, word in TEXTS if part in field.key), field.label.vi))
    return FIXED[field.type]


def _words(field: Field, start: str) -> str:
    """Long enough and not too long."""
    words = start.strip()
    while len(words) < (field.min_length or 1):
        words = f"{words} {start}".strip()
    return words[: field.max_length or 200].strip()


def _day(field: Field, on: date) -> date:
    """An ordinary day between the field's bounds."""
    earliest, latest = _bound(field.not_before, on), _bound(field.not_after, on)
    usual = on - timedelta(days=20) if "child" in field.key else EARLIEST
    day = max(usual, earliest) if earliest else usual
    if earliest and earliest >= on:
        day = earliest + timedelta(days=30)
    return min(day, latest) if latest else day


def _bound(day: str | None, on: date) -> date | None:
    if day is None:
        return None
    return on if day == "today" else date.fromisoformat(day)


FIXED: Mapping[str, str] = {
    "national_id": "099190000777",
    "tax_code": "9900000777",
    "phone": "0900000777",
    "email": "thu.nghiem@example.test",
    "address": "7 đường Thử Nghiệm, Phường 1, Thành phố Vũng Tàu",
}
