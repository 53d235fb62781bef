"""A result written from a template of the province's, as PDF/A. Vietnamese: it is the agency's act.

Every line comes as words with nothing to read in them; the last page keeps the place where signatures are put.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from portal.clock import local
from portal.papers.code128 import bar_code
from portal.papers.lettering import shown
from portal.papers.rendering import FONTS, Paper, dated, printed, qr_code

LineKind = Literal["heading", "subheading", "bullet", "numbered", "centred", "paragraph"]


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One line: its words, each bold or not; `number` of a numbered one, 0 of others."""

    kind: LineKind
    words: Sequence[tuple[str, bool]]
    number: int = 0


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """Finished values. `at`: when it was made; `number`: the decision's own, as the officer typed it."""

    title: str
    number: str
    reference: str
    agency: str
    superior: str
    place: str | None
    at: datetime
    lines: Sequence[ResultLine]
    officer: str
    officer_title: str
    recipients: Sequence[str]
    look_up_address: str
    made_from: str  # the template and its version; among the keywords of the PDF
    demo: bool = False


def result_paper(facts: ResultFacts, *, fonts: Path = FONTS) -> bytes:
    """The paper as PDF/A-2b, the same bytes for the same facts."""
    codes = {"qr": qr_code(facts.look_up_address), "bars": bar_code(facts.reference)}
    return printed(Paper("result.typ", fonts, facts.at, codes), _data(facts))


def _data(facts: ResultFacts) -> dict[str, Any]:
    day = local(facts.at).date()
    said = ("title", "number", "reference", "agency", "superior", "officer", "officer_title")
    return {
        **{name: shown(getattr(facts, name)) for name in said},
        "lang": "vi",
        "keywords": [facts.made_from] if facts.made_from else [],
        "date": [day.year, day.month, day.day],
        "dated": dated(day, facts.place, "vi"),
        "recipients": [shown(one) for one in facts.recipients],
        "lines": [
            {
                "kind": line.kind,
                "number": line.number,
                "words": [{"text": _inside(text), "bold": bold} for text, bold in line.words],
            }
            for line in facts.lines
        ],
        "look_up_address": facts.look_up_address,
        "demo": facts.demo,
    }


def _inside(text: str) -> str:
    """As it stands between other words: the spaces at its ends stay."""
    before, after = text[:1].isspace(), text[-1:].isspace()
    return f"{' ' if before else ''}{shown(text)}{' ' if after and text.strip() else ''}"
