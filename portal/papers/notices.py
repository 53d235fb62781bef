"""What the desk writes to an applicant, as PDF/A: supplement, refusal, apology with a new date, stop."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from portal.clock import local
from portal.papers.code128 import bar_code
from portal.papers.form_sets import Form
from portal.papers.lettering import shown
from portal.papers.rendering import FONTS, Paper, dated, each_text, moment, printed, qr_code

NoticeKind = Literal["supplement", "refusal", "denial", "apology", "stop"]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of what has to be completed; `kind`: original, certified or copy, in words."""

    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """Finished values; what is not known is empty, and the paper leaves room for it. `at`: when it was decided."""

    kind: NoticeKind
    form: Form
    reference: str
    copy: int  # its number among the papers of the kind that the dossier had
    at: datetime
    agency: str
    superior: str
    place: str | None
    applicant: str
    address: str
    phone: str
    email: str
    procedure_code: str
    procedure: str
    filed_at: datetime
    received_at: datetime | None
    due_before: datetime | None
    due_after: datetime | None
    items: Sequence[Item]
    reason: Sequence[str]  # by paragraph
    officer: str
    contact: str
    look_up_address: str
    demo: bool = False


def notice(facts: NoticeFacts, *, lang: str, fonts: Path = FONTS) -> bytes:
    """The paper as PDF/A-2b, the same bytes for the same facts."""
    codes = {"qr": qr_code(facts.look_up_address), "bars": bar_code(facts.reference)}
    return printed(Paper("notice.typ", fonts, facts.at, codes), _data(facts, lang))


def _data(facts: NoticeFacts, lang: str) -> dict[str, Any]:
    day, moments = local(facts.at).date(), ("filed_at", "received_at", "due_before", "due_after")
    data = {name: getattr(facts, name) for name in NoticeFacts.__dataclass_fields__ if name not in ("form", "at")}
    data |= {name: moment(data[name], lang) or "" for name in moments}
    data |= form_data(facts.form, lang) | {
        "number": number_of(facts.form, facts.reference, facts.copy),
        "date": [day.year, day.month, day.day],
        "dated": dated(day, facts.place, lang),
        "items": [asdict(item) for item in facts.items],
        "reason": list(facts.reason),
    }
    return {**each_text(data, shown), "look_up_address": facts.look_up_address}


def form_data(form: Form, lang: str) -> dict[str, str]:
    """What a template says of the form it is."""
    return {
        "lang": "en" if lang == "en" else "vi",
        "title": form.title_in(lang),
        "form_number": form.number or "",
        "basis": form.basis,
    }


def number_of(form: Form, reference: str, copy: int = 1) -> str:
    """The paper's own number: the dossier's, told apart where the dossier had such a paper before."""
    more = f"-{copy}" if copy > 1 else ""
    return f"{reference}/{form.mark}{more}" if form.mark else f"{reference}{more}"
