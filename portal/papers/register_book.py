"""The register of a one-stop desk for a period, as PDF/A across the page."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from portal.clock import local
from portal.papers.form_sets import Form
from portal.papers.lettering import shown
from portal.papers.notices import form_data
from portal.papers.rendering import FONTS, Paper, dated, each_text, printed


@dataclass(frozen=True, slots=True)
class BookLine:
    """One dossier; every text in the paper's language, days and instants in words."""

    reference: str
    procedure: str
    sets: str
    applicant: str  # with address and telephone
    holder: str
    received_at: str
    due_at: str
    returned_at: str
    way: str
    note: str


@dataclass(frozen=True, slots=True)
class BookFacts:
    form: Form
    agency: str
    superior: str
    place: str | None
    period: str
    at: datetime  # when it was printed
    lines: Sequence[BookLine]
    demo: bool = False


def register_book(facts: BookFacts, *, lang: str, fonts: Path = FONTS) -> bytes:
    day = local(facts.at).date()
    data = {name: getattr(facts, name) for name in ("agency", "superior", "period", "demo")}
    data |= form_data(facts.form, lang) | {
        "reference": "",
        "number": "",
        "date": [day.year, day.month, day.day],
        "dated": dated(day, facts.place, lang),
        "lines": [asdict(line) for line in facts.lines],
    }
    return printed(Paper("register.typ", fonts, facts.at, {}), each_text(data, shown))
