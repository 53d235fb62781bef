"""One section at a time; what was typed is kept, right or wrong."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from portal import clock, offered_files, unit_choices
from portal.access import Audience, audience, register_day
from portal.blueprints.submission import choosing, journey, on_paper, rows
from portal.blueprints.submission.beginning import blueprint
from portal.blueprints.submission.opening import Opened, opened
from portal.blueprints.submission.wishing import meant
from portal.blueprints.submission.writing import writer
from portal.dossier_words import error_words, file_words
from portal.dossiers import attachments, counter, drafts, own_files, queries, uploads
from portal.dossiers.uploads import Unfinished
from portal.errors import Invalid
from portal.files.file_refusals import FileRefused
from portal.i18n import language
from portal.paper_note_words import kind_options
from portal.problem_words import problem_message
from portal.procedures import queries as catalogue
from portal.procedures.answers import display, prefilled
from portal.procedures.form import Field, Form, Section
from portal.procedures.reading import Problem
from portal.transaction import current_session, unit_of_work
from portal.way_words import way_words

Errors = dict[str, str]  # field key -> message


@blueprint.get("/drafts/<uuid:token>")
@audience(Audience.WRITER)
def draft(token: UUID) -> ResponseReturnValue:
    """The task list of a draft."""
    open_draft = opened(token)
    return render_template(
        "submission/draft.html",
        opened=open_draft,
        tasks=journey.tasks(open_draft.draft, open_draft.procedure, open_draft.reading, language()),
        receiver=_receiver_name(open_draft),
        way=way_words(wished.way) if (wished := meant(open_draft)) else None,
        ready=not open_draft.reading.problems,
    )


@blueprint.get("/drafts/<uuid:token>/unit")
@audience(Audience.PERSON)
def unit(token: UUID) -> ResponseReturnValue:
    """Where to file: the unit that receives."""
    return _unit_page(opened(token), None)


@blueprint.post("/drafts/<uuid:token>/unit")
@audience(Audience.PERSON)
def choose_unit(token: UUID) -> ResponseReturnValue:
    chosen = request.form.get("unit", "")
    if not chosen.isdecimal() or len(chosen) > 12:
        return _unit_page(opened(token), Problem("unit", "missing")), 422
    try:
        with unit_of_work() as session:
            drafts.choose_unit(
                session,
                token=token,
                person_id=current_user.person_id,
                unit_id=int(chosen),
                on=register_day(),
                at=clock.now(),
            )
    except Invalid:
        return _unit_page(opened(token), Problem("unit", "not_an_option")), 422
    first = journey.sections_asked(*_form_and_reading(opened(token)))[0]
    return redirect(url_for("submission.section", token=token, key=first.key), 303)


@blueprint.get("/drafts/<uuid:token>/sections/<key>")
@audience(Audience.WRITER)
def section(token: UUID, key: str) -> ResponseReturnValue:
    """One section of the form."""
    return _section_page(opened(token), key, {}, prefill=True)


@blueprint.post("/drafts/<uuid:token>/sections/<key>")
@audience(Audience.WRITER)
def save_section(token: UUID, key: str) -> ResponseReturnValue:
    """Keep what was typed and attached; then on, back to the list, or here again with what to mend."""
    part = _section(opened(token, outdated=True), key)  # what was typed is kept even if the form changed meanwhile
    errors = _attach_all(token, part) | _note_papers(token, part)
    with unit_of_work() as session:
        problems = drafts.save(
            session,
            token=token,
            person_id=writer(token),
            section=key,
            raw=rows.changed(part, request.form.to_dict(flat=False)),
            at=clock.now(),
            on=register_day(),
        )
    then = request.form.get("then", "next")
    now_open = opened(token)
    if rows.is_wanted(then) and not errors:
        return redirect(rows.address(token, part, then, now_open.draft.raw), 303)
    if (field := choosing.wanted(then)) is not None and not errors:
        return redirect(url_for("submission.choose_own", token=token, key=key, field=field), 303)
    if then == "later" and not errors:
        return redirect(url_for("submission.draft", token=token), 303)
    if then != "attach":
        errors = {**_messages(part, problems), **_missing_files(part, now_open), **errors}
    if errors or then == "attach":
        return _section_page(now_open, key, errors), 422 if errors else 200
    if journey.stop(now_open.procedure.form, now_open.reading, key):
        address = url_for("submission.stop", token=token, key=key)
        return redirect(f"{address}?return=review" if request.form.get("return") == "review" else address, 303)
    return redirect(_next_address(now_open, key), 303)


@blueprint.get("/drafts/<uuid:token>/sections/<key>/stop")
@audience(Audience.WRITER)
def stop(token: UUID, key: str) -> ResponseReturnValue:
    """Why one may not need this procedure after all; what was answered stays, back and on are both open."""
    open_draft = opened(token)
    part = _section(open_draft, key)
    reason = journey.stop(open_draft.procedure.form, open_draft.reading, key)
    if reason is None:
        return redirect(_next_address(open_draft, key), 303)
    other = catalogue.published(current_session(), reason.procedure, at=clock.now()) if reason.procedure else None
    return render_template(
        "submission/stop.html",
        opened=open_draft,
        part=part,
        stop=reason,
        other=other,
        next=_next_address(open_draft, key),
    )


@blueprint.post("/drafts/<uuid:token>/files/<int:file_id>/remove")
@audience(Audience.WRITER)
def remove_file(token: UUID, file_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        drafts.detach(session, token=token, person_id=writer(token), file_id=file_id, at=clock.now())
    key = request.form.get("section", "")
    if opened(token).procedure.form.section(key):
        return redirect(url_for("submission.section", token=token, key=key), 303)
    return redirect(url_for("submission.draft", token=token), 303)


@blueprint.get("/drafts/<uuid:token>/files/<int:file_id>")
@audience(Audience.WRITER)
def file(token: UUID, file_id: int) -> ResponseReturnValue:
    """The person's own file back, as an attachment."""
    found = queries.file_of_person(current_session(), file_id, person_id=writer(token), at=clock.now())
    if found is None or file_id not in {file.id for file in opened(token, outdated=True).draft.files}:
        abort(404)
    return Response(attachments.read(found), headers=attachments.headers(found))


