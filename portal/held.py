"""Whole answers that everybody gets, held in memory and given before the framework is asked.

Tiles and bundles never change. Checkpoint, feeds and the first public pages may be a second old: after that one
visitor's request asks the application whether they still hold (it knows by the size of the tree, mostly without
making the page), and everybody else goes on being answered from memory. A bounded number of bytes a process.

Pages are held for visitors who have no session, by name of the host and by language; each answer gets a nonce of its
own, in the policy, in the page and in the tag. Whatever is unusual (a query, a range, another method, a session) goes
the ordinary way.
"""

import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask

from portal import i18n

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_BYTES = 16 * 1024 * 1024
OVERHEAD = 2048  # an answer's headers and place, whatever its body
FOR_EVER = float("inf")
MOMENT = 1.0
LONGEST = 60.0
STALE = 10.0  # how long an old answer serves while somebody asks for a new one
FIRST = 2.0  # how long others wait for whoever asks first
CROWDED = "portal.crowded"  # in the environ of a request that found no place

_PLACES = re.compile(
    r"(?P<tile>/ledger/tile/.+)"
    r"|/ledger/(?:checkpoint|feed(?:/[0-9]+)?\.(?:atom|json))"
    r"|(?P<live>/ledger/live)"
    r"|(?P<page>/|/ledger(?:/statistics|/verify)?|/procedures(?:/[0-9A-Za-z.-]{1,60})?)",
    re.ASCII,
)
_MAX_AGE = re.compile(r"public, max-age=([0-9]+)")
_PAGE_TAG = re.compile(r'"([0-9a-f]{32})\.([A-Za-z0-9_-]{22})"', re.ASCII)
_EVENT = re.compile(r"[0-9]{1,18}", re.ASCII)
_OF_A_BODY = frozenset({"content-type", "content-length"})

Headers = list[tuple[str, str]]
Key = tuple[str, ...]


@dataclass(slots=True)
class Answer:
    """`pieces`: the body between the places of its nonce; one piece where it has none."""

    headers: Headers
    pieces: list[bytes]
    etag: str
    nonce: str
    until: float
    asking: bool = False

    @classmethod
    def of(cls, headers: Headers, body: bytes, until: float) -> "Answer":
        kept = [(name, value) for name, value in headers if name.lower() != "date"]
        etag = next((value for name, value in kept if name.lower() == "etag"), "")
        tagged = _PAGE_TAG.fullmatch(etag)
        nonce = tagged[2] if tagged else ""
        return cls(kept, body.split(nonce.encode()) if nonce else [body], etag, nonce, until)

    @property
    def size(self) -> int:
        return OVERHEAD + sum(map(len, self.pieces))

    def give(self, known: str, start_response: "StartResponse") -> list[bytes]:
        """The whole answer, or 304 where the visitor's tags say that they have it."""
        if not self.nonce:
            if self.etag and self.etag in known:
                start_response("304 NOT MODIFIED", _without_body(self.headers))
                return []
            start_response("200 OK", list(self.headers))
            return [self.pieces[0]]
        value = self.etag[1:33]
        for found in _PAGE_TAG.finditer(known):
            if found[1] == value:
                start_response("304 NOT MODIFIED", _without_body(self._headers(found[2])))
                return []
        fresh = secrets.token_urlsafe(16)
        start_response("200 OK", self._headers(fresh))
        return [fresh.encode().join(self.pieces)]

    def _headers(self, nonce: str) -> Headers:
        return [(name, value.replace(self.nonce, nonce)) for name, value in self.headers]


def install(app: Flask) -> None:
    secure = app.config["SESSION_COOKIE_SECURE"]
    app.wsgi_app = Held(  # type: ignore[method-assign]
        app.wsgi_app, session=app.config["SESSION_COOKIE_NAME"], language=i18n.cookie_name(secure=secure)
    )


