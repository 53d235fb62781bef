"""The manuscript as a citizen will meet it: the procedure's page and those of the form, in either language, in a narrow
or wide frame.

Nothing is kept. What is typed goes along from page to page in the page itself, so that conditions can be tried.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, headers, i18n, offered_files, unit_choices
from portal.access import Audience, audience, register_day
from portal.blueprints.studio import overview, template_files
from portal.blueprints.studio.face import blueprint, opened, typed_form
from portal.display import text
from portal.dossiers import examining
from portal.i18n import LANGUAGES, language
from portal.problem_words import problem_message
from portal.procedure_sheet import sheet_page
from portal.procedures import manuscripts, tables
from portal.procedures import queries as catalogue
from portal.procedures.answers import answers_for_display
from portal.procedures.form import Section, Stop, asked
from portal.procedures.manuscripts import Manuscript
from portal.procedures.procedure import Procedure
from portal.procedures.reading import Reading, read
from portal.transaction import current_session

WIDTHS = ("phone", "desktop")
OWN_INPUTS = ("csrf_token", "then", "return")
ROWS = re.compile(r"(add|remove):([a-z][a-z0-9_]*)(?::([0-9]{1,2}))?")
END = "-end"  # no key of a section


@dataclass(frozen=True, slots=True)
class NoDraft:
    """Stands where a citizen's draft would: nothing is attached, nothing is kept."""

    token: None = None
    files: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What the form's pages know of the draft they show."""

    procedure: Procedure
    draft: NoDraft = field(default_factory=NoDraft)


@blueprint.get("/studio/manuscripts/<int:id>/preview")
@audience(Audience.EDITOR)
def preview(id: int) -> ResponseReturnValue:
    """The frame around the pages: the sheet or a section of the form, in which language, how wide."""
    found = opened(id)
    procedure = manuscripts.preview(found, at=clock.now())
    sections = procedure.form.sections if procedure else ()
    wanted = request.args.get("section", "")
    chosen = next((one.key for one in sections if one.key == wanted), None)
    tongue = _language(request.args.get("in") or language())
    width = request.args.get("width", "phone")
    headers.let_page_frame_own_pages()
    return render_template(
        "studio/preview.html",
        wide=True,
        manuscript=found,
        name=overview.title(found),
        procedure=procedure,
        sections=[(one.key, text(one.title)) for one in sections],
        chosen=chosen,
        tongue=tongue,
        width=width if width in WIDTHS else "phone",
    )


@blueprint.get("/studio/manuscripts/<int:id>/preview/<any(vi, en):tongue>")
@audience(Audience.EDITOR)
def preview_sheet(id: int, tongue: str) -> ResponseReturnValue:
    """The procedure's page under the number that it will have; its button leads to the form's first page here."""
    i18n.speak(tongue)
    found, at = opened(id), clock.now()
    procedure = manuscripts.preview(found, at=at) or abort(404)
    headers.let_own_pages_frame_this()
    first = next(iter(procedure.form.sections), None)
    start = url_for("studio.preview_section", id=id, tongue=tongue, section=first.key) if first else None
    return sheet_page(procedure, at=at, framed=True, start=start, file_address=template_files.address)


@blueprint.get("/studio/manuscripts/<int:id>/preview/<any(vi, en):tongue>/<section>")
@audience(Audience.EDITOR)
def preview_section(id: int, tongue: str, section: str) -> ResponseReturnValue:
    """One page of the form, empty."""
    i18n.speak(tongue)
    return _framed(opened(id), tongue, section, {}, {})


@blueprint.post("/studio/manuscripts/<int:id>/preview/<any(vi, en):tongue>/<section>")
@audience(Audience.EDITOR)
def try_section(id: int, tongue: str, section: str) -> ResponseReturnValue:
    """The page as it answers: what is wrong beside its field, or the page that follows."""
    i18n.speak(tongue)
    found = opened(id)
    procedure = _procedure(found)
    raw = {name: values for name, values in typed_form().items() if name not in OWN_INPUTS}
    reading = _reading(procedure, raw)
    part = procedure.form.section(section) or abort(404)
    then = request.form.get("then", "")
    if then == "again":
        return _framed(found, tongue, section, raw, {})
    if (rows := ROWS.fullmatch(then)) is not None:
        return _framed(found, tongue, section, _with_rows(part, raw, rows), {})
    errors = _errors(part, reading, tongue)
    if errors:
        return _framed(found, tongue, section, raw, errors), 422
    stop = procedure.form.stop_after(section, reading.answers)
    if stop is not None and then != "past":
        return _stopped(found, tongue, section, raw, stop)
    return _framed(found, tongue, _following(procedure, reading, section), raw, {})


