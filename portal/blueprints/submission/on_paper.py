"""At the counter a component may be noted as paper instead of sent as a file: which kind, and how many."""

from collections.abc import Callable, Mapping

from flask import request
from flask_babel import gettext

from portal.dossiers.paper_notes import MOST, PaperKind, PaperNote
from portal.procedures.form import Section

_: Callable[..., str] = gettext

Typed = tuple[str, str]  # kind and number as they stand in the form


def read(part: Section) -> tuple[dict[str, PaperNote], dict[str, str]]:
    """The notes of this section as sent, and what is wrong with the others, by the input to mend."""
    notes: dict[str, PaperNote] = {}
    errors: dict[str, str] = {}
    for field in part.fields:
        kind, number = _typed(field.key)
        if field.type != "file" or not kind:
            continue
        if kind not in set(PaperKind):
            errors[f"paper-kind-{field.key}"] = _("Hãy chọn một trong các mục có sẵn.")
        elif not (number.isascii() and number.isdecimal() and len(number) < 4 and 1 <= int(number) <= MOST):
            errors[f"paper-number-{field.key}"] = _("Hãy ghi số bản giấy, từ 1 đến %(most)s.", most=MOST)
        else:
            notes[field.key] = PaperNote(PaperKind(kind), int(number))
    return notes, errors


def shown(part: Section, kept: Mapping[str, PaperNote]) -> dict[str, Typed]:
    """What the inputs of each component hold: what was just sent, else what is kept."""
    fields = [field.key for field in part.fields if field.type == "file"]
    if request.method == "POST":
        return {key: _typed(key) for key in fields}
    return {key: (kept[key].kind.value, str(kept[key].number)) if key in kept else ("", "1") for key in fields}


def _typed(key: str) -> Typed:
    kind = request.form.get(f"paper-kind-{key}", "")[:20]
    return kind, request.form.get(f"paper-number-{key}", "").strip()[:10]
