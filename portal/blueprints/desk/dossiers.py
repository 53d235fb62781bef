"""One dossier at the desk: read it, open its files, do one act."""

from collections.abc import Callable

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock
from portal.access import Audience, audience, register_day
from portal.blueprints.desk.acts import ACTS, DeskAct, Facts, read, whole_number
from portal.blueprints.desk.clicks import done_with, out_of_reach
from portal.blueprints.desk.face import actor, blueprint, desk_units, officer_id
from portal.blueprints.desk.page import names_in, record_view, show
from portal.blueprints.desk.trouble import Trouble, moved_on, trouble_of
from portal.display import act_words
from portal.dossiers import attachments, notes, opinions, queries, signed_papers
from portal.dossiers.life import Act
from portal.dossiers.views import Dossier, Step
from portal.dossiers.vocabulary import TAKEN_BACK
from portal.errors import NotFound, PortalError, Stale
from portal.mandate_words import paper, paper_headers
from portal.mandates import queries as mandates
from portal.transaction import current_session, unit_of_work
from portal.units import queries as units

_: Callable[..., str] = gettext

ADDRESSES = ", ".join(f"'{address}'" for address in ACTS)

Again = Callable[[Dossier, Trouble], ResponseReturnValue]


@blueprint.get("/desk/dossiers/<reference>")
@audience(Audience.OFFICER)
def dossier(reference: str) -> ResponseReturnValue:
    """The page. The one thing that this GET writes is the access log, which the applicant can read."""
    return show(_found(reference))


@blueprint.get("/desk/dossiers/<reference>/files/<int(max=9223372036854775807):file_id>")
@audience(Audience.OFFICER)
def file(reference: str, file_id: int) -> ResponseReturnValue:
    """A file of the dossier, as an attachment; the download is in the access log too."""
    stored = queries.file_for_desk(current_session(), file_id, unit_ids=desk_units(), by=actor())
    if stored is None or stored.dossier_id is None or stored.reference != reference:
        abort(404)
    record_view(stored.dossier_id, file_id=stored.id)
    return Response(attachments.read(stored), headers=attachments.headers(stored))


@blueprint.get("/desk/dossiers/<reference>/papers/<int(max=9223372036854775807):paper_id>")
@audience(Audience.OFFICER)
def signed_paper(reference: str, paper_id: int) -> ResponseReturnValue:
    """A signed paper of the dossier; reading it is a look at the dossier."""
    stored = signed_papers.file_for_desk(current_session(), paper_id, unit_ids=desk_units(), by=actor())
    if stored is None or stored.dossier_id is None or stored.reference != reference:
        abort(404)
    record_view(stored.dossier_id)
    return Response(attachments.read(stored), headers=attachments.headers(stored))


@blueprint.get("/desk/dossiers/<reference>/mandate.pdf")
@audience(Audience.OFFICER)
def mandate_pdf(reference: str) -> ResponseReturnValue:
    """The mandate by which it was filed, as it stands now; reading it is a look at the dossier."""
    found, at = _found(reference), clock.now()
    mandate = mandates.of_dossier(current_session(), found.mandate_id or abort(404), at=at)
    record_view(found.id)
    data = paper(mandate, side=None, at=at)
    return Response(data, mimetype="application/pdf", headers=dict(paper_headers(mandate)))


@blueprint.get("/desk/dossiers/<reference>/mandate-paper")
@audience(Audience.OFFICER)
def mandate_scan(reference: str) -> ResponseReturnValue:
    """The scanned paper that the applicant attached to the mandate."""
    found = _found(reference)
    stored = queries.mandate_paper(current_session(), found.mandate_id or abort(404)) or abort(404)
    record_view(found.id, file_id=stored.id)
    return Response(attachments.read(stored), headers=attachments.headers(stored))


@blueprint.post(f"/desk/dossiers/<reference>/<any({ADDRESSES}):act>")
@audience(Audience.OFFICER)
def do(reference: str, act: str) -> ResponseReturnValue:
    """Do one act, or show the page again with what stood in the way. A double click does it once."""
    form = ACTS[act]
    seen = whole_number(request.form.get("seen"))
    found = reached(reference)
    return out_of_reach(form, reference, seen) if found is None else attempt(found, form, seen, lambda: read(form))


