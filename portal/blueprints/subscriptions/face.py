"""What both kinds of following share: what is followed, and answers that nobody keeps."""

import re
from typing import NamedTuple

from flask import Blueprint, Response, abort, current_app, make_response, request

from portal import clock
from portal.i18n import language
from portal.ledger import queries as ledger
from portal.procedures import queries as procedures
from portal.settings import Settings
from portal.subscription_words import name_of
from portal.subscriptions.commands import About
from portal.transaction import current_session
from portal.units import queries as units

blueprint = Blueprint("subscriptions", __name__)

LONGEST_CODE = 60
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)


class Subject(NamedTuple):
    """What letters are asked about, and what it is called."""

    about: About
    code: str
    name: str


def subject() -> Subject:
    """What the address names; 404 where it names nothing of the ledger, or several things."""
    given = [(name, request.args[name]) for name in ("dossier", "unit", "procedure") if request.args.get(name)]
    if len(given) != 1:
        abort(404)
    about, code = given[0]
    if len(code) > LONGEST_CODE or not _is_there(about, code):
        abort(404)
    return Subject(about, code, name_of(about, code, language()))  # type: ignore[arg-type]


def _is_there(about: str, code: str) -> bool:
    session = current_session()
    if about == "unit":
        return bool(units.names_of(session, (code,)))
    if about == "procedure":
        return bool(procedures.names_of(session, (code,)))
    found = ledger.dossier(session, code, at=clock.now())
    return found is not None and not found.sealed


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def private(body: str, status: int = 200) -> Response:
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response
