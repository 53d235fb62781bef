"""Who may open a view, decided before it runs; who is asking; and what may be kept of the answer.

Every view names its audience with `@audience(...)`; an unmarked view answers 403 to everyone. The audience
is the coarse gate only: which dossier, which unit is decided by ownership in the query.

The account is read from the database at most once a request, and only where somebody asks: a public page
shown to a visitor who never signed in costs no statement.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import unquote

from flask import Flask, Request, Response, abort, current_app, g, redirect, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_login import current_user
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import IntegerConverter, Map

from portal import bearer, clock
from portal.extensions import login
from portal.people import queries
from portal.people.queries import Account, RoleName
from portal.settings import Settings
from portal.transaction import current_session

View = TypeVar("View", bound=Callable[..., Any])

ADDRESS_MAX = 1000
LARGEST_KEY = 2**63 - 1
OUTSIDE_ADDRESSES = re.compile(r"[\x00-\x20\x7f-\x9f\\\u2028\u2029\ufeff]")


class Audience(StrEnum):
    PUBLIC = "public"  # anyone
    PERSON = "person"  # a signed-in citizen or organisation
    WRITER = "writer"  # such a person, or an officer who receives at a counter: whoever writes drafts
    OFFICER = "officer"  # a signed-in officer with at least one role in force
    EDITOR = "editor"  # an officer who edits the catalogue somewhere
    ADMINISTRATOR = "administrator"  # an officer who administers somewhere
    ANY_ACCOUNT = "any_account"  # any signed-in account
    BEARER = "bearer"  # a program with a token of its owner; no browser, whoever is signed in there


ROLE_WANTED: Mapping[Audience, RoleName] = MappingProxyType(
    {Audience.EDITOR: "editor", Audience.ADMINISTRATOR: "administrator"}
)


def audience(who: Audience) -> Callable[[View], View]:
    """Mark a view with its audience."""

    def mark(view: View) -> View:
        view.__dict__["audience"] = who
        return view

    return mark


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    """The declared audience of an endpoint; static files are public."""
    if endpoint == "static":
        return Audience.PUBLIC
    found = getattr(app.view_functions[endpoint], "audience", None)
    return found if isinstance(found, Audience) else None


def undeclared(app: Flask) -> list[str]:
    """Endpoints whose view names no audience; a test keeps this empty."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    return sorted(endpoint for endpoint in endpoints if audience_of(app, endpoint) is None)


def admits(who: Audience, account: Account) -> bool:
    """Whether this signed-in account belongs to the audience."""
    if who in (Audience.PUBLIC, Audience.ANY_ACCOUNT):
        return True
    if who is Audience.PERSON:
        return not account.is_officer
    if who is Audience.WRITER:
        return not account.is_officer or any(role.role == "receiver" for role in account.roles)
    if who is Audience.BEARER:
        return False
    wanted = ROLE_WANTED.get(who)
    return account.is_officer and any(wanted in (None, role.role) for role in account.roles)


def register_day() -> date:
    """The day as of which the register of units is read for the web."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.units_on or clock.local_day(clock.now())


def own_path(target: str | None) -> str | None:
    """`target` where it is a plain path of this portal (with its query), else None.

    Refused: other schemes and hosts, and all that a browser may read as one (`//host`, `///host`,
    `/\\host`, `/%09/host`, control characters).
    """
    if not target or len(target) > ADDRESS_MAX or not target.startswith("/") or OUTSIDE_ADDRESSES.search(target):
        return None
    path = unquote(re.split(r"[?#]", target, maxsplit=1)[0])
    return None if "//" in path or OUTSIDE_ADDRESSES.search(path.replace(" ", "")) else target


class Number(IntegerConverter):
    """`<int:...>` in an address: never more than a row's key can be, so that no address is a number too many."""

    def __init__(self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int = LARGEST_KEY) -> None:
        super().__init__(map, fixed_digits, min, max)


class CookieSessions(SecureCookieSessionInterface):
    """Flask's own, with the signer made once and not twice a request; who brings no cookie needs none."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def install(app: Flask) -> None:
    app.session_interface = CookieSessions()
    app.url_map.converters["int"] = Number
    _set_cookies(app, app.config["SETTINGS"])
    login.session_protection = None  # it compares the visitor's address, which changes on a telephone
    login.user_loader(_signed_in)
    # There is no remember-me cookie here; looking for one would mark every answer "Vary: Cookie".
    app.after_request_funcs[None].remove(login._update_remember_cookie)
    app.before_request(_decide)
    app.after_request(_keep_private)


def _set_cookies(app: Flask, settings: Settings) -> None:
    secure = settings.base_url.startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_DOMAIN=None,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )


def _signed_in(token: str) -> Account | None:
    return queries.account(current_session(), token, at=clock.now())


def _decide() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # 404 or 405 follow
    who = audience_of(_app(), request.endpoint)
    if who is None:
        abort(403)
    if who is Audience.PUBLIC:
        return None
    if who is Audience.BEARER:
        bearer.admit()
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    if not admits(who, current_user):
        abort(403)
    return None


def _to_sign_in() -> ResponseReturnValue:
    """To the sign-in page, and back afterwards where the same address can be opened by GET."""
    here = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else request.path
    can_return = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    return redirect(url_for("signin.choose", next=own_path(here) if can_return else None), 303)


def _keep_private(response: Response) -> Response:
    """Nothing made for an account is stored by anyone; what is public says itself how long it may be kept."""
    if request.endpoint is None:
        return response
    made_for_account = isinstance(g.get("_login_user"), Account)
    if made_for_account or audience_of(_app(), request.endpoint) is not Audience.PUBLIC:
        response.headers["Cache-Control"] = "no-store"
    return response


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app