def attempt(
    found: Dossier, form: DeskAct, seen: int, facts_of: Callable[[], Facts], again: Again | None = None
) -> ResponseReturnValue:
    """Do the act with these facts; `again` shows what stood in the way, by default the dossier's page."""
    show_again = again or _refused
    if seen != found.seen:
        return _moved_on(found, form, seen, show_again)
    try:
        facts = facts_of()
        _do(found, form, seen, facts)
    except (Stale, NotFound):
        now = _again(found)
        return _moved_on(now, form, seen, show_again) if now else out_of_reach(form, found.reference, seen)
    except PortalError as error:
        return show_again(_again(found) or found, trouble_of(error, form))
    return _go_on(form, found.reference, stays=_stays(found, form, facts))


def _go_on(form: DeskAct, reference: str, *, stays: bool) -> ResponseReturnValue:
    """To the dossier, or to the queue where it is with other units now; from there it is taken back."""
    flash(_done(form) if stays else done_with(form, reference), "good")
    if not stays and form.act in TAKEN_BACK:
        flash(reference, "take-back")
    return redirect(url_for("desk.dossier", reference=reference) if stays else url_for("desk.index"), 303)


def _do(found: Dossier, form: DeskAct, seen: int, facts: Facts) -> None:
    with unit_of_work() as session:
        form.command(
            session,
            reference=found.reference,
            by=actor(),
            seen=seen,
            at=clock.now(),
            on=register_day(),
            **facts,
        )


def _found(reference: str) -> Dossier:
    """The dossier, if officers of these units reach it; a foreign one looks like none."""
    return reached(reference) or abort(404)


def reached(reference: str) -> Dossier | None:
    return queries.for_desk(current_session(), reference, unit_ids=desk_units(), by=actor(), on=register_day())


def _again(found: Dossier) -> Dossier | None:
    """The dossier as it is now, if it is still within reach."""
    return reached(found.reference)


def _refused(found: Dossier, trouble: Trouble) -> ResponseReturnValue:
    return show(found, trouble), trouble.status


def _moved_on(found: Dossier, form: DeskAct, seen: int, show_again: Again) -> ResponseReturnValue:
    """The dossier went on since the page was made: by this very click or by somebody else."""
    if _is_this_click(found, form, seen):
        return _go_on(form, found.reference, stays=_is_ours(found))
    names = names_in(current_session(), found)
    return show_again(found, moved_on(found, form, seen=seen, names=names, me=officer_id()))


def _is_this_click(found: Dossier, form: DeskAct, seen: int) -> bool:
    """Whether the act that followed the page is this one already: the same officer, the same act, the same words."""
    step: Step | None = found.steps[seen] if 0 < seen < found.seen else None
    if step is None or step.act is not form.act or step.officer_id != officer_id():
        return False
    note, problem = notes.read(form.typed_words(), form.words or "")
    same_outcome = "outcome" not in form.fields or form.typed("outcome") == step.outcome
    same_unit = form.act is not Act.PASSED or whole_number(form.typed("to_unit")) == found.holder_unit_id
    if form.act is Act.OPINION_ASKED:
        return problem is None and _is_this_question(found, step, whole_number(form.typed("to_unit")), note)
    same_officer = "to_officer" not in form.fields or whole_number(form.typed("to_officer")) == step.to_officer_id
    same_way = form.typed_way() == (step.way, step.postal_number)
    return problem is None and note == step.note and same_outcome and same_unit and same_officer and same_way


def _is_this_question(found: Dossier, step: Step, to_unit_id: int, note: str | None) -> bool:
    session = current_session()
    unit = units.unit(session, to_unit_id, on=register_day()) if to_unit_id > 0 else None
    asked = next((one for one in opinions.of_dossier(session, found.id) if one.asked_at == step.at), None)
    return unit is not None and asked is not None and (asked.unit.code, asked.question) == (unit.agency_code, note)


def _done(form: DeskAct) -> str:
    return _("Đã ghi: %(act)s.", act=act_words(form.act))


def _is_ours(found: Dossier) -> bool:
    """Whether the officer's units hold it or are its desk, and not only may take back what they did."""
    return bool({found.holder_unit_id, found.desk_unit_id} & desk_units())


def _stays(found: Dossier, form: DeskAct, facts: Facts) -> bool:
    """Whether the dossier is still one of the officer's units' after the act."""
    holder = found.holder_unit_id
    if form.act is Act.PASSED:
        holder = facts["to_unit_id"]
    elif form.act in (Act.PASSED_BACK, Act.CORRECTED):
        again = _again(found)
        return again is not None and _is_ours(again)
    elif form.act is Act.RESOLVED:
        holder = found.desk_unit_id
    return bool({holder, found.desk_unit_id} & desk_units())
