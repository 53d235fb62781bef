"""What is wrong with a file that somebody hands in, by the place where that person finds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

CODES = (
    "missing",
    "missing_english",
    "missing_advised",
    "too_long",
    "unreadable",
    "not_a_code",
    "not_a_number",
    "out_of_range",
    "not_a_day",
    "not_a_choice",
    "not_yes_or_no",
    "not_text",
    "not_a_list",
    "not_an_object",
    "duplicate",
    "duplicate_channel",
    "unknown_channel",
    "unknown_field",
    "unknown_term_unit",
    "unknown_procedure",
    "unknown_agency",
    "unknown_column",
    "unknown_sheet",
    "no_sheet",
    "no_header",
    "too_many",
    "does_not_fit",
    "not_public",
    "manuscript_open",
)
LONGEST_QUOTE = 80
Severity = Literal["error", "advice"]


@dataclass(frozen=True, slots=True)
class Problem:
    """`sheet`, `row` (as the program numbers it) and `column` (its heading) of a table, or the `path` of a JSON member.

    `value` is what stands there, shortened; `about` what would be right, where that can be said. What the schema has
    against it (`does_not_fit`) is a finding: `about` its code, `facts` its facts. An `advice` does not keep the file
    from being imported: the manuscript says it again.
    """

    code: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    letter: str = ""
    path: str = ""
    value: str = ""
    about: str = ""
    severity: Severity = "error"
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)


class Unreadable(ValueError):
    """The file cannot be read at all: `code` says why, `about` with what limit."""

    def __init__(self, code: str, about: str = "") -> None:
        self.code, self.about = code, about
        super().__init__(code)


def shortened(value: object) -> str:
    """Half a character, which JSON can write and nobody can send, is a question mark."""
    text = str(value).encode(errors="replace").decode()
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"
