"""The buttons of a table's rows: each sends the whole page, so that nothing typed is lost, and changes the rows."""

import re
from collections.abc import Mapping
from uuid import UUID

from flask import request, url_for

from portal.procedures import tables
from portal.procedures.form import Field, Section

WANTED = re.compile(r"(add|remove):([a-z][a-z0-9_]*)(?::([0-9]{1,2}))?")
Raw = dict[str, list[str]]


def is_wanted(then: str) -> bool:
    return WANTED.fullmatch(then) is not None


def changed(part: Section, raw: Raw) -> Raw:
    """What was sent, with the row that the button adds or takes out; as it is for any other button."""
    found = WANTED.fullmatch(request.form.get("then", ""))
    field = _table(part, found[2]) if found else None
    if found is None or field is None:
        return raw
    if found[1] == "add":
        return tables.with_row(field, raw)
    return tables.without_row(field, raw, int(found[3] or 0))


def address(token: UUID, part: Section, then: str, raw: Mapping[str, list[str]]) -> str:
    """Back to the same page: at the first cell of a row that was added, at the table where one was taken out."""
    found = WANTED.fullmatch(then)
    field = _table(part, found[2]) if found else None
    place = field.key if field else ""
    if found and field and found[1] == "add":
        place = tables.row(field, tables.rows_shown(field, raw) - 1)[0].key
    back = "?return=review" if request.form.get("return") == "review" else ""
    return f"{url_for('submission.section', token=token, key=part.key)}{back}#f-{place}"


def _table(part: Section, key: str) -> Field | None:
    return next((field for field in part.fields if field.key == key and field.type == "table"), None)
