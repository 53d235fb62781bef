"""A procedure's form to print and fill in by hand, made from the form itself."""

import functools
from collections.abc import Mapping

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from portal import public_pages
from portal.access import Audience, audience
from portal.blueprints.catalogue.face import blueprint
from portal.condition_words import asked_when
from portal.display import is_pilot, text
from portal.files import file_names
from portal.i18n import language
from portal.papers.blank_form import BlankForm, Part, Question, Room, blank_form
from portal.procedures import queries
from portal.procedures.form import YES_NO, Field, Section
from portal.procedures.procedure import Procedure
from portal.transaction import current_session

ROOMS: Mapping[str, Room] = {
    **dict.fromkeys(("long_text", "address", "place"), "lines"),
    **dict.fromkeys(("date", "partial_date"), "day"),
    **dict.fromkeys(("one_of", "yes_no"), "choice"),
    "any_of": "boxes",
    "table": "table",
    "map": "drawing",
    "statement": "tick",
}
LINES = {"long_text": 4, "address": 2, "place": 2}
TABLE_ROWS = 5
MOST_TO_TICK = 40  # a longer list is written, not ticked
NOT_ASKED = ("file", "calculated")


@blueprint.get("/procedures/<code>/history/<int(max=99999):number>/blank.pdf")
@audience(Audience.PUBLIC)
def blank(code: str, number: int) -> ResponseReturnValue:
    """The questions of that revision's form, with room for the answers; 404 where it asks nothing."""
    found = queries.revision_numbered(current_session(), code, number)
    if found is None or not found.form.sections:
        abort(404)
    response = Response(_made(_facts(found), language()), mimetype="application/pdf")
    response.headers["Content-Disposition"] = file_names.disposition(f"to-khai-{code}.pdf")
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.add_etag()
    return public_pages.public_data(response).make_conditional(request)


@functools.lru_cache(maxsize=64)
def _made(form: BlankForm, lang: str) -> bytes:
    """Once a process for each form: setting type is dear, and the same form is the same paper."""
    return blank_form(form, lang=lang)


def _facts(found: Procedure) -> BlankForm:
    parts = [_part(section, found) for section in found.form.sections]
    components = [component for case in found.sheet["cases"] for component in case["components"]]
    return BlankForm(
        code=found.code,
        procedure=text(found.name),
        revision=found.number,
        receiver="",
        parts=tuple(part for part in parts if part.questions),
        papers=tuple(dict.fromkeys(text(component["name"]) for component in components)),
        address=url_for("catalogue.procedure", code=found.code, _external=True),
        at=found.begins_at,
        demo=is_pilot(),
    )


def _part(section: Section, found: Procedure) -> Part:
    questions = tuple(_question(field, found) for field in section.fields if field.type not in NOT_ASKED)
    return Part(text(section.title), questions, text(section.intro))


def _question(field: Field, found: Procedure) -> Question:
    when = asked_when(field.show_if, found.form.fields, language()) if field.show_if else ""
    options = tuple(_options(field))
    room = ROOMS.get(field.type, "line")
    if room in ("choice", "boxes") and len(options) > MOST_TO_TICK:
        room, options = "line", ()
    rows = max(field.min_rows, min(field.max_rows, TABLE_ROWS)) if room == "table" else LINES.get(field.type, 0)
    return Question(text(field.label), room, hint=text(field.help), when=when, options=options, rows=rows)


def _options(field: Field) -> list[str]:
    if field.type == "yes_no":
        return [text(words) for words in YES_NO.values()]
    if field.type == "table":
        return [text(column.label) for column in field.columns]
    return [text(option.label) for option in field.options]
