"""What describes the files: the catalogue for harvesters, and the schema of each table."""

import json
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from portal.access import Audience, audience
from portal.blueprints.opendata import face, offering
from portal.blueprints.opendata.face import blueprint
from portal.ledger import export
from portal.opendata import archive, catalog, csvw, months
from portal.opendata.catalog import Installation
from portal.opendata.columns import TABLES
from portal.opendata.months import BadMonth
from portal.procedures.text import Text
from portal.transaction import current_session
from portal.units import queries as units

JSON_LD = "application/ld+json"
CSV_METADATA = "application/csvm+json"


@blueprint.get("/catalog.jsonld")
@audience(Audience.PUBLIC)
def catalogue() -> ResponseReturnValue:
    """The catalogue, DCAT 3."""
    offered = offering.now()
    found = catalog.catalog(_installation(offered), offering.months_offered(offered))
    return _described(found, JSON_LD)


@blueprint.get("/<file>.csv-metadata.json")
@audience(Audience.PUBLIC)
def schema(file: str) -> ResponseReturnValue:
    """The columns of a table, whole or of a month, as CSV on the Web has them."""
    name, _dash, month = file.partition("-")
    table = TABLES.get(name)
    if table is None or (month and not table.monthly):
        face.missing(_no_table())
    try:
        wanted = months.parse(month) if month else None
    except BadMonth:
        face.missing(_no_table())
    url = _base() + "/" + archive.file_name(table.name, wanted, "csv")
    return _described(csvw.metadata(table, url=url, licence=face.settings().open_data_licence), CSV_METADATA)


def _no_table() -> str:
    return ", ".join(f"{name}.csv-metadata.json" for name in TABLES)


def _base() -> str:
    return url_for("opendata.index", _external=True)


def _installation(offered: offering.Offered) -> Installation:
    settings = face.settings()
    province = units.by_agency_code(current_session(), settings.province_agency)
    return Installation(
        base=_base(),
        licence=settings.open_data_licence,
        contact=settings.open_data_contact or _base(),
        publisher=Text(province.authority_in("vi"), province.authority_in("en")) if province else Text("Hải Đăng", ""),
        homepage=url_for("home.index", _external=True),
        api=url_for("api.index", _external=True),
        api_description=url_for("api.openapi", _external=True),
        first_month=offered.first_month,
        modified=None if offered.head is None else export.signed_at(current_session(), offered.head.size),
    )


def _described(value: dict[str, Any], mimetype: str) -> ResponseReturnValue:
    response = Response(json.dumps(value, ensure_ascii=False, indent=1) + "\n", mimetype=mimetype)
    response.add_etag()
    return face.public(response, seconds=face.MINUTE).make_conditional(request)
