"""Something new in a list: a section, a question of a chosen type, a case, a paper, a way to file."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access import Audience, audience
from portal.blueprints.studio import keeping, parts
from portal.blueprints.studio.face import blueprint, opened, sent_version, typed_form, whole_number
from portal.blueprints.studio.words import choice_words, member_words, snag_words
from portal.i18n import language
from portal.problem_words import problem_message
from portal.procedures import editing, entries, keys, members, places, saving
from portal.procedures.editing import Snag
from portal.procedures.manuscripts import Manuscript
from portal.procedures.members import Member
from portal.procedures.places import Kind, Place

ASKED_AT_FIRST: dict[Kind, Member] = {
    "field": Member("label", "words", needed=True),
    "section": Member("title", "words", needed=True),
    "component": Member("name", "words", needed=True),
    "case": Member("name", "words"),
    "column": Member("label", "words", needed=True),
    "stop": Member("text", "prose", needed=True),
    "offer": Member("agencies", "lines", needed=True),
}
TYPED = ("field", "column")  # of a type that is chosen with it


@blueprint.get("/studio/manuscripts/<int:id>/add/<path:place>")
@audience(Audience.EDITOR)
def ask_add(id: int, place: str) -> ResponseReturnValue:
    """What is it called, and of what type; the rest follows on its own page."""
    found = opened(id)
    where, kind = _list(found, place)
    return _page(found, where, kind, {}, {})


@blueprint.post("/studio/manuscripts/<int:id>/add/<path:place>")
@audience(Audience.EDITOR)
def add(id: int, place: str) -> ResponseReturnValue:
    found = opened(id)
    where, kind = _list(found, place)
    raw = typed_form()
    if found.version != sent_version():
        return _page(found, where, kind, raw, {}, met=True), 409
    words, errors = _words(kind, raw)
    chosen = request.form.get("choice", "")
    if kind in (*TYPED, "channel") and chosen not in dict(_choices(kind)):
        errors["choice"] = _("Hãy chọn một loại.")
    if errors:
        return _page(found, where, kind, raw, errors), 422
    before = whole_number(request.form.get("before"))
    changed = editing.add(
        found.content, where, _new(found, where, kind, words, chosen), before=before if before >= 0 else None
    )
    if isinstance(changed, Snag):
        return _page(found, where, kind, raw, {"": snag_words(changed.why) or ""}), 422
    outcome = keeping.keep(found, changed)
    if outcome != "kept":
        again = opened(id)
        words = {} if outcome == "overtaken" else {"": keeping.words(outcome, again.written_by)}
        return _page(again, where, kind, raw, words, met=outcome == "overtaken"), 409
    at = before if before >= 0 else len(places.things(changed, where)) - 1
    return redirect(parts.thing_address(id, (*where, min(at, len(places.things(changed, where)) - 1))), 303)


def _list(found: Manuscript, address: str) -> tuple[Place, Kind]:
    where = places.of_address(address) or abort(404)
    kind = places.item_kind(where)
    if kind is None or kind in parts.EDITED_WITH_OWNER or kind not in (*ASKED_AT_FIRST, "channel"):
        abort(404)
    if places.find(found.content, places.thing_around(where)) is None:
        abort(404)
    return where, kind


def _words(kind: Kind, raw: dict[str, list[str]]) -> tuple[Any, dict[str, str]]:
    member = ASKED_AT_FIRST.get(kind)
    if member is None:
        return {}, {}
    found = entries.read((member,), raw, None)
    label = member_words(kind, member.name)[0]
    errors = {problem.field: problem_message(problem, label, language()) for problem in found.problems}
    said: Any = found.values.get(member.name) or {}
    if member.needed and not errors and not (said if member.kind == "lines" else said.get("vi")):
        name = member.input if member.kind == "lines" else f"{member.input}-vi"
        errors[name] = _("%(label)s: hãy ghi mục này.", label=label)
    return said, errors


def _new(found: Manuscript, where: Place, kind: Kind, said: Any, chosen: str) -> dict[str, Any]:
    if kind in TYPED:
        return saving.new_field(found.content, where, type=chosen, label=said)
    key = keys.from_words(said.get("vi", ""), otherwise="muc") if isinstance(said, dict) else ""
    made: dict[str, dict[str, Any]] = {
        "section": {"key": key, "title": said, "fields": []},
        "component": {"key": key, "name": said, "originals": 1, "copies": 0, "required": True},
        "case": {"name": said, "components": []} if said else {"components": []},
        "channel": {"channel": chosen, "term": {"number": 5, "unit": "working_days"}, "fees": []},
        "stop": {"when": None, "text": said},
        "offer": {"agencies": said, "channels": []},
    }
    return {name: value for name, value in made[kind].items() if value is not None}


def _choices(kind: Kind) -> list[tuple[str, str]]:
    """What there is to choose of: the types of a field, the ways to file."""
    if kind == "channel":
        return list(choice_words("channel").items())
    words = choice_words("type")
    types = {"field": members.FIELD_TYPES, "column": members.COLUMN_TYPES}.get(kind, ())
    return [(one, words.get(one, one)) for one in types]


def _page(
    found: Manuscript,
    where: Place,
    kind: Kind,
    raw: dict[str, list[str]],
    errors: dict[str, str],
    *,
    met: bool = False,
) -> str:
    member = ASKED_AT_FIRST.get(kind)
    label, hint = member_words(kind, member.name) if member else ("", "")
    owner = places.thing_around(where)
    return render_template(
        "studio/add.html",
        manuscript=found,
        kind=kind,
        member=member,
        label=label,
        hint=hint,
        choices=_choices(kind),
        owner=parts.title(found.content, owner) if owner else "",
        before=request.values.get("before", ""),
        raw=raw,
        errors=errors,
        error_list=[(f"f-{name}" if name else "", message) for name, message in errors.items()],
        met=met,
        back=url_for("studio.things", id=found.id, part=parts.list_of(where)),
    )
