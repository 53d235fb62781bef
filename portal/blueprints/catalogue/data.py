"""The same for machines: `.json` beside each page."""

from typing import Any

from flask import abort, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.catalogue import wishes
from portal.blueprints.catalogue.face import blueprint, public_data
from portal.procedures import instants, queries, schema
from portal.procedures.answers_schema import answers_schema
from portal.procedures.queries import Procedure, ProcedureRow, RevisionRow, Withdrawal
from portal.procedures.text import Text
from portal.transaction import current_session


@blueprint.get("/procedures.json")
@audience(Audience.PUBLIC)
def index_json() -> ResponseReturnValue:
    """The list as the page has it: same search, same filters, `next` for more."""
    wish, at, session = wishes.read(), clock.now(), current_session()
    page = queries.find(session, q=wish.q, filters=wish.filters, after=wish.after, at=at)
    facets = queries.facets(session, q=wish.q, asked=page.asked, filters=wish.filters, way=page.way, at=at)
    following = url_for("catalogue.index_json", **wish.address, after=page.after, _external=True)
    return public_data(
        {
            "total": facets.total,
            "procedures": [_row(row) for row in page.rows],
            "next": following if page.after else None,
        }
    )


@blueprint.get("/procedures/<code>.json")
@audience(Audience.PUBLIC)
def procedure_json(code: str) -> ResponseReturnValue:
    """The revision in force, or the last one, whole: the members of schema.json."""
    found = queries.latest(current_session(), code, at=clock.now())
    if found is None:
        abort(404)
    contract = _answers_address(found.code, found.number)
    said = {"$schema": _schema_address(), "answers_schema": contract, **schema.in_order(found.sheet)}
    said["valid_to"] = found.valid_to.isoformat() if found.valid_to else None
    if found.withdrawal is not None:
        said["withdrawal"] = _withdrawal(found.withdrawal)
    return public_data(said)


@blueprint.get("/schemas/procedure-1.json")
@audience(Audience.PUBLIC)
def procedure_schema() -> ResponseReturnValue:
    """What a procedure's JSON may hold, under its own address; a member that it does not know is refused."""
    return public_data({**schema.document(), "$id": _schema_address()}, mimetype="application/schema+json")


def _schema_address() -> str:
    return url_for("catalogue.procedure_schema", _external=True)


@blueprint.get("/procedures/<code>/history.json")
@audience(Audience.PUBLIC)
def history_json(code: str) -> ResponseReturnValue:
    rows = queries.history(current_session(), code)
    if not rows:
        abort(404)
    return public_data({"code": code, "revisions": [_revision(code, row) for row in rows]})


@blueprint.get("/procedures/<code>/history/<int(max=99999):number>/answers.json")
@audience(Audience.PUBLIC)
def answers(code: str, number: int) -> ResponseReturnValue:
    """What programs may count on in the answers of a dossier that was filed under this revision."""
    found = queries.revision_numbered(current_session(), code, number)
    if found is None:
        abort(404)
    said = answers_schema(found.form)
    named = {"$schema": said["$schema"], "$id": _answers_address(code, number), "title": _title(found)}
    return public_data({**named, **said}, mimetype="application/schema+json")


def _title(found: Procedure) -> str:
    return f"{found.name.vi} ({found.code}, {found.number})"


def _answers_address(code: str, number: int) -> str:
    return url_for("catalogue.answers", code=code, number=number, _external=True)


def _row(row: ProcedureRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": _text(row.name),
        "summary": _text(row.summary),
        "field": row.field,
        "level": row.level,
        "service_level": row.service_level,
        "audience": row.audience,
        "url": url_for("catalogue.procedure", code=row.code, _external=True),
    }


def _revision(code: str, row: RevisionRow) -> dict[str, Any]:
    return {
        "revision": row.number,
        "name": _text(row.name),
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "begins_at": instants.write(row.begins_at),
        "ends_at": instants.write(row.ends_at) if row.ends_at else None,
        "recalled": row.was_recalled,
        "decision": row.decision,
        "withdrawal": _withdrawal(row.withdrawal),
        "answers_schema": _answers_address(code, row.number),
    }


def _withdrawal(found: Withdrawal | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"ends_at": instants.write(found.ends_at), "decision": found.decision, "successor": found.successor}


def _text(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}
