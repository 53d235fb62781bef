"""The statutory papers of a dossier for the desk. Reading one is a look at the dossier."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from portal.access import Audience, audience
from portal.blueprints.desk.face import actor, blueprint, desk_units
from portal.blueprints.desk.page import names_in, record_view
from portal.display import is_pilot
from portal.dossiers import queries
from portal.dossiers.views import Dossier
from portal.notice_words import notice_name, notice_pdf, official_paper
from portal.slip_words import slip_pdf
from portal.transaction import current_session


@blueprint.get("/desk/dossiers/<reference>/receipt.pdf")
@audience(Audience.OFFICER)
def receipt_pdf(reference: str) -> ResponseReturnValue:
    """The receipt as the agency gives it, without the applicant's look-up secret."""
    found = _found(reference)
    if found.received_at is None:
        abort(404)
    return _pdf(official_paper(found, "receipt", 0, is_pilot()), f"{found.reference}.pdf")


@blueprint.get("/desk/dossiers/<reference>/notices/<int(max=99999):n>.pdf")
@audience(Audience.OFFICER)
def notice(reference: str, n: int) -> ResponseReturnValue:
    """The notice about one of its acts."""
    found = _found(reference)
    data = notice_pdf(found, n) or abort(404)
    return _pdf(data, notice_name(found, n))


@blueprint.get("/desk/dossiers/<reference>/control-slip.pdf")
@audience(Audience.OFFICER)
def control_slip(reference: str) -> ResponseReturnValue:
    """Every hand-over until now."""
    found = _found(reference)
    return _pdf(slip_pdf(found, names_in(current_session(), found)), f"{found.reference}-control.pdf")


def _found(reference: str) -> Dossier:
    """Theirs, and noted as seen; all else looks like none."""
    found = queries.for_desk(current_session(), reference, unit_ids=desk_units(), by=actor()) or abort(404)
    record_view(found.id)
    return found


def _pdf(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, mimetype="application/pdf", headers=headers)
