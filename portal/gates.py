"""Who is served now, who waits, and who is asked to come back: settled before the framework is asked.

The server has a thread for every connection that it takes, so that whoever comes is seen at once. Here a request gets
a place, waits a little for one, or is told 503 with a time to come back, which costs next to nothing. Each kind of
request has places and chairs of its own: no crowd of one kind keeps another waiting, and all of them together are
fewer than the threads, so that what is answered from memory always finds one. A place falls free when the answer is
made, whoever reads it however slowly; of a download, which is made while it is read, when it has been handed over.
Nobody has more connections to the database than there are places.

Who comes behind a proxy that is not set (PORTAL_TRUSTED_PROXIES) looks like one client, and gets one client's share.
"""

import io
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from flask import Flask
from itsdangerous import BadData
from werkzeug.http import parse_cookie
from werkzeug.wsgi import ClosingIterator

from portal import crowd_page, logs
from portal.held import CROWDED
from portal.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

READ_FIRST = 1024 * 1024  # a form, or a piece of a file (upload.js): read before a place is taken
UNKNOWN = READ_FIRST + 1  # as long as is a body that does not say how long it is
TELL_SECONDS = 10.0
COOKIES = 1024  # whose signature is remembered
PACES = 8  # over about so many the pace is taken

_COSTLY = re.compile(
    r"/(?:procedures(?:\.json)?)?\?.*"  # searches and filters of the catalogue, and pages nobody holds
    r"|/procedures/[^/]+/history/[0-9]+/blank\.pdf"
    r"|/ledger/statistics[./?].*|/open-data|/verify.*"
    r"|/api/v1/(?:procedures|statistics|ledger/entries)\b.*",
    re.DOTALL,
)
_DOWNLOAD = re.compile(r"/ledger\.csv.*|/open-data[/?].*", re.DOTALL)
_FILING = re.compile(r"/drafts/[^/]+/review")
_OFFICE = re.compile(r"/(?:desk|studio|admin)(?:/.*)?", re.DOTALL)

log = logs.logger(__name__)


class Kind(StrEnum):
    ALIVE = "alive"
    READY = "ready"  # asks the database: whoever asks whether we live does not wait for that
    OFFICE = "office"  # officers at work
    FILING = "filing"  # submissions: those to one unit wait for each other, for their numbers
    OWN = "own"  # what else people do who are signed in: drafts, their account
    UPLOAD = "upload"  # whole files of theirs in one request, as browsers without JavaScript send them
    PUBLIC = "public"  # anybody
    COSTLY = "costly"  # what takes long to make, whoever asks: searches, figures, checked files
    DOWNLOAD = "download"  # what is read from the database while it is sent


_HEALTH = {"/healthz": Kind.ALIVE, "/readyz": Kind.READY}


@dataclass(eq=False, slots=True)
class _Waiter:
    client: str
    called: threading.Event = field(default_factory=threading.Event)


