"""The schema of a procedure's sheet, portal/procedures/schema.json, as a part of the OpenAPI document."""

import json
from typing import Any

from portal.procedures.schema import SCHEMA_FILE

NAME = "ProcedureSheet"
SHEET = f"#/components/schemas/{NAME}"


def component() -> dict[str, Any]:
    """The schema with its own definitions inside, its references made to fit the place it now has."""
    text = SCHEMA_FILE.read_text("utf-8").replace('"#/$defs/', f'"{SHEET}/$defs/')
    schema: dict[str, Any] = json.loads(text)
    return {name: value for name, value in schema.items() if name not in ("$schema", "$id")}