@blueprint.get("/drafts/<uuid:token>/files/<int:file_id>/preview")
@audience(Audience.WRITER)
def preview(token: UUID, file_id: int) -> ResponseReturnValue:
    """A small picture of a photograph, made when it came."""
    found = queries.file_of_person(current_session(), file_id, person_id=writer(token), at=clock.now())
    if found is None or not found.preview or file_id not in {file.id for file in opened(token).draft.files}:
        abort(404)
    return Response(attachments.preview(found), headers=attachments.PREVIEW_HEADERS)


def _section_page(open_draft: Opened, key: str, errors: Errors, *, prefill: bool = False) -> str:
    part = _section(open_draft, key)
    draft_now, form = open_draft.draft, open_draft.procedure.form
    fresh = prefill and not journey.opened(part, draft_now, draft_now.attached)
    filled = open_draft.filled(part)
    answers = open_draft.reading.answers
    known = prefilled(Form((part,)), filled, answers=answers) if fresh else {}
    previous = journey.before(form, open_draft.reading, key)
    return render_template(
        "submission/section.html",
        opened=open_draft,
        part=part,
        values={**known, **draft_now.raw},
        prefilled=bool(known),
        filled={key: display(field, filled[key], language()) for key, field in _fields(part) if key in filled},
        errors=errors,
        error_list=[(f"f-{name}", message) for name, message in errors.items()],
        units=unit_choices.field_options(current_session(), part.fields, language()),
        answers=answers,
        accept=attachments.ACCEPT,
        offered=offered_files.of_questions(open_draft.procedure.sheet, part.fields),
        unfinished=_unfinished(draft_now.token, part),
        choosable=_may_choose(open_draft, part),
        paper_kinds=kind_options() if open_draft.applicant else None,
        papers=on_paper.shown(part, draft_now.papers),
        place=_place(open_draft, key),
        back=_back_address(open_draft, previous),
    )


def _may_choose(open_draft: Opened, part: Section) -> bool:
    """Whether there are documents of earlier dossiers to choose from; an officer at the counter sees none."""
    if open_draft.applicant is not None or not _has_files(part):
        return False
    return own_files.has_any(current_session(), person_id=current_user.person_id)


