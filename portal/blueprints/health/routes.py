"""`/healthz`: this process answers. `/readyz`: it can also do its work. Neither says anything about anybody."""

from pathlib import Path

import structlog
from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal import clock
from portal.access import Audience, audience
from portal.backups import upkeep as backups
from portal.dossiers import quarantine
from portal.ledger import quorum
from portal.transaction import current_session

log = structlog.get_logger()
blueprint = Blueprint("health", __name__)
MIGRATIONS = Path(__file__).parents[2] / "migrations" / "versions"
NEWEST_SCHEMA = max(file.stem for file in MIGRATIONS.glob("[0-9]*.py"))  # each is named by its place


@blueprint.get("/healthz")
@audience(Audience.PUBLIC)
def alive() -> Response:
    return _answer({"alive": True}, 200)


@blueprint.get("/readyz")
@audience(Audience.PUBLIC)
def ready() -> Response:
    """200, or 503 with the part that is missing: `database` does not answer, `schema` is not the one of this code.

    With 200 there may be a `warning` that operators should know: `witnesses`, the ledger's are missing; `scanner`,
    files wait to be scanned for malware and are not; `backups`, the newest one is hours old.
    """
    missing = _missing()
    if missing is not None:
        return _answer({"ready": False, "missing": missing}, 503)
    warnings = _warnings()
    return _answer({"ready": True, "warning": ", ".join(warnings)} if warnings else {"ready": True}, 200)


def _warnings() -> list[str]:
    session, now = current_session(), clock.now()
    witnesses = quorum.operators_missing(session, at=now) is not None
    scanner = quarantine.standing(session, at=now).waiting > 0
    known = (("witnesses", witnesses), ("scanner", scanner), ("backups", backups.late(at=now)))
    return [name for name, missing in known if missing]


def _missing() -> str | None:
    try:
        found = current_session().execute(text("select version_num from alembic_version")).scalar()
    except SQLAlchemyError as error:
        log.warning("not_ready", error=type(error).__name__)
        return "database"
    return None if found == NEWEST_SCHEMA else "schema"


def _answer(content: dict[str, object], status: int) -> Response:
    answer = jsonify(content)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
