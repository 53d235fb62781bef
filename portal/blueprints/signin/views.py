"""`/signin`: the two ways in, the journey to a provider and back, and the way out."""

from collections.abc import Mapping
from datetime import datetime
from math import ceil
from types import MappingProxyType
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user

from portal import clock, logs
from portal.access import Audience, audience, own_path
from portal.blueprints.signin import provider as providers
from portal.blueprints.signin.provider import Arrival, SignInFailed
from portal.dossiers import taking_over
from portal.errors import Forbidden, Invalid, Refused
from portal.people import attempts, claims, commands, queries
from portal.people.queries import Account
from portal.settings import Settings
from portal.transaction import unit_of_work

log = logs.logger(__name__)
blueprint = Blueprint("signin", __name__)

PROVIDERS = ("citizen", "officer")
STATUS: Mapping[str, int] = MappingProxyType(
    {
        "too_many": 429,
        "unreachable": 503,
        "not_configured": 503,
        "bad_answer": 502,
        "bad_metadata": 502,
        "unknown_officer": 403,
        "inactive_officer": 403,
        "officer_without_role": 403,
    }
)


@blueprint.get("/signin")
@audience(Audience.PUBLIC)
def choose() -> ResponseReturnValue:
    """What signing in is for, and the two ways in."""
    return render_template(
        "signin/choose.html",
        next=own_path(request.args.get("next")),
        configured={name: providers.configured(name) for name in PROVIDERS},
        hours=_settings().session_hours,
        home=_home(current_user) if current_user.is_authenticated else None,
    )


@blueprint.get("/signin/<provider>")
@audience(Audience.PUBLIC)
def begin(provider: str) -> ResponseReturnValue:
    """Send the browser to the provider."""
    client = providers.client(_known(provider))
    if request.host != urlsplit(_settings().base_url).netloc:
        return redirect(_settings().base_url + request.full_path, 303)  # the answer will come to that name's cookies
    _count(own_path(request.args.get("next")))
    return redirect(client.begin(_callback(provider), next_path=own_path(request.args.get("next"))), 303)


@blueprint.get("/signin/<provider>/callback")
@audience(Audience.PUBLIC)
def callback(provider: str) -> ResponseReturnValue:
    """The provider's answer: sign in under a fresh token, or say why not."""
    client = providers.client(_known(provider))
    _count(None)
    arrival = client.finish(after_sign_out=_settings().base_url + "/")
    account = _open(provider, arrival)
    session.clear()
    login_user(account)
    log.info("signed in", provider=provider)
    return redirect(arrival.next or _home(account), 303)


@blueprint.post("/signout")
@audience(Audience.PUBLIC)
def sign_out() -> ResponseReturnValue:
    """End the sign-in here, then go on to the provider's own sign-out.

    The journey goes on by a Refresh header, not by a redirect: a browser that keeps to our policy on forms
    (`form-action 'self'`) would not follow a redirect to the provider.
    """
    token = session.get("_user_id")
    leave_url: str | None = None
    if token:
        with unit_of_work() as work:
            leave_url = commands.sign_out(work, token, at=clock.now())
    session.clear()
    response = make_response(render_template("signin/signed_out.html", leave_url=leave_url, anonymous=True))
    if leave_url:
        response.headers["Refresh"] = f"0; url={leave_url}"
    return response


@blueprint.errorhandler(SignInFailed)
def refused(failure: SignInFailed) -> ResponseReturnValue:
    """One line in the log, without personal data; one page that says what to do."""
    provider = (request.view_args or {}).get("provider", "")
    log.warning("sign-in refused", provider=provider, reason=failure.reason)
    status = STATUS.get(failure.reason, 400)
    page = render_template("signin/refused.html", reason=failure.reason, next=failure.next_path, until=failure.until)
    return page, status, _retry_after(failure, status)


@blueprint.after_request
def _keep_nothing(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _open(provider: str, arrival: Arrival) -> Account:
    """Close what this browser had open and open the new sign-in, in one unit of work."""
    settings = _settings()
    subject_claim = providers.client(provider).settings.subject_claim
    at = clock.now()
    try:
        said = claims.read(arrival.claims, subject_claim=subject_claim)
        with unit_of_work() as work:
            commands.sign_out(work, session.get("_user_id", ""), at=at)
            token = commands.sign_in(
                work, provider=provider, claims=said, at=at, hours=settings.session_hours, leave_url=arrival.leave_url
            )
            account = queries.account(work, token, at=at)
            if account is not None and account.person_id is not None:
                taking_over.take_over(work, person_id=account.person_id)
    except (Forbidden, Invalid) as error:
        raise SignInFailed(error.code, next_path=arrival.next) from error
    if account is None:
        raise RuntimeError("a sign-in that was just opened cannot be read")
    return account


def _count(next_path: str | None) -> None:
    """Every request that makes us ask a provider counts, from whichever browser: a program is stopped, not a person."""
    limit = _settings().signin_requests_per_hour
    try:
        with unit_of_work() as session:
            attempts.count(session, client=request.remote_addr or "", limit=limit, at=clock.now())
    except Refused as error:
        until = error.facts["until"]
        raise SignInFailed(
            "too_many", next_path=next_path, until=until if isinstance(until, datetime) else None
        ) from error


def _retry_after(failure: SignInFailed, status: int) -> dict[str, str]:
    if failure.until is not None:
        return {"Retry-After": str(max(1, ceil((failure.until - clock.now()).total_seconds())))}
    return {"Retry-After": "60"} if status == 503 else {}


def _known(provider: str) -> str:
    if provider not in PROVIDERS:
        abort(404)
    return provider


def _callback(provider: str) -> str:
    """Made from the configured address: a stranger's Host header never becomes part of it."""
    path = urlsplit(url_for("signin.callback", provider=provider)).path
    return _settings().base_url + path


def _home(account: Account) -> str:
    return "/desk" if account.is_officer else "/account"


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found
