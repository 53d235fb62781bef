"""Small forms for tests, written as in a procedure file."""

from typing import Any

from portal.procedures import definition
from portal.procedures.definition import Form


def words(vi: str) -> dict[str, str]:
    return {"vi": vi, "en": f"{vi} (en)"}


def field(kind: str, key: str = "it", **members: Any) -> dict[str, Any]:
    """One field's data, with the options or level that its type must have."""
    data: dict[str, Any] = {"key": key, "type": kind, "label": words(f"Mục {key}"), **members}
    if kind in ("one_of", "any_of") and "options" not in data:
        data["options"] = [{"value": value, "label": words(value.upper())} for value in ("a", "b", "c")]
    if kind == "unit":
        data.setdefault("level", "commune")
    if kind == "map":
        data.setdefault("shape", "area")
    return data


def sections(**fields: list[dict[str, Any]]) -> dict[str, Any]:
    """A form's data: each name a section."""
    return {"sections": [{"key": key, "title": words(key), "fields": inside} for key, inside in fields.items()]}


def form(*fields: dict[str, Any]) -> Form:
    """A form of one section."""
    return definition.parse(sections(only=list(fields)))
