"""The lists of a manuscript - form, papers, channels - in order, with buttons: up, down, copy, remove. No dragging."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.access import Audience, audience
from portal.blueprints.studio import findings, keeping, parts
from portal.blueprints.studio.face import blueprint, opened, sent_version
from portal.blueprints.studio.pages import anchor
from portal.blueprints.studio.words import choice_words, snag_words
from portal.deadlines import Term
from portal.display import text
from portal.form_words import type_words
from portal.procedure_words import term_words
from portal.procedures import editing, places, saving
from portal.procedures.editing import Snag
from portal.procedures.manuscripts import Manuscript
from portal.procedures.places import Place

_: Callable[..., str] = gettext

BY = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class Inner:
    """A list inside a thing."""

    place: str
    anchor: str
    kind: str
    lines: list["Line"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of a list, with the lists inside it."""

    place: str
    anchor: str
    kind: str
    title: str
    note: str
    href: str
    is_first: bool
    is_last: bool
    wrong: int
    inside: list[Inner]


@blueprint.get("/studio/manuscripts/<int:id>/lists/<part>")
@audience(Audience.EDITOR)
def things(id: int, part: str) -> ResponseReturnValue:
    """A list in its order."""
    found = opened(id)
    where = parts.LISTS.get(part) or abort(404)
    wrong = findings.by_thing(found)
    return render_template(
        "studio/list.html",
        manuscript=found,
        part=part,
        title=parts.name(part),
        lines=_lines(found, where, wrong),
        beside=_inner(found, parts.BESIDE[part], wrong) if part in parts.BESIDE else None,
        list_address=places.address(where),
        first_section=places.find(found.content, (*places.SECTIONS, 0, "key")),
        can_write=found.state == "writing",
    )


@blueprint.post("/studio/manuscripts/<int:id>/arrange")
@audience(Audience.EDITOR)
def arrange(id: int) -> ResponseReturnValue:
    """Move a thing, or copy it."""
    found = opened(id)
    place = _place(request.form.get("place"))
    act = request.form.get("act", "")
    if found.version != sent_version():
        return _met(found, place)
    if act in BY:
        changed = editing.move(found.content, place, BY[act])
        there = editing.where_moved(found.content, place, BY[act])
    elif act == "copy":
        changed = editing.duplicate(found.content, place)
        there = (*place[:-1], int(place[-1]) + 1)
    else:
        abort(400)
    return _kept(found, place, changed, there)


@blueprint.get("/studio/manuscripts/<int:id>/remove/<path:place>")
@audience(Audience.EDITOR)
def ask_remove(id: int, place: str) -> ResponseReturnValue:
    """Ask once before something is removed; what hangs on it is named."""
    found = opened(id)
    where = _place(place)
    if places.find(found.content, where) is None:
        abort(404)
    hanging = saving.hanging_on(found.content, where)
    return render_template(
        "studio/remove.html",
        manuscript=found,
        place=place,
        title=parts.title(found.content, where),
        inside=_inside(found.content, where),
        hanging=[text(one.get("label")) or one.get("key") for one in hanging if "when" not in one],
        stopping=[text(one.get("text")) for one in hanging if "when" in one],
        back=_list_address(found, where),
    )


@blueprint.post("/studio/manuscripts/<int:id>/remove/<path:place>")
@audience(Audience.EDITOR)
def remove(id: int, place: str) -> ResponseReturnValue:
    found = opened(id)
    where = _place(place)
    if found.version != sent_version():
        return _met(found, where)
    beside = where[:-1] if places.kind(where[:-2]) in (None, "sheet") else where[:-2]
    return _kept(found, where, editing.remove(found.content, where), beside)


def _kept(found: Manuscript, place: Place, changed: dict[str, Any] | Snag, there: Place) -> ResponseReturnValue:
    """Save, and back to the list, where the thing now stands."""
    if isinstance(changed, Snag):
        flash(snag_words(changed.why) or "", "waiting")
        return redirect(_list_address(found, place), 303)
    outcome = keeping.keep(found, changed)
    if outcome != "kept":
        flash(keeping.words(outcome, opened(found.id).written_by), "waiting")
        return redirect(_list_address(found, place), 303)
    return redirect(parts.address(found.id, parts.list_of(place)) + f"#{anchor(there)}", 303)


def _met(found: Manuscript, place: Place) -> ResponseReturnValue:
    """Another saved since the page was made; where things stand now is for the list to show."""
    flash(keeping.words("overtaken", found.written_by), "waiting")
    return redirect(_list_address(found, place), 303)


def _list_address(found: Manuscript, place: Place) -> str:
    return parts.address(found.id, parts.list_of(place)) + f"#{anchor(place)}"


def _place(address: str | None) -> Place:
    """A thing of one of the lists; anything else is no such page."""
    place = places.of_address(address or "")
    if place is None or places.kind(place) in (None, *parts.EDITED_WITH_OWNER):
        abort(404)
    return place


def _lines(found: Manuscript, where: Place, wrong: Mapping[Place, int]) -> list[Line]:
    there = places.things(found.content, where)
    return [_line(found, (*where, at), len(there), wrong) for at in range(len(there))]


def _line(found: Manuscript, place: Place, of_all: int, wrong: Mapping[Place, int]) -> Line:
    kind, thing = places.kind(place) or "sheet", places.find(found.content, place)
    at = int(place[-1])
    goes_on = kind == "field"  # from one section into the next
    sections = len(places.things(found.content, places.SECTIONS))
    return Line(
        places.address(place),
        anchor(place),
        kind,
        parts.title(found.content, place),
        _note(kind, thing),
        parts.thing_address(found.id, place),
        is_first=at == 0 and (not goes_on or place[2] == 0),
        is_last=at == of_all - 1 and (not goes_on or place[2] == sections - 1),
        wrong=wrong.get(place, 0),
        inside=[_inner(found, (*place, name), wrong) for name in parts.inner_lists(thing, kind)],
    )


def _inner(found: Manuscript, where: Place, wrong: Mapping[Place, int]) -> Inner:
    kind = places.item_kind(where) or ""
    return Inner(places.address(where), anchor(where), kind, _lines(found, where, wrong))


def _note(kind: str, thing: Mapping[str, Any]) -> str:
    """What one sees of it in the list."""
    if kind in ("field", "column"):
        words = [type_words(str(thing.get("type")))]
        words += [_("bắt buộc")] if thing.get("required") else []
        words += [_("có điều kiện")] if thing.get("show_if") or thing.get("required_if") else []
        return ", ".join(words)
    if kind == "component":
        return _(
            "Bản chính %(originals)s / Bản sao %(copies)s",
            originals=thing.get("originals", 0),
            copies=thing.get("copies", 0),
        )
    if kind == "channel":
        return _term(thing.get("term") or {})
    return ""


def _term(said: Mapping[str, Any]) -> str:
    """The term as the procedure's page says it; nothing while it is not one yet."""
    if not isinstance(said.get("number"), int) or said.get("unit") not in choice_words("term.unit"):
        return ""
    return term_words(Term(said["number"], said["unit"]))


def _inside(content: Mapping[str, Any], place: Place) -> int:
    lists = parts.inner_lists(places.find(content, place), places.kind(place))
    return sum(len(places.things(content, (*place, name))) for name in lists)
