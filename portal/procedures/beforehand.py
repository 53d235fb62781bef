"""Answers that the portal knows before anybody types: those that a field's `prefill` names and that hold for it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from portal.procedures.form import Answer, Field, Form, Section
from portal.procedures.reading import Places, Units, read
from portal.procedures.text import Text
from portal.procedures.typed import inputs_of

NO_TITLE = Text("", "")


def beforehand(
    fields: Iterable[Field], sources: Mapping[str, Any], *, on: date, units: Units, places: Places
) -> dict[str, Answer]:
    """By field key. `sources` are values by a prefill's name, as `identity.name`; what does not fit is left out."""
    found: dict[str, Answer] = {}
    for field in fields:
        value = sources.get(field.prefill or "")
        if value:
            alone = replace(field, show_if=None, required=False, required_if=None, with_reason=False)
            form = Form((Section("", NO_TITLE, None, (alone,)),))
            reading = read(form, inputs_of(alone, value), on=on, units=units, places=places)
            found |= {} if reading.problems else reading.answers
    return found
