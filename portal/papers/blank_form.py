"""A form to fill in by hand, as PDF/A: the questions of a procedure's form with room for the answers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from portal.clock import local
from portal.papers.lettering import shown
from portal.papers.rendering import FONTS, Paper, each_text, printed

Room = Literal["line", "lines", "day", "choice", "boxes", "table", "drawing", "tick"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what room it leaves; every text in the paper's language."""

    label: str
    room: Room
    hint: str = ""
    when: str = ""  # on what answer it hangs; empty: always
    options: Sequence[str] = ()  # to tick, or the heads of a table's columns
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    questions: Sequence[Question]
    intro: str = ""


@dataclass(frozen=True, slots=True)
class BlankForm:
    """`at`: when the revision began, which the file bears as its time, so that the same form is the same bytes."""

    code: str
    procedure: str
    revision: int
    receiver: str  # to whom it is addressed; empty: left to be written
    parts: Sequence[Part]
    papers: Sequence[str]  # to hand in with it
    address: str  # where the procedure's page is
    at: datetime
    demo: bool = False


def blank_form(form: BlankForm, *, lang: str, fonts: Path = FONTS) -> bytes:
    day = local(form.at).date()
    data = asdict(form) | {"lang": "en" if lang == "en" else "vi", "date": [day.year, day.month, day.day], "at": None}
    return printed(Paper("blank.typ", fonts, form.at, {}), each_text(data, shown))
