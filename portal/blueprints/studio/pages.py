"""One part of the sheet, or one thing of a list, to fill in: shown, saved, shown again beside what another saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access import Audience, audience
from portal.blueprints.studio import asks, keeping, meeting, parts, template_files
from portal.blueprints.studio.asks import Ask
from portal.blueprints.studio.face import blueprint, opened, sent_version, typed_form
from portal.blueprints.studio.meeting import Meeting
from portal.blueprints.studio.template_files import SentFiles
from portal.blueprints.studio.words import snag_words
from portal.i18n import language
from portal.problem_words import problem_message
from portal.procedures import entries, members, places, saving
from portal.procedures.entries import Raw
from portal.procedures.manuscripts import Manuscript
from portal.procedures.members import Member
from portal.procedures.places import Place
from portal.procedures.reading import Problem
from portal.template_files import naming


@dataclass(frozen=True)
class Page:
    """What a page is about."""

    manuscript: Manuscript
    place: Place
    about: tuple[Member, ...]
    title: str
    part: str

    @property
    def content(self) -> Mapping[str, Any]:
        return self.manuscript.content

    @property
    def address(self) -> str:
        if self.place:
            return parts.thing_address(self.manuscript.id, self.place)
        return url_for("studio.sheet", id=self.manuscript.id, part=self.part)

    @property
    def list_address(self) -> str:
        """The page from which one came."""
        if self.place:
            return parts.address(self.manuscript.id, self.part) + f"#{anchor(self.place)}"
        return url_for("studio.manuscript", id=self.manuscript.id)


def anchor(place: Place) -> str:
    """The id of a thing in its list."""
    return "at-" + places.address(place).replace("/", "-")


@blueprint.get("/studio/manuscripts/<int:id>/sheet/<part>")
@audience(Audience.EDITOR)
def sheet(id: int, part: str) -> ResponseReturnValue:
    """A part of the sheet."""
    return _show(_sheet_page(opened(id), part))


@blueprint.post("/studio/manuscripts/<int:id>/sheet/<part>")
@audience(Audience.EDITOR)
def save_sheet(id: int, part: str) -> ResponseReturnValue:
    return _save(_sheet_page(opened(id), part), SentFiles(typed_form(), {}))


@blueprint.get("/studio/manuscripts/<int:id>/things/<path:place>")
@audience(Audience.EDITOR)
def thing(id: int, place: str) -> ResponseReturnValue:
    """A section, a field, a case, a paper, a channel."""
    return _show(_thing_page(opened(id), place) or abort(404))


@blueprint.post("/studio/manuscripts/<int:id>/things/<path:place>")
@audience(Audience.EDITOR)
def save_thing(id: int, place: str) -> ResponseReturnValue:
    found = opened(id)
    page = _thing_page(found, place)
    sent = _sent(found, places.of_address(place))
    if page is None or sent_version() != found.version:
        return _save_elsewhere(found, place, sent)
    return _save(page, sent)


def _sheet_page(manuscript: Manuscript, part: str) -> Page:
    about = members.SHEET.get(part) or abort(404)
    return Page(manuscript, (), about, parts.name(part), part)


def _thing_page(manuscript: Manuscript, address: str) -> Page | None:
    place = places.of_address(address)
    if place is None or places.kind(place) in (None, *parts.EDITED_WITH_OWNER):
        return None
    if places.find(manuscript.content, place) is None:
        return None
    title = parts.title(manuscript.content, place)
    return Page(manuscript, place, members.of(manuscript.content, place), title, parts.list_of(place))


def _sent(manuscript: Manuscript, place: Place | None) -> SentFiles:
    """What was typed, and the files of a paper that came with it; a text that is fixed takes none."""
    if manuscript.state != "writing" or place is None or not template_files.has_files(place):
        return SentFiles(typed_form(), {})
    return template_files.taken_in(typed_form())


def _save(page: Page, with_files: SentFiles) -> ResponseReturnValue:
    raw, version = with_files.raw, sent_version()
    if version != page.manuscript.version:
        return _met(page, raw, version)
    then = request.form.get("then", "")
    sent = saving.save(page.content, page.place, page.about, raw, act=then)
    if sent.problems or with_files.errors:
        return _show(page, raw, sent.problems, refused=with_files.errors), 422
    outcome = keeping.keep(page.manuscript, sent.content)
    if outcome == "overtaken":
        return _met(page, raw, version)
    if outcome != "kept":
        again = replace(page, manuscript=opened(page.manuscript.id))
        return _show(again, raw, trouble=keeping.words(outcome, again.manuscript.written_by)), 409
    flash(_("Đã lưu."), "good")
    return redirect(_next_address(page, then), 303)


def _next_address(page: Page, then: str) -> str:
    """Back to the list, or here again: the button pressed says which."""
    if then == "stay":
        return page.address
    if (row := saving.ROW_ACT.fullmatch(then)) is not None:
        return f"{page.address}#rows-{row['input']}"
    return page.list_address


def _save_elsewhere(manuscript: Manuscript, address: str, sent: SentFiles) -> ResponseReturnValue:
    """The list has changed since: the thing is found again by its key, or what was typed is shown to be copied."""
    before = meeting.before(manuscript, sent_version())
    old = places.of_address(address)
    if before is None or old is None or places.kind(old) is None:
        abort(404)
    raw = sent.raw
    place = meeting.same_thing(before, old, manuscript.content)
    page = _thing_page(manuscript, places.address(place)) if place else None
    if page is None:
        met = meeting.of(manuscript, sent_version())
        lines = meeting.typed_lines(raw)
        back = parts.address(manuscript.id, parts.list_of(old))
        return render_template("studio/gone.html", manuscript=manuscript, met=met, lines=lines, back=back), 409
    return _met(page, raw, sent_version(), old=old)


def _met(page: Page, raw: Raw, version: int, *, old: Place | None = None) -> ResponseReturnValue:
    """Another saved meanwhile: theirs and what was typed, together on the page, to be saved again."""
    again = opened(page.manuscript.id)
    now = replace(page, manuscript=again)
    met = meeting.of(again, version, place=page.place, old=old, about=page.about, raw=raw)
    return _show(now, met.raw, met=met), 409


def _show(
    page: Page,
    raw: Raw | None = None,
    problems: tuple[Problem, ...] = (),
    *,
    met: Meeting | None = None,
    trouble: str = "",
    refused: Mapping[str, str] = MappingProxyType({}),
) -> str:
    thing_now = places.find(page.content, page.place)
    shown = entries.write(page.about, thing_now) if raw is None else raw
    found = asks.asks(page.content, page.place, page.about, shown)
    errors = {**_messages(problems, asks.labels(found)), **refused}
    return render_template(
        "studio/page.html",
        manuscript=page.manuscript,
        page=page,
        kind=places.kind(page.place),
        asks=found,
        unfolded=_unfolded(found, shown, errors),
        askable=asks.askable(page.content, page.place),
        raw=shown,
        errors=errors,
        error_list=[*([("", trouble)] if trouble else []), *((f"f-{name}", said) for name, said in errors.items())],
        met=met,
        files=template_files.known(shown) if template_files.has_files(page.place) else {},
        accept=naming.ACCEPT,
        can_write=page.manuscript.state == "writing",
    )


def _unfolded(found: Sequence[Ask], raw: Raw, errors: Mapping[str, str]) -> bool:
    """Whether one of the members that are folded away says something, or is wrong."""
    names = [ask.input for ask in found if ask.seldom]
    said = {name for name, texts in raw.items() if any(texts) and texts != ["0"]}
    return any(one == name or one.startswith(f"{name}-") for one in {*said, *errors} for name in names)


def _messages(problems: tuple[Problem, ...], labels: Mapping[str, str]) -> dict[str, str]:
    return {
        problem.field: snag_words(problem.code) or problem_message(problem, _label(problem.field, labels), language())
        for problem in problems
    }


def _label(name: str, labels: Mapping[str, str]) -> str:
    stem, _dash, behind = name.rpartition("-")
    if behind in entries.LANGUAGES:
        which = _("tiếng Việt") if behind == "vi" else _("tiếng Anh")
        return f"{labels.get(stem, stem)} ({which})"
    return labels.get(name, name)