def _unfinished(token: UUID, part: Section) -> list[Unfinished]:
    """Files of this section whose upload broke off."""
    if not _has_files(part):
        return []
    begun = uploads.unfinished(current_session(), draft=token, person_id=writer(token))
    keys = {field.key for field in part.fields}
    return [one for one in begun if one.field in keys]


def _fields(part: Section) -> list[tuple[str, Field]]:
    return [(field.key, field) for field in part.fields]


def _has_files(part: Section) -> bool:
    return any(field.type == "file" for field in part.fields)


def _unit_page(open_draft: Opened, problem: Problem | None) -> str:
    options = unit_choices.receiver_options(current_session(), open_draft.procedure, language())
    message = problem_message(problem, _unit_label(), language()) if problem else None
    return render_template("submission/unit.html", opened=open_draft, options=options, error=message)


def _attach_all(token: UUID, part: Section) -> Errors:
    """Store and attach every file sent; what is refused is told beside its field, the others are kept."""
    errors: Errors = {}
    full: set[str] = set()
    for key, sent in _sent_files(part):
        if key in full:
            continue
        try:
            stored = attachments.store(sent.stream, name=sent.filename or "", declared=sent.mimetype)
            with unit_of_work() as session:
                drafts.attach(
                    session,
                    token=token,
                    person_id=writer(token),
                    field=key,
                    file=stored,
                    at=clock.now(),
                )
        except FileRefused as error:
            errors[key] = file_words(error)
        except Invalid as error:
            errors[key] = error_words(error)
            full.add(key)
    return errors


def _note_papers(token: UUID, part: Section) -> Errors:
    """Keep what an officer says there is on paper; what has no shape is told, and not kept."""
    if not current_user.is_officer or not _has_files(part):
        return {}
    notes, errors = on_paper.read(part)
    with unit_of_work() as session:
        counter.note_papers(
            session, token=token, person_id=writer(token), section=part.key, notes=notes, at=clock.now()
        )
    return errors


def _sent_files(part: Section) -> Iterator[tuple[str, FileStorage]]:
    for field in part.fields:
        if field.type == "file":
            for sent in request.files.getlist(field.key):
                if sent.filename:
                    yield field.key, sent


def _messages(part: Section, problems: tuple[Problem, ...]) -> Errors:
    labels = {field.key: field.label.in_(language()) for field in part.fields}
    return {p.input: problem_message(p, labels.get(p.field, ""), language()) for p in problems}


def _missing_files(part: Section, open_draft: Opened) -> Errors:
    keys = {field.key for field in part.fields if field.type == "file"}
    return _messages(part, tuple(p for p in open_draft.reading.problems if p.field in keys))


def _next_address(open_draft: Opened, key: str) -> str:
    if request.values.get("return") == "review":
        return url_for("submission.review", token=open_draft.draft.token)
    following = journey.after(*_form_and_reading(open_draft), key)
    if following is None:
        return url_for("submission.review", token=open_draft.draft.token)
    return url_for("submission.section", token=open_draft.draft.token, key=following)


def _back_address(open_draft: Opened, previous: str | None) -> str:
    token = open_draft.draft.token
    if previous is None:
        return url_for("submission.draft", token=token)
    return url_for("submission.section", token=token, key=previous)


def _place(open_draft: Opened, key: str) -> tuple[int, int]:
    """Which step of how many this section is."""
    keys = [part.key for part in journey.sections_ahead(*_form_and_reading(open_draft))]
    return (keys.index(key) + 1 if key in keys else len(keys), len(keys))


def _form_and_reading(open_draft: Opened) -> tuple[Any, Any]:
    return open_draft.procedure.form, open_draft.reading


def _section(open_draft: Opened, key: str) -> Section:
    part = open_draft.procedure.form.section(key)
    if part is None:
        abort(404)
    return part


def _receiver_name(open_draft: Opened) -> str | None:
    chosen = open_draft.draft.unit_id
    units = unit_choices.receivers(current_session(), open_draft.procedure) if chosen else ()
    return next((unit.name_in(language()) for unit in units if unit.id == chosen), None)


def _unit_label() -> str:
    return str(_("Nơi nộp hồ sơ"))
