"""The OAuth side of the demo provider: Authlib's authorization server over two small tables in memory.

Codes live a minute and are taken out on first use; PKCE with S256 is demanded; tokens live ten minutes. A
restart forgets them all, which costs a person who was signing in one more click.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from flask import Flask
from joserfc.jwk import RSAKey

from portal import clock
from portal.pilot.identity_people import DemoIdentity, Realm, of_realm

CODE_LASTS = timedelta(minutes=1)
TOKEN_LASTS = timedelta(minutes=10)
TABLE_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Client:
    """The portal, as one realm of the provider knows it."""

    client_id: str
    secret: str
    portal: str
    realm: Realm

    @property
    def client_metadata(self) -> Mapping[str, object]:
        return {"post_logout_redirect_uris": [self.portal + "/"]}

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str | None) -> str:
        return "openid" if scope and "openid" in scope.split() else ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == f"{self.portal}/signin/{self.realm}/callback"

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(self.secret, client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in ("client_secret_post", "client_secret_basic")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code and what it was given for."""

    code: str
    client_id: str
    redirect_uri: str
    nonce: str | None
    code_challenge: str
    identity: DemoIdentity
    issued_at: datetime
    code_challenge_method: str = "S256"

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return "openid"

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(self.issued_at.timestamp())

    def get_acr(self) -> str:
        return "LoA1"

    def get_amr(self) -> list[str]:
        return ["demo"]


@dataclass
class Memory:
    """What was issued and not yet used up or run out."""

    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, tuple[DemoIdentity, datetime]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def put_code(self, code: Code) -> None:
        with self.lock:
            if len(self.codes) >= TABLE_MAX:
                self.codes.clear()
            self.codes[code.code] = code

    def take_code(self, value: str, client_id: str) -> Code | None:
        with self.lock:
            code = self.codes.pop(value, None)
        fresh = code is not None and clock.now() - code.issued_at < CODE_LASTS
        return code if code is not None and fresh and code.client_id == client_id else None

    def put_token(self, value: str, identity: DemoIdentity) -> None:
        with self.lock:
            if len(self.tokens) >= TABLE_MAX:
                self.tokens.clear()
            self.tokens[value] = (identity, clock.now())

    def identity_of(self, value: str) -> DemoIdentity | None:
        identity, issued_at = self.tokens.get(value, (None, clock.now()))
        return identity if clock.now() - issued_at < TOKEN_LASTS else None


class StrictChallenge(CodeChallenge):  # type: ignore[misc]
    """PKCE without choice: S256 or nothing."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        if grant.request.payload.data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with S256 is required", redirect_uri=redirect_uri)
        super().validate_code_challenge(grant, redirect_uri)


def authorization_server(app: Flask, client: Client, memory: Memory, key: RSAKey, issuer: str) -> AuthorizationServer:
    """One realm's server: one client, one issuer."""
    server = AuthorizationServer(
        app,
        query_client=lambda client_id: client if client_id == client.client_id else None,
        save_token=lambda token, request: memory.put_token(token["access_token"], request.user),
    )
    server.register_grant(_code_grant(memory, client.realm), [_id_token(key, issuer), StrictChallenge(required=True)])
    return server


def _code_grant(memory: Memory, realm: Realm) -> type[AuthorizationCodeGrant]:
    class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_post", "client_secret_basic")

        def save_authorization_code(self, code: str, request: Any) -> None:
            asked = request.payload.data
            memory.put_code(
                Code(
                    code=code,
                    client_id=request.client.client_id,
                    redirect_uri=request.payload.redirect_uri,
                    nonce=asked.get("nonce"),
                    code_challenge=asked["code_challenge"],
                    identity=request.user,
                    issued_at=clock.now(),
                )
            )

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return memory.take_code(code, client.client_id)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            """Taken out already when it was looked up."""

        def authenticate_user(self, authorization_code: Code) -> DemoIdentity | None:
            return of_realm(realm).get(authorization_code.identity.subject)

    return CodeGrant


def _id_token(key: RSAKey, issuer: str) -> OpenIDCode:
    class IdToken(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return False  # going back and choosing another identity is a fair thing to do here

        def resolve_client_private_key(self, client: Client) -> RSAKey:
            return key

        def get_client_algorithm(self, client: Client) -> str:
            return "RS256"

        def get_encode_header(self, client: Client) -> dict[str, str]:
            return {"alg": "RS256", "kid": key.kid or ""}

        def get_client_claims(self, client: Client) -> dict[str, object]:
            return {"iss": issuer, "aud": client.client_id}

        def generate_user_info(self, user: DemoIdentity, scope: str) -> dict[str, str]:
            return {"sub": user.subject}

    return IdToken(require_nonce=True)
