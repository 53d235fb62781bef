"""Rendering by typst: PDF/A-2b, the same bytes for the same facts, no network and no font but ours.

What people wrote reaches the template as JSON data, where a string is shown and never read as markup.
"""

import functools
import io
import json
import threading
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import segno
import typst

from portal.clock import local
from portal.papers import form_sets
from portal.papers.code128 import bar_code
from portal.papers.facts import LogProof, MandateFacts, ReceiptFacts
from portal.papers.lettering import missing_letters, shown, without

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
FONTS = Path(__file__).resolve().parent.parent / "static" / "dist" / "fonts"
PROOF_LETTERS = 3351
"""What a QR code of 157 modules a side holds, which a telephone still reads from paper; longer proofs get none."""
TEMPLATES = Path(__file__).resolve().parent / "templates"
FONT_FILES = (
    "BeVietnamPro_400Regular.ttf",
    "BeVietnamPro_400Regular_Italic.ttf",
    "BeVietnamPro_600SemiBold.ttf",
    "BeVietnamPro_700Bold.ttf",
)


class FontsMissing(RuntimeError):
    """The front end was not built, so there is no typeface to print with."""


class Paper(NamedTuple):
    """Which template, with which typefaces and codes; `at` is the instant that the file says it was made."""

    template: str
    fonts: Path
    at: datetime
    codes: Mapping[str, str]


def receipt(facts: ReceiptFacts, *, lang: str, fonts: Path = FONTS) -> bytes:
    """The receipt with its appointment as PDF/A-2b; before receipt, the confirmation of filing."""
    data = _receipt_data(facts, lang)
    return printed(Paper("receipt.typ", fonts, facts.received_at or facts.filed_at, _codes(facts)), data)


def mandate(facts: MandateFacts, *, lang: str, fonts: Path = FONTS) -> bytes:
    """A mandate as PDF/A-2b, as it stands when it is printed."""
    return printed(Paper("mandate.typ", fonts, facts.printed_at, {}), _mandate_data(facts, lang))


def printed(paper: Paper, data: dict[str, Any]) -> bytes:
    """The PDF; what no typeface of ours has is printed as question marks."""
    missing: frozenset[str] = frozenset()
    while True:
        try:
            return _compile(paper, each_text(data, functools.partial(without, letters=missing)))
        except typst.TypstError as error:
            # PDF/A forbids empty boxes: characters that no font of ours has are printed as question marks.
            found = missing_letters(error.diagnostic) - missing
            if not found:
                raise
            missing |= found


def _codes(facts: ReceiptFacts) -> dict[str, str]:
    codes = {"qr": qr_code(facts.look_up_address), "bars": bar_code(facts.reference)}
    if facts.proof is not None and facts.proof.code is not None and len(facts.proof.code) <= PROOF_LETTERS:
        codes["proof_qr"] = proof_code(facts.proof.code)
    return codes


def qr_code(content: str) -> str:
    """A QR code as SVG, with its quiet zone."""
    out = io.BytesIO()
    segno.make_qr(content, error="m", mask=4, boost_error=False).save(out, kind="svg", border=4, xmldecl=False)
    return out.getvalue().decode()


def proof_code(content: str) -> str:
    """The large QR code of a proof as SVG: as much as will go in, without spare modules against damage."""
    out = io.BytesIO()
    segno.make_qr(content, error="l", mask=4, boost_error=False).save(out, kind="svg", border=4, xmldecl=False)
    return out.getvalue().decode()


def _receipt_data(facts: ReceiptFacts, lang: str) -> dict[str, Any]:
    day = local(facts.received_at or facts.filed_at).date()
    names = [name for name in ReceiptFacts.__dataclass_fields__ if name not in ("components", "fees", "proof")]
    data = {name: getattr(facts, name) for name in names}
    form = form_sets.form("receipt", on=day)
    moments = {name: moment(data[name], lang) for name in ("filed_at", "received_at", "due_at")}
    data |= moments
    data |= {
        "lang": "en" if lang == "en" else "vi",
        "date": [day.year, day.month, day.day],
        "dated": dated(day, facts.place, lang),
        "title": form.title_in(lang),
        "form_number": form.number,
        "basis": form.basis,
        "mark": form.mark,
        "serial": facts.reference.rpartition("-")[2],
        "fees": list(facts.fees),
        "components": [{"name": one.name, "kind": one.kind, "quantity": one.quantity} for one in facts.components],
    }
    proof = None if facts.proof is None else _proof_data(facts.proof, lang)
    return {**each_text(data, shown), "look_up_address": facts.look_up_address, "proof": proof}


def _mandate_data(facts: MandateFacts, lang: str) -> dict[str, Any]:
    day = local(facts.printed_at).date()
    data = {name: getattr(facts, name) for name in MandateFacts.__dataclass_fields__}
    data |= {name: moment(data[name], lang) for name in ("offered_at", "accepted_at", "ended_at", "printed_at")}
    data |= {
        "lang": "en" if lang == "en" else "vi",
        "date": [day.year, day.month, day.day],
        "from_on": dated(facts.from_on, None, lang),
        "until_on": dated(facts.until_on, None, lang),
        "procedures": None if facts.procedures is None else list(facts.procedures),
    }
    shown_data: dict[str, Any] = each_text(data, shown)
    return shown_data


def _proof_data(proof: LogProof, lang: str) -> dict[str, Any]:
    return {
        "origin": proof.origin,
        "key_id": proof.key_id,
        "leaf": proof.leaf,
        "verify_address": proof.verify_address,
        "position": proof.position,
        "size": proof.size,
        "promised_before": moment(proof.promised_before, lang),
    }


def each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The value with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: each_text(one, change) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [each_text(one, change) for one in value]
    return value


def moment(at: datetime | None, lang: str) -> str | None:
    if at is None:
        return None
    wall_clock = local(at)
    if lang == "en":
        return f"{wall_clock:%H:%M}, {wall_clock.day} {MONTHS[wall_clock.month - 1]} {wall_clock.year}"
    return f"{wall_clock:%H} giờ {wall_clock:%M} phút, ngày {wall_clock:%d} tháng {wall_clock:%m} năm {wall_clock.year}"


def dated(day: date, place: str | None, lang: str) -> str:
    if lang == "en":
        written = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    else:
        written = f"ngày {day:%d} tháng {day:%m} năm {day.year}"
    return f"{place}, {written}" if place else written[:1].upper() + written[1:]


class Press(NamedTuple):
    """A compiler, which has one document at a time. Each template has its own: no receipt waits for a long result."""

    compiler: typst.Compiler
    one_at_a_time: threading.Lock


def _compile(paper: Paper, data: dict[str, Any]) -> bytes:
    compiler, one_at_a_time = press(paper.template, paper.fonts)
    with one_at_a_time:
        made = compiler.compile(
            format="pdf",
            sys_inputs={"facts": json.dumps(data, ensure_ascii=False), **paper.codes},
            pdf_standards="a-2b",
            timestamp=int(paper.at.timestamp()),
        )
    if not isinstance(made, bytes):
        raise TypeError("typst made no single document")
    return made


@functools.lru_cache(maxsize=16)
def press(template: str, fonts: Path) -> Press:
    """What prints this template; of all threads."""
    missing = [name for name in FONT_FILES if not (fonts / name).exists()]
    if missing:
        raise FontsMissing(f"{fonts / missing[0]} is not there: run npm run build")
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(fonts)])
    source = str(TEMPLATES / template)
    compiler = typst.Compiler(source, root=str(TEMPLATES), font_paths=found, ignore_system_fonts=True)
    return Press(compiler, threading.Lock())
