"""One procedure: its whole sheet, today's and earlier ones."""

from datetime import datetime

from flask import abort
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.catalogue.face import blueprint, public_page
from portal.procedure_sheet import sheet_page
from portal.procedures import queries
from portal.procedures.procedure import Procedure
from portal.processes import queries as processes
from portal.transaction import current_session


@blueprint.get("/procedures/<code>")
@audience(Audience.PUBLIC)
def procedure(code: str) -> ResponseReturnValue:
    """The sheet in force; where none is any more, the last one, marked so."""
    at = clock.now()
    found = queries.latest(current_session(), code, at=at)
    if found is None:
        abort(404)
    return public_page(lambda: _sheet_page(found, at), at=at)


def _sheet_page(found: Procedure, at: datetime) -> str:
    return sheet_page(found, at=at, has_process=bool(processes.stamp(current_session(), found.code, at=at)))


@blueprint.get("/procedures/<code>/history/<int(max=99999):number>")
@audience(Audience.PUBLIC)
def revision(code: str, number: int) -> ResponseReturnValue:
    """The sheet as one revision had it; dossiers filed under it keep it."""
    at = clock.now()
    found = queries.revision_numbered(current_session(), code, number)
    if found is None:
        abort(404)
    return public_page(lambda: sheet_page(found, at=at, as_revision=True), at=at)
