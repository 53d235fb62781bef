"""The control slip: every hand-over of a dossier with its time and persons, and room to sign, as PDF/A."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from portal.clock import local
from portal.papers.code128 import bar_code
from portal.papers.form_sets import Form
from portal.papers.lettering import shown
from portal.papers.notices import form_data, number_of
from portal.papers.rendering import FONTS, Paper, dated, each_text, moment, printed, qr_code

Punctuality = Literal["before", "on", "after", ""]


@dataclass(frozen=True, slots=True)
class HandOver:
    """One row: who gave the dossier to whom, and when. `giver`, `taker`: names of people, empty where none is known."""

    unit: str
    at: datetime
    giver: str
    taker: str
    result: Punctuality
    note: str


@dataclass(frozen=True, slots=True)
class SlipFacts:
    """`at`: of the last row, which the file bears as its time, so that it is the same until somebody acts again."""

    form: Form
    reference: str
    at: datetime
    agency: str
    superior: str
    place: str | None
    applicant: str
    phone: str
    procedure_code: str
    procedure: str
    received_at: datetime | None
    due_at: datetime | None
    rows: Sequence[HandOver]
    look_up_address: str
    demo: bool = False


def control_slip(facts: SlipFacts, *, lang: str, fonts: Path = FONTS) -> bytes:
    codes = {"qr": qr_code(facts.look_up_address), "bars": bar_code(facts.reference)}
    return printed(Paper("control.typ", fonts, facts.at, codes), _data(facts, lang))


def _data(facts: SlipFacts, lang: str) -> dict[str, Any]:
    day = local(facts.at).date()
    left_out = ("form", "at", "rows", "received_at", "due_at")
    data = {name: getattr(facts, name) for name in SlipFacts.__dataclass_fields__ if name not in left_out}
    data |= form_data(facts.form, lang) | {
        "number": number_of(facts.form, facts.reference),
        "date": [day.year, day.month, day.day],
        "dated": dated(day, facts.place, lang),
        "received_at": moment(facts.received_at, lang) or "",
        "due_at": moment(facts.due_at, lang) or "",
        "rows": [_row(row, lang) for row in facts.rows],
    }
    return {**each_text(data, shown), "look_up_address": facts.look_up_address}


def _row(row: HandOver, lang: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in HandOver.__dataclass_fields__} | {"at": moment(row.at, lang)}
