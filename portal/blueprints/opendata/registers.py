"""Procedures and units as files: small tables, made in memory."""

from collections.abc import Sequence

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from portal.access import Audience, audience
from portal.blueprints.opendata import face
from portal.blueprints.opendata.face import blueprint
from portal.opendata import registers
from portal.opendata.catalog import MEDIA_TYPES
from portal.opendata.columns import PROCEDURES, UNITS, Table
from portal.opendata.registers import Row
from portal.transaction import current_session


@blueprint.get("/procedures.<any(csv, json):form>")
@audience(Audience.PUBLIC)
def procedures(form: str) -> ResponseReturnValue:
    """Every revision of every procedure."""
    return _table(PROCEDURES, form, registers.procedure_rows(current_session(), _page_of))


@blueprint.get("/units.<any(csv, json):form>")
@audience(Audience.PUBLIC)
def units(form: str) -> ResponseReturnValue:
    """Every unit at every time, with who took over."""
    return _table(UNITS, form, registers.unit_rows(current_session()))


def _page_of(code: str, number: int) -> str:
    return url_for("catalogue.revision", code=code, number=number, _external=True)


def _table(table: Table, form: str, rows: Sequence[Row]) -> ResponseReturnValue:
    data = registers.as_csv(table, rows) if form == "csv" else registers.as_json(table, rows)
    response = Response(data, mimetype=MEDIA_TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{table.name}.{form}"'
    response.add_etag()
    return face.public(response, seconds=face.MINUTE).make_conditional(request)
