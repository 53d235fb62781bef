"""`/robots.txt` (RFC 9309), `/sitemap.xml` (sitemaps.org 0.9), `/.well-known/security.txt` (RFC 9116)."""

from datetime import date, datetime, time

from flask import Blueprint, Response, abort, current_app, make_response, render_template, url_for

from portal import clock
from portal.access import Audience, audience
from portal.procedures import queries as procedures
from portal.settings import Settings
from portal.transaction import current_session

blueprint = Blueprint("signposts", __name__)
AN_HOUR = "public, max-age=3600"
PAGES = ("home.index", "catalogue.index", "ledger.index", "ledger.statistics", "ledger.verify", "opendata.index")
MOST_PAGES = 50_000  # what one sitemap may list

CLOSED = (
    # Only for whoever is signed in.
    "/account",
    "/admin",
    "/desk",
    "/dossiers/",
    "/drafts/",
    "/studio",
    # A search engine would go on showing what was taken back since, and a list has more filters than there are pages.
    # The star, because some readers drop a question mark that nothing follows, and with it close the page itself.
    "/ledger?*",
    "/ledger/dossiers/",
    "/ledger/entries/",
    "/ledger/tile/",
    "/procedures?*",
    # Forms that nobody finds anything by.
    "/procedures/*/apply",
    "/signin",
    "/track",
)


@blueprint.get("/robots.txt")
@audience(Audience.PUBLIC)
def robots() -> Response:
    """A pilot is in no search engine: what it shows is for trying, and somebody would take it for the real thing."""
    closed = CLOSED if _settings().environment == "production" else ("/",)
    lines = ["User-agent: *", *(f"Disallow: {place}" for place in closed)]
    lines += ["", f"Sitemap: {url_for('signposts.sitemap', _external=True)}"]
    return _text(lines)


@blueprint.get("/sitemap.xml")
@audience(Audience.PUBLIC)
def sitemap() -> Response:
    """The pages that many look for: the first ones, and each procedure in force with the day since when."""
    found = procedures.in_force(current_session(), at=clock.now(), limit=MOST_PAGES - len(PAGES))
    pages: list[tuple[str, date | None]] = [(url_for(page, _external=True), None) for page in PAGES]
    pages += [(url_for("catalogue.procedure", code=one.code, _external=True), one.valid_from) for one in found]
    answer = make_response(render_template("signposts/sitemap.xml", pages=pages))
    answer.mimetype = "application/xml"
    answer.headers["Cache-Control"] = AN_HOUR
    return answer


@blueprint.get("/.well-known/security.txt")
@audience(Audience.PUBLIC)
def security() -> Response:
    """Whom to tell of a weakness, where the operator has said so."""
    settings = _settings()
    if not settings.security_contact:
        abort(404)
    lines = [f"Contact: {settings.security_contact}", f"Expires: {_expires(clock.now()).isoformat()}"]
    lines += ["Preferred-Languages: vi, en", f"Canonical: {url_for('signposts.security', _external=True)}"]
    return _text(lines)


def _expires(now: datetime) -> datetime:
    """The beginning of the month after next: soon enough that nobody goes by an old copy, and the same for a month."""
    months = now.year * 12 + now.month + 1
    return datetime.combine(date(months // 12, months % 12 + 1, 1), time.min, clock.LOCAL_ZONE)


def _text(lines: list[str]) -> Response:
    answer = make_response("\n".join([*lines, ""]))
    answer.mimetype = "text/plain"
    answer.headers["Cache-Control"] = AN_HOUR
    return answer


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found
