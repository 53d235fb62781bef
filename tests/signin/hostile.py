"""An OpenID Connect provider that a test bends out of shape: right in everything but what the test changes."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from werkzeug.serving import make_server
from werkzeug.test import TestResponse
from werkzeug.wrappers import Request, Response

CLIENT_ID = "portal-under-test"
CLIENT_SECRET = "secret-of-the-test-which-is-long-enough-to-sign-with"
CANARY = "CANARY-PERSON"

Answer = Callable[[Request], Response]


def as_json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value), status, content_type="application/json")


@dataclass
class Provider:
    """`claims`, `header`, `signing_key`, `published`, `userinfo`, `metadata` are what it says; `answers` replaces
    whole endpoints."""

    url: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "k1"})
    signing_key: Any = None
    raw_token: str | None = None
    published: Any = None
    userinfo: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    nonce: str = ""

    def __post_init__(self) -> None:
        now = int(time.time())
        self.claims = {"sub": "s-1", "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        self.userinfo = {"sub": "s-1", "TechID": "tech-1", "LoaiTaiKhoan": "1", "HoVaTen": CANARY}

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        self.asked.append((request.method, request.path))
        endpoint = request.path.rpartition("/")[2]
        answer = self.answers.get(endpoint) or getattr(self, "_" + endpoint.replace("-", "_"))
        return answer(request)(environ, start_response)

    def _openid_configuration(self, _request: Request) -> Response:
        endpoints = {f"{name}_endpoint": f"{self.url}/{name}" for name in ("authorization", "token", "userinfo")}
        said = {"issuer": self.url, "jwks_uri": self.url + "/jwks", **endpoints, **self.metadata}
        return as_json({name: value for name, value in said.items() if value is not None})

    def _jwks(self, _request: Request) -> Response:
        default = {"keys": [self.key.as_dict(private=False)]}
        return as_json(default if self.published is None else self.published)

    def _token(self, _request: Request) -> Response:
        said = {"access_token": "at", "token_type": "Bearer", "expires_in": 300, "id_token": self.id_token()}
        said |= self.token
        return as_json({name: value for name, value in said.items() if value is not None})

    def _userinfo(self, _request: Request) -> Response:
        return as_json(self.userinfo)

    def id_token(self) -> str:
        if self.raw_token is not None:
            return self.raw_token
        said = {"iss": self.url, "nonce": self.nonce, **self.claims}
        claims = {name: value for name, value in said.items() if value is not None}
        key: RSAKey | ECKey | OctKey = self.signing_key or self.key
        return jwt.encode(self.header, claims, key, algorithms=[self.header["alg"]])

    def unsigned(self) -> str:
        """A token with alg `none`, which no library signs any more."""
        said = {"iss": self.url, "nonce": self.nonce, **self.claims}
        return ".".join(_base64(json.dumps(part).encode()) for part in ({"alg": "none"}, said)) + "."


@contextmanager
def serving(provider: Provider) -> Iterator[Provider]:
    server = make_server("127.0.0.1", 0, provider, threaded=True)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def journey(
    browser: FlaskClient, provider: Provider, bend: Callable[[Provider], None] = lambda _provider: None
) -> TestResponse:
    """Begin at the portal, let the test bend the provider (which by then knows the nonce), and come back."""
    begun = browser.get("/signin/citizen")
    if begun.status_code != 303:
        return begun
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.location).query).items()}
    assert asked["code_challenge_method"] == "S256"
    provider.nonce = asked["nonce"]
    bend(provider)
    return browser.get("/signin/citizen/callback", query_string={"code": "c-1", "state": asked["state"]})


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