class Gate:
    """`places` are served at once, `chairs` more wait, `seconds` at most: whom that is not enough for, as places have
    fallen free lately, does not wait at all. One client has half of the chairs, and no more than `each` of the places.
    A place that falls free goes to whose client has the fewest, then to who came first.
    """

    def __init__(
        self,
        places: int,
        chairs: int,
        seconds: float,
        *,
        each: int | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.places, self.chairs, self._seconds, self._now = places, chairs, seconds, now
        self._each = places if each is None else each
        self._inside: Counter[str] = Counter()
        self._waiting: list[_Waiter] = []
        self._pace, self._since = 0.0, 0.0  # between two places that fell free while somebody waited
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def enter(self, client: str) -> bool:
        """Whether the client has a place now, which it must `leave`; waits for one."""
        with self._lock:
            if self._has_place(client):
                self._inside[client] += 1
                return True
            if not self._has_chair(client):
                return False
            waiter = _Waiter(client)
            if not self._waiting:
                self._since = self._now()
            self._waiting.append(waiter)
        if waiter.called.wait(self._seconds):
            return True
        with self._lock:
            if waiter.called.is_set():  # at the very last moment
                return True
            self._waiting.remove(waiter)
        return False

    def leave(self, client: str) -> None:
        with self._lock:
            self._inside[client] -= 1
            if not self._inside[client]:
                del self._inside[client]
            able = [waiter for waiter in self._waiting if self._has_place(waiter.client)]
            if able:
                following = min(able, key=lambda waiter: self._inside[waiter.client])
                self._waiting.remove(following)
                self._inside[following.client] += 1
                self._pace += (self._now() - self._since - self._pace) / PACES
                self._since = self._now()
                following.called.set()

    def _has_chair(self, client: str) -> bool:
        """The first may always wait: so a pace of old days does not last."""
        own, number = sum(waiter.client == client for waiter in self._waiting), len(self._waiting)
        if number >= self.chairs or own >= max(1, self.chairs // 2):
            return False
        return number == 0 or (number + 1) * self._pace <= self._seconds

    def _has_place(self, client: str) -> bool:
        return self._inside.total() < self.places and self._inside[client] < self._each


def gates() -> Mapping[Kind, Gate]:
    """Of one process. What they are measured by: docs/decisions/overload.md."""
    return MappingProxyType(
        {
            Kind.ALIVE: Gate(1, 10, 3),
            Kind.READY: Gate(1, 10, 3),
            Kind.OFFICE: Gate(5, 60, 5),
            Kind.FILING: Gate(4, 150, 5),
            Kind.OWN: Gate(4, 100, 5),
            Kind.UPLOAD: Gate(3, 20, 5, each=2),
            Kind.PUBLIC: Gate(4, 80, 3),
            Kind.COSTLY: Gate(3, 40, 3, each=2),
            Kind.DOWNLOAD: Gate(3, 4, 3, each=2),
        }
    )


def install(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    app.wsgi_app = Gates(  # type: ignore[method-assign]
        app.wsgi_app,
        gates=gates(),
        signed_in=lru_cache(COOKIES)(partial(signed_in, app)),
        come_back=crowd_page.answers(app),
        hops=settings.trusted_proxies,
        unhindered=f"{app.static_url_path}/",
    )


class Gates:
    """Around an application. `signed_in`: whose session comes with this Cookie header, if anybody's; `hops`: of proxies
    that are believed; `unhindered`: where what begins with it costs nothing.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        *,
        gates: Mapping[Kind, Gate],
        signed_in: Callable[[str], str],
        come_back: crowd_page.Answers,
        hops: int = 0,
        unhindered: str = "/static/",
    ) -> None:
        self._app, self._gates, self._signed_in, self._come_back = app, gates, signed_in, come_back
        self._hops, self._unhindered = hops, unhindered
        self._refused: Counter[Kind] = Counter()
        self._told_at = float("-inf")

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(self._unhindered):
            return self._app(environ, start_response)
        account = self._signed_in(environ.get("HTTP_COOKIE", ""))
        kind, client = kind_of(environ, bool(account)), account or address_of(environ, self._hops)
        _read_first(environ)
        gate = self._gates[kind]
        if not gate.enter(client):
            self._tell(kind)
            environ[CROWDED] = True
            return self._come_back.give(environ, start_response)
        leave = _Once(partial(gate.leave, client))
        try:
            answer = self._app(environ, start_response)
        except BaseException:
            leave()
            raise
        if kind is Kind.DOWNLOAD:
            return ClosingIterator(answer, leave)
        leave()
        return answer

    def _tell(self, kind: Kind) -> None:
        """Operators: how many were asked to come back, every few seconds and not each time."""
        self._refused[kind] += 1
        now = time.monotonic()
        if now - self._told_at >= TELL_SECONDS:
            self._told_at, refused, self._refused = now, self._refused, Counter()
            log.warning("too many at once", turned_away={kind.value: number for kind, number in refused.items()})


class _Once:
    """Gives the place back; once, however often an answer is closed."""

    def __init__(self, leave: Callable[[], None]) -> None:
        self._leave: Callable[[], None] | None = leave

    def __call__(self) -> None:
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()


def kind_of(environ: "WSGIEnvironment", signed_in: bool) -> Kind:
    path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    if path in _HEALTH:
        return _HEALTH[path]
    asked = f"{path}?{query}" if query else path
    if _DOWNLOAD.fullmatch(asked):
        return Kind.DOWNLOAD
    is_big = _length(environ) > READ_FIRST
    if _COSTLY.fullmatch(asked) or (is_big and not signed_in):
        return Kind.COSTLY
    return _of_people(environ, is_big) if signed_in else Kind.PUBLIC


def _of_people(environ: "WSGIEnvironment", is_big: bool) -> Kind:
    path = environ["PATH_INFO"]
    if is_big:
        return Kind.UPLOAD
    if environ["REQUEST_METHOD"] == "POST" and _FILING.fullmatch(path):
        return Kind.FILING
    return Kind.OFFICE if _OFFICE.fullmatch(path) else Kind.OWN


def signed_in(app: Flask, cookies: str) -> str:
    """By the cookie's signature alone, which nobody can make up; whether the session still lasts is asked inside."""
    name = app.config["SESSION_COOKIE_NAME"]
    if f"{name}=" not in cookies:
        return ""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    try:
        found = signer.loads(parse_cookie(cookies).get(name, ""))
    except BadData:
        return ""
    return str(found.get("_user_id") or "")


def address_of(environ: "WSGIEnvironment", hops: int) -> str:
    """As werkzeug's ProxyFix reads it, which stands further in."""
    named = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
    said = named[-hops].strip() if len(named) >= hops > 0 else ""
    return str(said or environ.get("REMOTE_ADDR", ""))


def _read_first(environ: "WSGIEnvironment") -> None:
    """Who sends slowly keeps a thread meanwhile, but no place."""
    length = _length(environ)
    if 0 < length <= READ_FIRST:
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))


def _length(environ: "WSGIEnvironment") -> int:
    if "HTTP_TRANSFER_ENCODING" in environ:
        return UNKNOWN
    said = environ.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdecimal() else UNKNOWN
