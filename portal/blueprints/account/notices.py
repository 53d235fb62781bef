"""The notices that the desk addressed to a dossier's owner, as papers."""

from flask import Response, abort
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.account.overview import blueprint
from portal.dossiers import queries
from portal.notice_words import notice_name, notice_pdf
from portal.transaction import current_session


@blueprint.get("/dossiers/<reference>/notices/<int(max=99999):n>.pdf")
@audience(Audience.PERSON)
def notice(reference: str, n: int) -> ResponseReturnValue:
    """The notice about one act of the dossier: supplement, refusal, apology or stop."""
    at, person_id = clock.now(), current_user.person_id
    found = queries.open_to(current_session(), reference, person_id=person_id, at=at) or abort(404)
    data = notice_pdf(found, n) or abort(404)
    headers = {"Content-Disposition": f'attachment; filename="{notice_name(found, n)}"'}
    return Response(data, mimetype="application/pdf", headers=headers)
