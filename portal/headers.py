"""Response headers on every answer, and the static files that WhiteNoise serves in front of the application.

A view that needs another value for one of these headers sets it itself; here only what is missing is added.
"""

import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from wsgiref.headers import Headers

from flask import Flask, Request, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import MapAdapter
from whitenoise import WhiteNoise

from portal.settings import Settings

NONCE = "portal.csp_nonce"
OWN_TOOLS = "portal.own_tools"
FRAMED = "portal.framed"
FRAMES = "portal.frames"
YEAR_SECONDS = 365 * 24 * 3600
HASHED_NAME = re.compile(r"-[0-9A-Z]{8}\.\w+$")
UNUSED_FEATURES = (
    *("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope"),
    *("microphone", "midi", "payment", "screen-wake-lock", "usb"),
)
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def install(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    always = fixed(settings)
    form_targets = " ".join(("'self'", *_provider_origins(settings)))

    def protect(response: Response) -> Response:
        if OWN_TOOLS in request.environ:
            response.headers["Permissions-Policy"] = always["Permissions-Policy"].replace("camera=()", "camera=(self)")
            response.headers["Content-Security-Policy"] = _page_policy(form_targets) + "; worker-src 'self'"
        is_page = response.mimetype == "text/html"
        policy = {"Content-Security-Policy": _with_frames(_page_policy(form_targets)) if is_page else NOTHING}
        kept = {"Cache-Control": "no-cache, private"} if is_page else {}
        present = {name.lower() for name, _value in response.headers}
        for name, value in {**always, **policy, **kept}.items():
            if name.lower() not in present:
                response.headers.add(name, value)
        return response

    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.config["TRUSTED_HOSTS"] = _hosts(settings)
    app.after_request(protect)
    _name_one_address(app, settings)
    _serve_static_files(app, always)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def csp_nonce() -> str:
    """This response's nonce: a script runs only when its tag carries it."""
    found: str | None = request.environ.get(NONCE)
    if found is None:
        found = request.environ[NONCE] = secrets.token_urlsafe(16)
    return found


def let_page_keep_itself_and_see() -> None:
    """The page of this answer, and no other, may use the camera and keep itself by a worker of this site."""
    request.environ[OWN_TOOLS] = True


def let_page_frame_own_pages() -> None:
    """The page of this answer, and no other, may show pages of this site in a frame."""
    request.environ[FRAMES] = True


def let_own_pages_frame_this() -> None:
    """The page of this answer, and no other, may stand in a frame of this site's own pages."""
    request.environ[FRAMED] = True


def _with_frames(policy: str) -> str:
    if FRAMED in request.environ:
        policy = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    return f"{policy}; frame-src 'self'" if FRAMES in request.environ else policy


def _page_policy(form_targets: str) -> str:
    return (
        f"default-src 'none'; script-src 'nonce-{csp_nonce()}'; style-src 'self'; img-src 'self'; font-src 'self'; "
        f"connect-src 'self'; manifest-src 'self'; form-action {form_targets}; base-uri 'none'; frame-ancestors 'none'"
    )


def fixed(settings: Settings) -> Mapping[str, str]:
    """On every answer."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
    }
    if settings.base_url.startswith("https://"):
        headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}; includeSubDomains"
    return headers


def _provider_origins(settings: Settings) -> tuple[str, ...]:
    """Signing out posts a form that ends at the identity provider; browsers hold the policy against that too."""
    found = []
    for provider in (settings.citizen_provider, settings.officer_provider):
        parts = urlsplit(provider.issuer)
        if parts.scheme and parts.netloc:
            found.append(f"{parts.scheme}://{parts.netloc}")
    return tuple(dict.fromkeys(found))


def _hosts(settings: Settings) -> list[str]:
    """The names this portal answers to. Others get 400, so that no link is ever built from a stranger's Host."""
    own = urlsplit(settings.base_url).hostname or ""
    return list(dict.fromkeys((own, "localhost", "127.0.0.1", "[::1]")))


def _name_one_address(app: Flask, settings: Settings) -> None:
    """Whole addresses (feeds, data, redirects of the router) begin with `base_url`, whatever name a visitor used."""
    own = urlsplit(settings.base_url)
    made = app.create_url_adapter

    def create(request: Request | None) -> MapAdapter | None:
        adapter = made(request)
        if adapter is not None:
            adapter.url_scheme, adapter.server_name = own.scheme, own.netloc
        return adapter

    app.create_url_adapter = create  # type: ignore[method-assign]


def _serve_static_files(app: Flask, always: Mapping[str, str]) -> None:
    """Built files straight from WhiteNoise. Hashed names may be kept for ever; the others a minute."""
    folder = Path(app.static_folder or "")
    if not folder.is_dir():
        return  # not built yet: `asset` says what to do when a page asks

    def add_headers(headers: Headers, path: str, url: str) -> None:
        for name, value in always.items():
            headers[name] = value
        headers["Content-Security-Policy"] = NOTHING

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(folder),
        prefix=f"{app.static_url_path}/",
        allow_all_origins=False,
        add_headers_function=add_headers,
        immutable_file_test=lambda path, url: bool(HASHED_NAME.search(url)),
    )
