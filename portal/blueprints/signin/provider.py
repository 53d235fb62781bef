"""The portal as a client of an OpenID Connect provider: authorization code with PKCE, over Authlib.

What Authlib leaves to the caller is done here: the issuer in the discovery document must be the configured
one (mix-up), the signing algorithms are ours and not the provider's, the state is looked at before anything
else of the answer, `iss`, `aud`, `exp` and `nonce` are demanded, and userinfo must speak of the same `sub`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Flask, current_app, request, session
from joserfc.errors import JoseError

from portal import clock, i18n
from portal.access import own_path
from portal.blueprints.signin.outgoing import BoundedSession
from portal.settings import ProviderSettings, Settings

ALGORITHMS = ("RS256", "PS256", "ES256")
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
METADATA_LASTS = timedelta(hours=6)
LEEWAY_SECONDS = 60
STATE_SECONDS = 30 * 60
PENDING_MAX = 3
LEAVE_URL_MAX = 6000


class SignInFailed(Exception):
    """A sign-in that did not succeed. `reason` is one of a few fixed words, safe to log and to show by."""

    def __init__(self, reason: str, *, next_path: str | None = None, until: datetime | None = None) -> None:
        self.reason = reason
        self.until = until  # when it is worth trying again, where that is known
        self.next_path = next_path  # where the visitor was going, to be kept for the next try
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a provider's answer amounts to, once everything about it has been checked."""

    claims: Mapping[str, object]
    next: str | None
    leave_url: str | None


class ProviderClient(FlaskOAuth2App):  # type: ignore[misc]
    """One provider, as registered with Authlib by `install`."""

    client_cls = BoundedSession
    settings: ProviderSettings

    def begin(self, redirect_uri: str, *, next_path: str | None) -> str:
        """The address to send the browser to; what must come back is remembered in this browser's cookie."""
        extra = {"ui_locales": i18n.language()}
        if self.settings.acr_values:
            extra["acr_values"] = self.settings.acr_values
        with _network_faults():
            asked = self.create_authorization_url(redirect_uri, **extra)
        url: str = asked.pop("url")
        _forget_oldest_pending()
        self.save_authorize_data(redirect_uri=redirect_uri, next=next_path, **asked)
        return url

    def finish(self, *, after_sign_out: str) -> Arrival:
        """Check the answer in this request and fetch who it is; raises SignInFailed."""
        state = request.args.get("state", "")
        pending: Mapping[str, Any] | None = self.framework.get_state_data(session, state)
        if pending is None:  # first of all: nothing else of a stranger's answer counts
            raise SignInFailed("state")
        next_path = own_path(pending.get("next"))
        try:
            self._check_answer()
            with _network_faults():
                token = self._exchange()
                about = dict(token["userinfo"]) | self._userinfo(token)
        except SignInFailed as failure:
            self.framework.clear_state_data(session, state)
            raise SignInFailed(failure.reason, next_path=next_path) from failure
        return Arrival(about, next_path, self._leave_url(about, token["id_token"], after_sign_out))

    def load_server_metadata(self) -> dict[str, Any]:
        """Authlib's, read anew every few hours, and refused where it is not this issuer's."""
        loaded_at = self.server_metadata.get("_loaded_at", 0)
        if clock.now().timestamp() - loaded_at > METADATA_LASTS.total_seconds():
            self.server_metadata.pop("_loaded_at", None)
            self.server_metadata.pop("jwks", None)
        metadata: dict[str, Any] = super().load_server_metadata()
        try:
            self._check_metadata(metadata)
        except SignInFailed:
            metadata.clear()
            raise
        metadata["id_token_signing_alg_values_supported"] = list(ALGORITHMS)
        return metadata

    def fetch_jwk_set(self, force: bool = False) -> dict[str, Any]:
        found: object = super().fetch_jwk_set(force)
        keys = found.get("keys") if isinstance(found, dict) else None
        if not isinstance(found, dict) or not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
            self.server_metadata.pop("jwks", None)
            raise SignInFailed("bad_metadata")
        return found

    def _check_metadata(self, metadata: Mapping[str, object]) -> None:
        scheme = urlsplit(self.settings.issuer).scheme
        found = [metadata.get(name) for name in ENDPOINTS]
        right = all(isinstance(url, str) and urlsplit(url).scheme == scheme for url in found)
        if not right or metadata.get("issuer") != self.settings.issuer:
            raise SignInFailed("bad_metadata")

    def _check_answer(self) -> None:
        if request.args.get("error") or not request.args.get("code"):
            raise SignInFailed("cancelled" if request.args.get("error") == "access_denied" else "provider_error")
        if request.args.get("iss", self.settings.issuer) != self.settings.issuer:
            raise SignInFailed("issuer")

    def _exchange(self) -> dict[str, Any]:
        expected = {
            "iss": {"essential": True, "values": [self.settings.issuer]},
            "aud": {"essential": True, "values": [self.settings.client_id]},
            "exp": {"essential": True},
            "nonce": {"essential": True},
        }
        token: dict[str, Any] = self.authorize_access_token(claims_options=expected, leeway=LEEWAY_SECONDS)
        if not token.get("userinfo") or not token.get("access_token"):
            raise SignInFailed("token")
        return token

    def _userinfo(self, token: Mapping[str, Any]) -> dict[str, object]:
        """Asked for as the provider wants it: the national sign-in by POST, most others by GET."""
        metadata = self.load_server_metadata()
        ask: Callable[..., requests.Response] = self.post if self.settings.userinfo_method == "POST" else self.get
        answer = ask(metadata["userinfo_endpoint"], token=token)
        answer.raise_for_status()
        found = answer.json()
        if not isinstance(found, dict) or found.get("sub") != token["userinfo"]["sub"]:
            raise SignInFailed("subject")
        return found

    def _leave_url(self, about: Mapping[str, object], id_token: str, after_sign_out: str) -> str | None:
        """Where the provider's own sign-out begins: the address it gave with the claims, else its end_session."""
        given = about.get("logoutUri")
        scheme = urlsplit(self.settings.issuer).scheme
        if isinstance(given, str) and urlsplit(given).scheme == scheme and len(given) <= LEAVE_URL_MAX:
            return given
        endpoint = self.server_metadata.get("end_session_endpoint")
        if not isinstance(endpoint, str) or urlsplit(endpoint).scheme != scheme:
            return None
        url: str = self.create_logout_url(after_sign_out, id_token, client_id=self.client_id)["url"]
        return url if len(url) <= LEAVE_URL_MAX else None


