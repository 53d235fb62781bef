"""The schema of a table as CSV on the Web metadata (W3C, Metadata Vocabulary for Tabular Data). Pure.

A reader of `ledger.csv` finds it under `ledger.csv-metadata.json`, the place that the standard gives it.
"""

from typing import Any

from portal.opendata.columns import Column, Table
from portal.procedures.text import Text

DATATYPES: dict[str, Any] = {
    "integer": "integer",
    "text": "string",
    "boolean": "boolean",
    "instant": "dateTimeStamp",
    "day": "date",
    "hash": {"base": "string", "format": "[0-9a-f]{64}"},
    "address": "anyURI",
}


def metadata(table: Table, *, url: str, licence: str) -> dict[str, Any]:
    """What describes the CSV file at `url`."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "vi"}],
        "url": url,
        "dc:title": in_both(table.title),
        "dc:description": in_both(table.about),
        "dc:license": {"@id": licence},
        "dialect": {"header": True, "encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": [_column(column) for column in table.columns], "primaryKey": list(table.key)},
    }


def in_both(text: Text) -> list[dict[str, str]]:
    """A text in both languages, as JSON-LD writes it."""
    return [{"@value": text.vi, "@language": "vi"}, {"@value": text.en, "@language": "en"}]


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "titles": [column.name],
        "dc:description": in_both(column.about),
        "datatype": DATATYPES[column.kind],
        "required": column.required,
    }