def _language(wanted: str) -> str:
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


def _procedure(found: Manuscript) -> Procedure:
    """404 while the text has no shape that could be shown; the page around it says so."""
    return manuscripts.preview(found, at=clock.now()) or abort(404)


def _reading(procedure: Procedure, raw: Mapping[str, list[str]]) -> Reading:
    known = examining.choices(current_session(), procedure.form, on=register_day())
    return read(procedure.form, raw, on=register_day(), units=known.units, places=known.places)


def _errors(part: Section, reading: Reading, tongue: str) -> dict[str, str]:
    labels = {one.key: one.label.in_(tongue) for one in part.fields}
    return {
        problem.input: problem_message(problem, labels[problem.field], tongue)
        for problem in reading.problems
        if problem.field in labels
    }


def _with_rows(part: Section, raw: dict[str, list[str]], pressed: re.Match[str]) -> dict[str, list[str]]:
    """What was typed, with the row that a table's button adds or takes out."""
    table = next((one for one in part.fields if one.key == pressed[2] and one.type == "table"), None)
    if table is None:
        return raw
    return tables.with_row(table, raw) if pressed[1] == "add" else tables.without_row(table, raw, int(pressed[3] or 0))


def _following(procedure: Procedure, reading: Reading, section: str) -> str:
    wanted = {one.key for one in asked(procedure.form, reading.answers)}
    keys = [one.key for one in procedure.form.sections]
    behind = procedure.form.sections[keys.index(section) + 1 :]
    return next((one.key for one in behind if any(inner.key in wanted for inner in one.fields)), END)


def _framed(found: Manuscript, tongue: str, section: str, raw: dict[str, list[str]], errors: dict[str, str]) -> str:
    procedure = _procedure(found)
    headers.let_own_pages_frame_this()
    if section == END:
        answers = answers_for_display(procedure.form, _reading(procedure, raw).answers, tongue)
        start = url_for("studio.preview_section", id=found.id, tongue=tongue, section=procedure.form.sections[0].key)
        return render_template("studio/preview_end.html", framed=True, anonymous=True, answers=answers, start=start)
    part = procedure.form.section(section)
    if part is None:
        abort(404)
    keys = [one.key for one in procedure.form.sections]
    at = keys.index(section)
    return render_template(
        "submission/section.html",
        framed=True,
        anonymous=True,
        opened=Shown(procedure),
        part=part,
        values=raw,
        prefilled=False,
        errors=errors,
        error_list=[(f"f-{name}", message) for name, message in errors.items()],
        units=unit_choices.field_options(current_session(), part.fields, tongue),
        answers=_reading(procedure, raw).answers,
        accept=None,
        offered=offered_files.of_questions(procedure.sheet, part.fields, address=template_files.address),
        place=(at + 1, len(keys)),
        back=_back(found, tongue, keys[at - 1] if at else None),
        send_to=url_for("studio.try_section", id=found.id, tongue=tongue, section=section),
        carried=[(name, value) for name, values in raw.items() if not _is_of(part, name) for value in values],
    )


def _back(found: Manuscript, tongue: str, section: str | None) -> str:
    """The page before; before the first one stands the procedure's."""
    if section is None:
        return url_for("studio.preview_sheet", id=found.id, tongue=tongue)
    return url_for("studio.preview_section", id=found.id, tongue=tongue, section=section)


def _stopped(found: Manuscript, tongue: str, section: str, raw: dict[str, list[str]], stop: Stop) -> str:
    """Where citizens are told that they may not need the procedure."""
    headers.let_own_pages_frame_this()
    other = catalogue.published(current_session(), stop.procedure, at=clock.now()) if stop.procedure else None
    return render_template(
        "studio/preview_stop.html",
        framed=True,
        anonymous=True,
        opened=Shown(_procedure(found)),
        stop=stop,
        other=other,
        send_to=url_for("studio.try_section", id=found.id, tongue=tongue, section=section),
        carried=[(name, value) for name, values in raw.items() for value in values],
    )


def _is_of(part: Section, name: str) -> bool:
    return any(name == one.key or name.startswith(f"{one.key}-") for one in part.fields)
