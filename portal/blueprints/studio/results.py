"""Result templates in the studio: the list, one being begun, and a manuscript on one page with its text."""

from collections.abc import Callable, Mapping, Sequence

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.studio.face import blueprint, editor_id, sent_version
from portal.blueprints.studio.overview import act_words, state_words
from portal.blueprints.studio.second_person import refused_words
from portal.difference_words import ChangeWords, Group, kind_words, line_changes
from portal.errors import Invalid, Refused, Stale
from portal.i18n import language
from portal.procedures import queries as procedures
from portal.procedures.form import Form
from portal.result_templates import drafting, faults, manuscripts, queries
from portal.result_templates.manuscripts import Manuscript
from portal.result_templates.marks import ANSWER, UNPRINTABLE
from portal.result_templates.queries import Version
from portal.result_words import TooLong, finding_lines, mark_words, sample_pdf, too_long_words
from portal.transaction import current_session, unit_of_work

_: Callable[..., str] = gettext
LONGEST_CODE = 60
Typed = Mapping[str, str]


def outcome_words() -> Mapping[str, str]:
    return {"granted": _("Giải quyết, có kết quả"), "refused": _("Từ chối giải quyết")}


@blueprint.get("/studio/results")
@audience(Audience.EDITOR)
def results() -> ResponseReturnValue:
    """What is being written, and what is in force."""
    return _list_page({}, None)


@blueprint.post("/studio/results")
@audience(Audience.EDITOR)
def begin_result() -> ResponseReturnValue:
    """Begin one for a procedure and an outcome."""
    typed = {name: request.form.get(name, "").strip()[:LONGEST_CODE] for name in ("code", "outcome")}
    try:
        with unit_of_work() as session:
            made = drafting.begin(session, **typed, officer_id=editor_id(), at=clock.now())
    except Refused as refused:
        flash(_("Mẫu này đang có một bản thảo. Hãy làm tiếp trên bản thảo đó."), "waiting")
        return redirect(url_for("studio.result", id=refused.facts["id"]), 303)
    except Invalid as invalid:
        return _list_page(typed, _not_begun(invalid)), 422
    return redirect(url_for("studio.result", id=made), 303)


@blueprint.get("/studio/results/<int:id>")
@audience(Audience.EDITOR)
def result(id: int) -> ResponseReturnValue:
    """The manuscript: its text, the marks there are, what is wrong, what comes next, what was published."""
    return page(opened_result(id))


@blueprint.post("/studio/results/<int:id>")
@audience(Audience.EDITOR)
def save_result(id: int) -> ResponseReturnValue:
    """Keep the text, right or wrong; where somebody else saved meanwhile nothing is kept and the words stay."""
    found = opened_result(id)
    typed = {
        "title": request.form.get("title", "")[: 2 * faults.LONGEST_TITLE],
        "body": request.form.get("body", "")[: 2 * faults.LONGEST_BODY],
    }
    try:
        with unit_of_work() as session:
            drafting.save(session, id=id, version=sent_version(), **typed, officer_id=editor_id(), at=clock.now())
    except (Refused, Stale) as refused:
        again = opened_result(id)
        return page(again, error=_met(refused), typed=typed, theirs=isinstance(refused, Stale)), 409
    except Invalid as invalid:
        return page(found, error=" ".join(finding_lines(invalid.problems)), typed=typed), 422
    flash(_("Đã lưu."), "good")
    return redirect(url_for("studio.result", id=id, _anchor="faults"), 303)


@blueprint.get("/studio/results/<int:id>/preview.pdf")
@audience(Audience.EDITOR)
def preview_result(id: int) -> ResponseReturnValue:
    """The paper with made-up facts and answers."""
    found, at = opened_result(id), clock.now()
    procedure = procedures.published(current_session(), found.code, at=at)
    try:
        data = sample_pdf(found.title, found.body, procedure, at=at)
    except TooLong:
        return page(found, error=too_long_words()), 422
    headers = {"Content-Disposition": f'attachment; filename="{found.code}-{found.outcome}.pdf"'}
    return Response(data, mimetype="application/pdf", headers=headers)


def opened_result(id: int) -> Manuscript:
    return manuscripts.manuscript(current_session(), id) or abort(404)


def page(
    found: Manuscript,
    *,
    error: str | None = None,
    typed: Typed | None = None,
    theirs: bool = False,
    wrong: Sequence[object] = (),
) -> str:
    """The page of a manuscript. `typed`: what could not be saved; `theirs`: show what was saved beside it."""
    session, at = current_session(), clock.now()
    procedure = procedures.published(session, found.code, at=at)
    problems = manuscripts.check(session, found.title, found.body, code=found.code, at=at)
    history = queries.history(session, found.code, outcome=found.outcome)
    return render_template(
        "studio/result.html",
        wide=True,
        manuscript=found,
        name=procedure.name if procedure else None,
        outcome=outcome_words()[found.outcome],
        state=state_words(found.state),
        typed=typed or {"title": found.title, "body": found.body},
        theirs=theirs,
        marks=list(mark_words().items()),
        answers=_answers(procedure.form) if procedure else [],
        faults=finding_lines((*wrong, *problems)),
        history=history,
        differs=_difference(found, history),
        trail=[(act_words(line.act), line) for line in reversed(found.trail)],
        may_approve=found.may_approve(editor_id()),
        error=error,
    )


def _difference(found: Manuscript, history: Sequence[Version]) -> Group | None:
    """What an open manuscript says otherwise than the version that it continues; None where it continues none."""
    base = next((one for one in history if one.number == found.base), None)
    if base is None or not found.is_open:
        return None
    spoken = None if language() == "vi" else "vi"
    changes = line_changes(base.body, found.body, spoken=spoken)
    if base.title != found.title:
        words = kind_words("changed"), _("Tên văn bản"), ""
        changes.insert(0, ChangeWords("changed", *words, base.title, found.title, spoken))
    return Group(_("So với bản %(n)s", n=base.number), tuple(changes))


def _answers(form: Form) -> list[tuple[str, str]]:
    """The mark of each answer that can be printed, and its question."""
    lang = language()
    return [(ANSWER + one.key, one.label.in_(lang)) for one in form.fields if one.type not in UNPRINTABLE]


def _met(refused: Refused | Stale) -> str:
    if isinstance(refused, Stale):
        return _("Có người vừa lưu mẫu này. Chữ bạn gõ còn ở dưới, chữ của họ ở ngay sau đó. Hãy gộp lại rồi lưu.")
    return refused_words(refused)


def _not_begun(invalid: Invalid) -> tuple[str, str]:
    if invalid.code == "procedure_unknown":
        return "code", _("Cổng chưa công bố thủ tục mang mã này.")
    return "outcome", _("Hãy chọn mẫu dùng khi giải quyết hay khi từ chối.")


def _list_page(typed: Typed, error: tuple[str, str] | None) -> str:
    session = current_session()
    open_ones, holding = manuscripts.open_ones(session), queries.holding(session, at=clock.now())
    codes = {*(one.code for one in open_ones), *(one.code for one in holding)}
    return render_template(
        "studio/results.html",
        wide=True,
        open_ones=[(one, state_words(one.state)) for one in open_ones],
        holding=holding,
        names=procedures.names_of(session, codes),
        outcomes=outcome_words(),
        typed=typed,
        error=error,
    )
