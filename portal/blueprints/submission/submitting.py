"""The review page, and the click that files."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portal import clock, unit_choices
from portal.access import Audience, audience, register_day
from portal.blueprints.submission import journey
from portal.blueprints.submission.beginning import blueprint
from portal.blueprints.submission.opening import Opened, opened
from portal.blueprints.submission.wishing import meant
from portal.blueprints.submission.writing import dossier_address, home, writer
from portal.dossiers import commands, drafts
from portal.dossiers.views import File
from portal.errors import Invalid, Refused
from portal.i18n import language
from portal.paper_note_words import note_words
from portal.problem_words import problem_message
from portal.procedures.answers import lines_of
from portal.procedures.form import asked
from portal.procedures.reading import Problem
from portal.transaction import current_session, unit_of_work
from portal.way_words import wished_words


@blueprint.get("/drafts/<uuid:token>/review")
@audience(Audience.WRITER)
def review(token: UUID) -> ResponseReturnValue:
    """Everything once more, each section with its way to change it."""
    return _review_page(opened(token), show_problems=False)


@blueprint.post("/drafts/<uuid:token>/review")
@audience(Audience.WRITER)
def submit(token: UUID) -> ResponseReturnValue:
    """File the draft; a repeated click leads to the same dossier."""
    try:
        with unit_of_work() as session:
            done = commands.submit(
                session,
                token=token,
                person_id=writer(token),
                language="en" if language() == "en" else "vi",
                at=clock.now(),
                on=register_day(),
            )
    except Invalid:
        return _review_page(opened(token), show_problems=True), 422
    except Refused as error:
        if error.code != "mandate_over":
            raise
        return _review_page(opened(token), show_problems=False), 409
    if current_user.is_officer:
        return redirect(dossier_address(done.reference), 303)
    return redirect(url_for("account.dossier", reference=done.reference, filed=1), 303)


@blueprint.post("/drafts/<uuid:token>/for-myself")
@audience(Audience.PERSON)
def for_myself(token: UUID) -> ResponseReturnValue:
    """Go on for oneself, where the mandate holds no more; what was typed is kept, to be checked."""
    with unit_of_work() as session:
        drafts.for_oneself(session, token=token, person_id=current_user.person_id, at=clock.now())
    return redirect(url_for("submission.draft", token=token), 303)


@blueprint.get("/drafts/<uuid:token>/discard")
@audience(Audience.WRITER)
def ask_discard(token: UUID) -> ResponseReturnValue:
    """Ask once before a draft is thrown away."""
    return render_template("submission/discard.html", opened=opened(token, outdated=True))


@blueprint.post("/drafts/<uuid:token>/discard")
@audience(Audience.WRITER)
def discard(token: UUID) -> ResponseReturnValue:
    with unit_of_work() as session:
        drafts.discard(session, token=token, person_id=writer(token))
    return redirect(home(), 303)


@blueprint.errorhandler(Refused)
def lead_on(error: Refused) -> ResponseReturnValue:
    """An old tab of a draft that was filed leads to the dossier it became; of an outdated draft, to what changed."""
    if error.code == "already_submitted":
        return redirect(dossier_address(str(error.facts["reference"])), 303)
    token = (request.view_args or {}).get("token")
    if error.code == "procedure_changed" and token is not None:
        return redirect(url_for("submission.changes", token=token), 303)
    raise error


def _review_page(open_draft: Opened, *, show_problems: bool) -> str:
    token = open_draft.draft.token
    form = open_draft.procedure.form
    problems = open_draft.reading.problems
    errors = [(_mend_address(open_draft, problem), _message(open_draft, problem)) for problem in problems]
    receivers = unit_choices.receivers(current_session(), open_draft.procedure)
    receiver = next((unit for unit in receivers if unit.id == open_draft.draft.unit_id), None)
    return render_template(
        "submission/review.html",
        opened=open_draft,
        sections=_summary(open_draft),
        receiver=receiver.name_in(language()) if receiver else None,
        wished=wished_words(wished) if (wished := meant(open_draft)) else None,
        errors=errors,
        show_problems=show_problems or bool(request.args.get("check")),
        channel=open_draft.procedure.offered_by(receiver).channel(open_draft.draft.channel),
        back=url_for("submission.section", token=token, key=form.sections[-1].key),
    )


def _summary(open_draft: Opened) -> list[tuple[str, str, list[tuple[str, str | tuple[File, ...]]]]]:
    """(section key, title, [(label, words or files)]) of all that is asked, empty answers shown as such."""
    form, answers = open_draft.procedure.form, open_draft.reading.answers
    names = unit_choices.field_names(current_session(), form, answers, language())
    shown = {field.key for field in asked(form, answers)}
    sections = []
    for section in journey.sections_asked(form, open_draft.reading):
        lines: list[tuple[str, str | tuple[File, ...]]] = []
        for field in section.fields:
            if field.key not in shown:
                continue
            label = field.label.in_(language())
            if field.type == "file":
                lines += _handed_in(label, field.key, open_draft)
            else:
                lines += lines_of(field, answers, language(), units=names) or ((label, ""),)
        sections.append((section.key, section.title.in_(language()), lines))
    return sections


def _handed_in(label: str, key: str, open_draft: Opened) -> list[tuple[str, str | tuple[File, ...]]]:
    """The files of a component, and at the counter what there is of it on paper."""
    files, note = open_draft.draft.files_of(key), open_draft.draft.papers.get(key)
    if note is None:
        return [(label, files)]
    on_paper = (label, note_words(note))
    return [(label, files), on_paper] if files else [on_paper]


def _mend_address(open_draft: Opened, problem: Problem) -> str:
    key = journey.section_of(open_draft.procedure.form, problem)
    token = open_draft.draft.token
    if key == journey.UNIT:
        return url_for("submission.unit", token=token)
    return f"{url_for('submission.section', token=token, key=key)}?return=review#f-{problem.input}"


def _message(open_draft: Opened, problem: Problem) -> str:
    field = open_draft.procedure.form.field(problem.field)
    return problem_message(problem, field.label.in_(language()) if field else _("Nơi nộp hồ sơ"), language())
