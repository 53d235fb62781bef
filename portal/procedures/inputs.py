"""What the inputs of a field are called in a page, and which of those sent belong to it.

A field's key holds no hyphen, so everything before the first one names the field: `born-day`, `home-street`,
`goods-2-price`, `name-reason`.
"""

import re
from collections.abc import Iterable, Mapping

from portal.procedures.form import Field

DATE_PARTS = ("day", "month", "year")
STREET = "street"
REASON = "reason"
ROW = re.compile(r"(0|[1-9][0-9]?)-([a-z][a-z0-9_]*)((?:-day|-month|-year)?)")


def names(field: Field) -> tuple[str, ...]:
    """The inputs that the field always has; of a table, whose rows come and go, none."""
    if field.type in ("file", "calculated", "table"):
        found: tuple[str, ...] = ()
    elif field.type in ("date", "partial_date"):
        found = tuple(f"{field.key}-{part}" for part in DATE_PARTS)
    elif field.type == "place":
        found = (field.key, f"{field.key}-{STREET}")
    else:
        found = (field.key,)
    return (*found, f"{field.key}-{REASON}") if field.with_reason else found


def owner(fields: Iterable[Field], name: str) -> Field | None:
    """The field of these that the input belongs to."""
    key, _hyphen, rest = name.partition("-")
    field = next((field for field in fields if field.key == key), None)
    if field is None:
        return None
    return field if name in names(field) or (field.type == "table" and _is_cell(field, rest)) else None


def of(fields: Iterable[Field], raw: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What was sent for these fields."""
    listed = tuple(fields)
    return {name: list(values) for name, values in raw.items() if owner(listed, name) is not None}


def _is_cell(field: Field, rest: str) -> bool:
    found = ROW.fullmatch(rest)
    if found is None or int(found[1]) >= field.max_rows:
        return False
    column = next((column for column in field.columns if column.key == found[2]), None)
    return column is not None and (column.type == "date") == bool(found[3])
