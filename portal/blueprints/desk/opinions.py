"""Opinions that other units ask of ours: the list, one task with what was chosen for it, and the answer."""

from collections.abc import Callable

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Audience, audience, register_day
from portal.blueprints.desk.face import actor, blueprint, desk_units, officer_id
from portal.blueprints.desk.page import summary_of
from portal.dossier_words import error_words, problem_words
from portal.dossiers import attachments, commands, notes, opinions, queries
from portal.dossiers.opinions import Task
from portal.dossiers.references import agency
from portal.dossiers.views import StoredFile
from portal.errors import Forbidden, Invalid, NotFound, Refused, Stale
from portal.procedures import queries as catalogue
from portal.procedures.reading import Problem
from portal.transaction import current_session, unit_of_work

_: Callable[..., str] = gettext

Summary = list[tuple[str, list[tuple[str, str]]]]
NUMBER = "<int(max=9223372036854775807):opinion_id>"


@blueprint.get("/desk/opinions")
@audience(Audience.OFFICER)
def opinion_list() -> ResponseReturnValue:
    """What our units have to answer, the most urgent first."""
    waiting = opinions.waiting_for(current_session(), unit_ids=desk_units())
    return render_template("desk/opinions.html", waiting=waiting, at=clock.now(), wide=True)


@blueprint.get(f"/desk/opinions/{NUMBER}")
@audience(Audience.OFFICER)
def opinion(opinion_id: int) -> ResponseReturnValue:
    """One task; that the officer saw it is in the applicant's access log before it is shown."""
    return _page(_found(opinion_id))


@blueprint.get(f"/desk/opinions/{NUMBER}/files/<int(max=9223372036854775807):file_id>")
@audience(Audience.OFFICER)
def opinion_file(opinion_id: int, file_id: int) -> ResponseReturnValue:
    """A file that was chosen for the task, while it is to be answered."""
    found = _found(opinion_id)
    stored = next((file for file in _files(current_session(), found) if file.id == file_id), None) or abort(404)
    _record_view(opinion_id, file_id=file_id)
    return Response(attachments.read(stored), headers=attachments.headers(stored))


@blueprint.post(f"/desk/opinions/{NUMBER}")
@audience(Audience.OFFICER)
def answer_opinion(opinion_id: int) -> ResponseReturnValue:
    """Answer, or show the page again with what stood in the way; the same answer twice is one."""
    found, typed = _found(opinion_id), request.form.get("answer", "")
    try:
        with unit_of_work() as session:
            commands.give_opinion(
                session,
                reference=found.row.reference,
                by=actor(),
                opinion_id=opinion_id,
                at=clock.now(),
                on=register_day(),
                answer=typed,
            )
    except Invalid as error:
        problems = [problem for problem in error.problems if isinstance(problem, Problem)]
        return _page(found, error=problem_words(problems[0]), typed=typed), 422
    except (Stale, NotFound):
        found = _found(opinion_id)
        if found.row.answer is None or found.row.answer != notes.read(typed, "answer")[0]:
            return _page(found, trouble=_over(found), typed=typed), 409
    except (Refused, Forbidden) as error:
        return _page(_found(opinion_id), trouble=error_words(error), typed=typed), 409
    flash(_("Đã gửi ý kiến về hồ sơ %(reference)s.", reference=found.row.reference), "good")
    return redirect(url_for("desk.opinion_list"), 303)


def _over(found: Task) -> str:
    """Why there is nothing to answer any more."""
    if found.row.taken_back_at is not None:
        return _("Đơn vị hỏi vừa thu hồi câu hỏi này, nên không cần ý kiến nữa.")
    return _("Đồng nghiệp của bạn đã trả lời rồi; câu trả lời ở bên dưới.")


def _found(opinion_id: int) -> Task:
    """The task, if it is one of the officer's units'; a foreign one looks like none."""
    return opinions.task(current_session(), opinion_id, unit_ids=desk_units()) or abort(404)


def _page(found: Task, *, error: str | None = None, trouble: str | None = None, typed: str = "") -> str:
    _record_view(found.row.id)
    session = current_session()
    return render_template(
        "desk/opinion.html",
        task=found.row,
        late=found.row.late(clock.now()),
        files=_files(session, found),
        summary=_summary(session, found),
        error=error,
        trouble=trouble,
        typed=typed,
        longest=notes.LONGEST,
    )


def _files(session: Session, found: Task) -> list[StoredFile]:
    return [file for file in (queries.file_asked_about(session, one) for one in found.file_ids) if file is not None]


def _summary(session: Session, found: Task) -> Summary | None:
    if found.answers is None:
        return None
    procedure = catalogue.revision(session, found.revision_id, agency=agency(found.row.reference)) or abort(404)
    return summary_of(session, found.answers, procedure)


def _record_view(opinion_id: int, *, file_id: int | None = None) -> None:
    with unit_of_work() as session:
        opinions.record_view(
            session,
            opinion_id,
            officer_id=officer_id(),
            unit_ids=desk_units(),
            at=clock.now(),
            file_id=file_id,
        )