class Held:
    """Around an application: answers what it holds, holds what it may. `session`, `language`: names of cookies."""

    def __init__(
        self,
        app: "WSGIApplication",
        *,
        most_bytes: int = MOST_BYTES,
        session: str = "session",
        language: str = i18n.COOKIE,
    ) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._session, self._language = f"{session}=", language
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._first: dict[Key, threading.Event] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self._app(environ, start_response)
        known = environ.get("HTTP_IF_NONE_MATCH", "")
        held, is_mine_to_ask = self._get(key)
        if held is None and self._comes_second(key):
            held, is_mine_to_ask = self._get(key)
        if held is not None and not is_mine_to_ask:
            return held.give(known, start_response)
        return self._through(environ, start_response, key, held)

    def _key(self, environ: "WSGIEnvironment") -> Key | None:
        """Under what the answer is held; None for what goes the ordinary way. Settles the language of a page."""
        place = _PLACES.fullmatch(environ.get("PATH_INFO", ""))
        if place is None or not _plain(environ):
            return None
        host = environ.get("HTTP_HOST", "")
        if place["tile"]:
            return (place[0],)
        if not place["page"] and not place["live"]:
            return (place[0], host)
        cookies = environ.get("HTTP_COOKIE", "")
        if self._session in cookies:
            return None
        language = i18n.language_of(cookies, environ.get("HTTP_ACCEPT_LANGUAGE", ""), cookie=self._language)
        last = environ.get("HTTP_LAST_EVENT_ID", "") if place["live"] else ""
        if last and not _EVENT.fullmatch(last):
            return None
        environ[i18n.CHOSEN] = language
        return (place[0], host, language, last)

    def _through(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", key: Key, held: Answer | None
    ) -> Iterable[bytes]:
        """Ask the application; hold the answer if it is a whole one that everybody may have."""
        known = environ.pop("HTTP_IF_NONE_MATCH", "")
        if held is not None and held.etag:
            environ["HTTP_IF_NONE_MATCH"] = held.etag
        try:
            return self._answered(environ, start_response, key, held, known)
        except BaseException:
            self._drop(key)
            raise
        finally:
            self._let_others_look(key)

    def _answered(
        self,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        key: Key,
        held: Answer | None,
        known: str,
    ) -> Iterable[bytes]:
        status, headers, body = _asked(self._app, environ)
        names = {name.lower(): value for name, value in headers}
        seconds = _seconds(key, names)
        if held is not None and status.startswith("304"):
            held.until, held.asking = time.monotonic() + seconds, False
            return held.give(known, start_response)
        if held is not None and CROWDED in environ:  # an older page is better than none
            held.until, held.asking = time.monotonic() + MOMENT, False
            return held.give(known, start_response)
        answer = Answer.of(headers, body, time.monotonic() + seconds)
        if status.startswith("200") and _is_for_all(answer, names):
            self._put(key, answer)
            return answer.give(known, start_response)
        self._drop(key)
        start_response(status, headers)
        return [body]

    def _get(self, key: Key) -> tuple[Answer | None, bool]:
        """What is held, and whether this request is the one that asks anew."""
        with self._lock:
            held = self._answers.get(key)
            if held is None:
                return None, True
            now = time.monotonic()
            if held.until >= now or (held.asking and held.until + STALE >= now):
                self._answers.move_to_end(key)
                return held, False
            held.asking = True
            return held, True

    def _comes_second(self, key: Key) -> bool:
        """Whether somebody was asking for what nobody has yet; waits until they have it, but not for long."""
        with self._lock:
            asking = self._first.get(key)
            if asking is None:
                self._first[key] = threading.Event()
                return False
        asking.wait(FIRST)
        return True

    def _let_others_look(self, key: Key) -> None:
        with self._lock:
            asking = self._first.pop(key, None)
        if asking is not None:
            asking.set()

    def _put(self, key: Key, answer: Answer) -> None:
        with self._lock:
            self._forget(key)
            self._answers[key] = answer
            self._bytes += answer.size
            while self._bytes > self._most_bytes:
                self._forget(next(iter(self._answers)))

    def _drop(self, key: Key) -> None:
        with self._lock:
            self._forget(key)

    def _forget(self, key: Key) -> None:
        gone = self._answers.pop(key, None)
        self._bytes -= gone.size if gone else 0


def _asked(app: "WSGIApplication", environ: "WSGIEnvironment") -> tuple[str, Headers, bytes]:
    started: list[tuple[str, Headers]] = []

    def start(status: str, headers: Headers, exc_info: object = None) -> object:
        started.append((status, list(headers)))
        return lambda _data: None

    answer = app(environ, start)  # type: ignore[arg-type]
    try:
        body = b"".join(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()
    status, headers = started[-1]
    return status, headers, body


def _is_for_all(answer: Answer, headers: dict[str, str]) -> bool:
    """Nothing that was made for one visitor: no cookie, and no page whose nonce could not be changed."""
    is_page = headers.get("content-type", "").startswith("text/html")
    private = "set-cookie" in headers or "no-store" in headers.get("cache-control", "")
    return not private and (bool(answer.nonce) or not is_page)


def _seconds(key: Key, headers: dict[str, str]) -> float:
    """Tiles for ever; what says how long it may be kept so long, a minute at most; the rest a moment."""
    if len(key) == 1:
        return FOR_EVER
    found = _MAX_AGE.match(headers.get("cache-control", ""))
    return min(float(found[1]), LONGEST) if found else MOMENT


def _without_body(headers: Headers) -> Headers:
    return [(name, value) for name, value in headers if name.lower() not in _OF_A_BODY]


def _plain(environ: "WSGIEnvironment") -> bool:
    """A GET without a query or a range."""
    return environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING") and "HTTP_RANGE" not in environ