def install(app: Flask) -> None:
    """Register the providers that the settings name with an Authlib registry of this application's own."""
    settings: Settings = app.config["SETTINGS"]
    registry = OAuth(app)
    named = {"citizen": settings.citizen_provider, "officer": settings.officer_provider}
    for name, provider in named.items():
        if provider.issuer:
            _register(registry, name, provider)


def configured(name: str) -> bool:
    return _registry().create_client(name) is not None


def client(name: str) -> ProviderClient:
    """The client of this provider; raises SignInFailed("not_configured")."""
    found: ProviderClient | None = _registry().create_client(name)
    if found is None:
        raise SignInFailed("not_configured")
    return found


def _register(registry: OAuth, name: str, provider: ProviderSettings) -> None:
    made: ProviderClient = registry.register(
        name,
        client_cls=ProviderClient,
        client_id=provider.client_id,
        client_secret=provider.client_secret.get_secret_value(),
        server_metadata_url=provider.issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={
            "scope": provider.scope,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": provider.client_auth,
            "trust_env": not provider.demo,  # the demo provider is this machine, whatever proxy is named
        },
    )
    made.settings = provider
    made.framework.expires_in = STATE_SECONDS


def _registry() -> OAuth:
    return current_app.extensions["authlib.integrations.flask_client"]


def _forget_oldest_pending() -> None:
    """Sign-ins begun and not finished must not outgrow the cookie."""
    pending = sorted((key for key in session if key.startswith("_state_")), key=lambda key: session[key]["exp"])
    for key in pending[: max(0, len(pending) - PENDING_MAX + 1)]:
        session.pop(key)


@contextmanager
def _network_faults() -> Iterator[None]:
    """Turn what libraries raise into the one word that says whose fault it was."""
    try:
        yield
    except (requests.ConnectionError, requests.Timeout) as error:
        raise SignInFailed("unreachable") from error
    except requests.RequestException as error:
        raise SignInFailed("bad_answer") from error
    except AuthlibBaseError as error:
        raise SignInFailed("code") from error
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise SignInFailed("token") from error
