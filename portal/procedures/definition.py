"""Form definitions: what is asked, how an answer is read, how it is shown again. Pure: no database, no clock.

    form = definition.parse(content["form"])
    reading = definition.read(form, request.form.to_dict(flat=False), on=local_day, units=codes_by_level)

This module is the package's face; the parts live in `form`, `conditions`, `parsing`, `reading`, `answers` and
their neighbours.
"""

from portal.procedures.answers import answers_for_display, prefilled, raw_values
from portal.procedures.conditions import AllOf, AnyOf, Condition, Test
from portal.procedures.form import Answer, Field, Form, Option, Section, Stop, asked, is_asked
from portal.procedures.parsing import build, parse
from portal.procedures.reading import CODES, Problem, Reading, missing_files, read
from portal.procedures.schema import Fault
from portal.procedures.text import Text

__all__ = [
    "CODES",
    "AllOf",
    "Answer",
    "AnyOf",
    "Condition",
    "Fault",
    "Field",
    "Form",
    "Option",
    "Problem",
    "Reading",
    "Section",
    "Stop",
    "Test",
    "Text",
    "answers_for_display",
    "asked",
    "build",
    "is_asked",
    "missing_files",
    "parse",
    "prefilled",
    "raw_values",
    "read",
]
