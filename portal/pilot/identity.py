"""A demo identity provider, so that the pilot can be tried without an agreement with the national one.

`python -m portal.pilot.identity --port 8001 --instance DIR [--portal http://127.0.0.1:8000]`

A process of its own that the portal talks to as it would to a real OpenID Connect provider. Whoever opens it
chooses whom to be, so it listens on this machine only, says DEMO on every page, and refuses to start where
PORTAL_ENVIRONMENT is production (as the portal refuses a demo provider there).
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from authlib.oauth2.rfc6749 import OAuth2Error
from flask import Blueprint, Flask, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from werkzeug.serving import make_server

from portal.pilot import identity_keys as keys
from portal.pilot.identity_keys import pilot_environment
from portal.pilot.identity_people import Realm, demo_identities, of_realm
from portal.pilot.identity_server import Client, Memory, authorization_server
from portal.settings import Settings

__all__ = ["create_provider", "demo_identities", "main", "pilot_environment"]

LISTEN_ON = "127.0.0.1"


class Refuses(RuntimeError):
    """The demo provider will not start; the message says why."""


def create_provider(instance: Path, *, address: str, portal: str) -> Flask:
    """Both realms in one application; `portal` is the only place they send anyone back to."""
    app = Flask(__name__, template_folder="identity_templates", static_folder="identity_templates/static")
    app.config.update(MAX_CONTENT_LENGTH=64 * 1024, MAX_FORM_PARTS=50)
    app.jinja_env.globals["portal"] = portal
    for realm in keys.REALMS:
        app.register_blueprint(_realm(app, instance, realm, address, portal), url_prefix=f"/{realm}")
    app.add_url_rule("/", "welcome", lambda: render_template("welcome.html", identities=demo_identities()))
    app.register_error_handler(404, lambda _error: (render_template("problem.html", code="not_found"), 404))

    @app.after_request
    def protect(response: Response) -> Response:
        policy = f"default-src 'none'; style-src 'self'; form-action 'self' {portal}; base-uri 'none'"
        response.headers["Content-Security-Policy"] = policy + "; frame-ancestors 'none'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return app


def _realm(app: Flask, instance: Path, realm: Realm, address: str, portal: str) -> Blueprint:
    """The endpoints of one issuer."""
    issuer = keys.issuer(address, realm)
    key = keys.signing_key(instance)
    memory = Memory()
    client = Client(keys.client_id(realm), keys.client_secret(instance, realm), portal, realm)
    server = authorization_server(app, client, memory, key, issuer)
    views = Blueprint(realm, __name__)

    @views.get("/.well-known/openid-configuration")
    def metadata() -> ResponseReturnValue:
        return jsonify(_metadata(issuer))

    @views.get("/jwks")
    def jwks() -> ResponseReturnValue:
        return jsonify(keys=[key.as_dict(private=False)])

    @views.get("/authorize")
    def choose() -> ResponseReturnValue:
        try:
            server.get_consent_grant()
        except OAuth2Error as error:
            return render_template("problem.html", code=error.error), 400
        return render_template("choose.html", realm=realm, identities=of_realm(realm).values())

    @views.post("/authorize")
    def chosen() -> ResponseReturnValue:
        try:
            grant = server.get_consent_grant()
        except OAuth2Error as error:
            return render_template("problem.html", code=error.error), 400
        identity = of_realm(realm).get(request.form.get("identity", ""))
        answer: Response = server.create_authorization_response(grant_user=identity, grant=grant)
        return answer

    @views.post("/token")
    def token() -> ResponseReturnValue:
        answer: Response = server.create_token_response()
        return answer

    @views.route("/userinfo", methods=["GET", "POST"])
    def userinfo() -> ResponseReturnValue:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        identity = memory.identity_of(value) if scheme.lower() == "bearer" else None
        if identity is None:
            return jsonify(error="invalid_token"), 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        return jsonify(identity.claims)

    @views.route("/logout", methods=["GET", "POST"])
    def logout() -> ResponseReturnValue:
        wanted = request.values.get("post_logout_redirect_uri")
        known = client.client_metadata["post_logout_redirect_uris"]
        if isinstance(known, list) and wanted in known:
            return redirect(str(wanted), 303)
        return render_template("signed_out.html")

    return views


def _metadata(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "end_session_endpoint": f"{issuer}/logout",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "scopes_supported": ["openid"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "ui_locales_supported": ["vi", "en"],
    }


def refuse_production() -> Settings:
    """The settings, where they allow a demo provider; raises Refuses."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise Refuses(f"the demo identity provider does not start with these settings:\n{error}") from error
    if settings.environment == "production":
        raise Refuses("the demo identity provider lets anyone be anyone: it refuses to start in production")
    return settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal comes."""
    parser = argparse.ArgumentParser(prog="portal.pilot.identity", description="Demo identity provider (pilot only).")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--instance", type=Path, help="where keys are kept; the settings' instance by default")
    parser.add_argument("--portal", help="the portal's address, e.g. http://127.0.0.1:8000")
    chosen = parser.parse_args(arguments)
    try:
        settings = refuse_production()
    except Refuses as refusal:
        print(refusal, file=sys.stderr)
        return 2
    address = keys.address(chosen.port)
    app = create_provider(
        chosen.instance or settings.instance, address=address, portal=(chosen.portal or settings.base_url).rstrip("/")
    )
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # its lines would hold codes and tokens
    with make_server(LISTEN_ON, chosen.port, app, threaded=True) as server:
        print(f"Demo identity provider at {address}", flush=True)
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
