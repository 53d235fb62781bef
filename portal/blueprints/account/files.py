"""`/account/files`: the person's own documents, from all dossiers they filed."""

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.account.overview import after, blueprint
from portal.dossiers import attachments, own_files, queries
from portal.signature_words import of_own_files
from portal.transaction import current_session


@blueprint.get("/account/files")
@audience(Audience.PERSON)
def files() -> ResponseReturnValue:
    page = own_files.of_person(current_session(), person_id=current_user.person_id, after=after())
    signed = of_own_files(page.rows, at=clock.now())
    return render_template("account/files.html", page=page, signed=signed, first=after() is None)


@blueprint.get("/dossiers/<reference>/files/<int:file_id>/preview")
@audience(Audience.PERSON)
def preview(reference: str, file_id: int) -> ResponseReturnValue:
    """A small picture of a photograph, made when it came."""
    found = queries.file_of_person(current_session(), file_id, person_id=current_user.person_id, at=clock.now())
    if found is None or found.reference != reference or not found.preview:
        abort(404)
    return Response(attachments.preview(found), headers=attachments.PREVIEW_HEADERS)
