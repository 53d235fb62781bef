"""The gate of addresses that are opened by a token, never by a browser's sign-in (`Audience.BEARER`).

A missing, malformed, unknown, expired or ended token gets one answer, 401. Wrong ones are counted by the hour and the
network address; a right one is let in even where others behind the same address have used up its attempts.
"""

from math import ceil
from typing import NoReturn

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

from portal import clock
from portal.people import api_tokens
from portal.people.api_tokens import Bearer
from portal.transaction import current_session, unit_of_work

REALM = "hai-dang"


def admit() -> None:
    """Let the request in as the owner of its token, or answer 401 or 429."""
    asked = request.authorization
    if asked is None or asked.type != "bearer" or not asked.token:
        _refuse()
    at = clock.now()
    found = api_tokens.bearer(current_session(), asked.token, at=at)
    if found is None:
        _count_and_refuse()
    if found.last_used_on is None or found.last_used_on < clock.local_day(at):
        with unit_of_work() as session:
            api_tokens.note_use(session, found, at=at)
    g.bearer = found


def current() -> Bearer:
    """Whom the gate let in; 401 where it let in nobody."""
    found = g.get("bearer")
    return found if isinstance(found, Bearer) else _refuse()


def _count_and_refuse() -> NoReturn:
    at = clock.now()
    with unit_of_work() as session:
        until = api_tokens.count_wrong(session, client=request.remote_addr or "", at=at)
    if until is not None:
        raise TooManyRequests(retry_after=max(1, ceil((until - at).total_seconds())))
    _refuse()


def _refuse() -> NoReturn:
    raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": REALM}))
