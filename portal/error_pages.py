"""What people see when something does not work: the same design, no trace, and what to do next.

Machines (`.json`, `/api`) get the same facts as an RFC 9457 problem document. An answer of 500 and above
carries an incident number that is also in the log.
"""

import json
import secrets
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import psycopg
from flask import Flask, Response, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    SecurityError,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
)

from portal import i18n, leading_back, logs
from portal.error_words import Words, words_for
from portal.errors import Forbidden, Invalid, NotFound, PortalError, Refused, Stale

STATUS_OF = {NotFound: 404, Forbidden: 403, Refused: 409, Stale: 409, Invalid: 422}
KIND_OF: Mapping[type[HTTPException], str] = MappingProxyType(
    {CSRFError: "page_expired", Unauthorized: "not_admitted", TooManyRequests: "too_many_attempts"}
)
RETRY_SECONDS = 10
MACHINES = "application/problem+json"

log = logs.logger(__name__)


def install(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(PortalError, _refusal)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(PoolTimeout, _database_away)
    app.register_error_handler(psycopg.OperationalError, _database_away)  # where the driver is spoken to directly
    app.log_exception = _logged_with_its_number  # type: ignore[assignment,method-assign]


def problem(status: int, title: str, detail: str, *, code: str = "") -> Response:
    """A refusal for machines in its own words; give it to `abort`."""
    answer = _problem(status, Words(title, detail, ""), code, "")
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error  # a finished answer given to abort()
    status = error.code or 500
    if isinstance(error, MethodNotAllowed) and not _for_machine() and (page := leading_back.page_above()):
        answer = redirect(page, 303)
        answer.headers["Cache-Control"] = "no-store"
        return answer
    kind = next((kind for known, kind in KIND_OF.items() if isinstance(error, known)), "")
    retry_after = getattr(error, "retry_after", None)
    incident = _incident(error, status)
    words = words_for(status, kind=kind, retry_after=retry_after)
    if isinstance(error, SecurityError):  # a stranger's Host: no address may be built from it
        answer = current_app.response_class(_bare(words, incident), status, mimetype="text/html")
    else:
        answer = _answer(status, words, kind, incident)
    for name, value in error.get_headers():
        if name.lower() != "content-type":
            answer.headers[name] = value
    return answer


def _logged_with_its_number(_exception: object) -> None:
    """Flask would log an unexpected error too, before it has a number."""


def _refusal(error: PortalError) -> Response:
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 400)
    kind = "stale" if isinstance(error, Stale) else ""
    if status != 404:
        log.info("refused", code=error.code, status=status, endpoint=request.endpoint)
    return _answer(status, words_for(status, kind=kind), error.code)


def _database_away(error: Exception) -> ResponseReturnValue:
    """The database does not answer (or cannot now): nothing was written, and it is worth trying again."""
    away = ServiceUnavailable(retry_after=RETRY_SECONDS)
    away.__cause__ = error
    return _http(away)


def _incident(error: HTTPException, status: int) -> str:
    """Log what an operator must see; the number that joins the page and the log."""
    if status < 500:
        if status in (400, 403, 413, 429):
            log.info("answered with an error", status=status, error=type(error).__name__, endpoint=request.endpoint)
        return ""
    number = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
    original = error.original_exception if isinstance(error, InternalServerError) else error.__cause__
    log.error(
        "incident",
        incident=number,
        status=status,
        method=request.method,
        endpoint=request.endpoint,
        exc_info=original or error,
    )
    return number


def _answer(status: int, words: Words, code: str = "", incident: str = "") -> Response:
    answer = _problem(status, words, code, incident) if _for_machine() else _page(status, words, incident)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _for_machine() -> bool:
    return request.path.endswith(".json") or request.path == "/api" or request.path.startswith("/api/")


def _problem(status: int, words: Words, code: str, incident: str) -> Response:
    body: dict[str, Any] = {"type": "about:blank", "status": status, "title": words.title, "detail": words.text}
    if code:
        body["code"] = code
    if incident:
        body["incident"] = incident
    return current_app.response_class(json.dumps(body, ensure_ascii=False) + "\n", mimetype=MACHINES)


def _page(status: int, words: Words, incident: str) -> Response:
    """Server errors are shown without asking who is signed in: the database may be what failed."""
    g.nobody_asked = status >= 500
    try:
        html = render_template("errors/page.html", status=status, words=words, incident=incident)
    except Exception:  # whatever broke the design must not leave the person without words
        log.error("error page", status=status, exc_info=True)
        html = _bare(words, incident)
    return current_app.response_class(html, mimetype="text/html")


def _bare(words: Words, incident: str) -> str:
    """The same words without template, style or script."""
    return (
        f'<!doctype html><html lang="{i18n.language()}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(words.title)} – Hải Đăng</title></head>'
        f"<body><main><h1>{escape(words.title)}</h1><p>{escape(words.text)}</p><p>{escape(words.advice)}</p>"
        f'<p>{escape(incident)}</p><p><a href="/">Hải Đăng</a></p></main></body></html>'
    )
