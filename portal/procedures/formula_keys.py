"""What a formula may be made of: the numbers and tables asked before it, each as a formula writes it. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from portal.procedures.places import SECTIONS, Place, find, things
from portal.procedures.sense import COUNTED


def usable(content: Mapping[str, Any], place: Place) -> list[tuple[str, Any]]:
    """What stands before the field at `place`, as it is written and its label: `price`, `tong(goods, .count)`."""
    return [entry for field in _before(content, place) for entry in _written(field)]


def _before(content: Mapping[str, Any], place: Place) -> Iterator[Mapping[str, Any]]:
    for number in range(len(things(content, SECTIONS))):
        for at in range(len(things(content, (*SECTIONS, number, "fields")))):
            where = (*SECTIONS, number, "fields", at)
            if where == place:
                return
            field = find(content, where)
            if isinstance(field, Mapping):
                yield field


def _written(field: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    key, label = str(field.get("key")), field.get("label") or {}
    if field.get("type") in COUNTED:
        yield key, label
    if field.get("type") == "table":
        yield f"dem({key})", label
        for column in field.get("columns") or ():
            if column.get("type") in COUNTED:
                yield f"tong({key}, .{column.get('key')})", column.get("label") or {}
