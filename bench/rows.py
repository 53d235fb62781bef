"""The rows of the report: each a request to the portal, beside its limit in the same run."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from urllib.request import urlopen
from uuid import UUID

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from bench.load import Request

Requests = Callable[[], Iterator[Request]]
QUEUE = "queue page"
RAW_TOKEN = "0" * 40  # the CSRF token of the bench's own sessions


@dataclass(frozen=True, slots=True)
class Row:
    """`limit` is measured in turn with the row; `target` is the least ratio to it, None where none is set."""

    name: str
    requests: Requests
    limit: str  # "hello", "page", "static" or "insert"
    target: float | None
    connections: int = 8
    plain: bool = False  # asked of the bare server


def cookie(app: Flask, token: str | None) -> str:
    """The session cookie of somebody signed in (or of a visitor), as the portal itself would set it."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    values = {"csrf_token": RAW_TOKEN} | ({"_user_id": token, "_fresh": True} if token else {})
    return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(values)}"


def csrf(app: Flask) -> str:
    """The form token that belongs to those cookies (Flask-WTF's own format)."""
    return str(URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(RAW_TOKEN))


HOT = {
    "home": "/",
    "ledger": "/ledger",
    "a procedure": "/procedures/1.001193",
    "feed, newest": "/ledger/feed.atom",
    "checkpoint": "/ledger/checkpoint",
    "live results": "/ledger/live",
    "statistics": "/ledger/statistics",
}


def public_rows(address: tuple[str, int], references: Sequence[str]) -> list[Row]:
    """What anyone may open."""
    filters = [urlencode({"unit": reference.rpartition("-")[0].rpartition("-")[0]}) for reference in references[:300]]
    hot = [(name, _cycle(Request("GET", place))) for name, place in HOT.items()]
    return [
        *(Row(f"{name}, anyone", requests, "static", 0.35, connections=32) for name, requests in hot),
        *(Row(name, requests, "static", 0.25, connections=32) for name, requests in _unchanging(address)),
        Row("the same page again", _again(address, HOT["a procedure"]), "static", 0.35, connections=32),
        Row("ledger page, filtered", _cycle(*(Request("GET", f"/ledger?{f}") for f in filters)), "page", 0.45),
        Row("ledger page, due soonest", _cycle(Request("GET", "/ledger?sort=due")), "page", 0.45),
        Row("a dossier in the ledger", _cycle(*_each("/ledger/dossiers/{}", references[:500])), "hello", 0.20),
        Row("feed of a unit", _cycle(*(Request("GET", f"/ledger/feed.atom?{f}") for f in filters)), "page", None),
        Row(
            "statistics, a unit's year",
            _cycle(*(Request("GET", f"/ledger/statistics?{f}") for f in filters)),
            "page",
            None,
        ),
        Row("catalogue search", _cycle(Request("GET", "/procedures?q=dang+ky+khai+sinh")), "page", None),
    ]


UNCHANGING = {
    "tile": "/ledger/tile/0/{:03}",
    "bundle": "/ledger/tile/entries/{:03}",
    "feed, archived": "/ledger/feed/{}.atom",
}
ARCHIVES = 10


def _unchanging(address: tuple[str, int]) -> Iterator[tuple[str, Requests]]:
    """What never changes once it is there: the newest of each."""
    with urlopen(f"http://{address[0]}:{address[1]}/ledger/checkpoint") as answer:
        full = int(answer.read().split(b"\n")[1]) // 256
    numbers = range(max(0, min(full, 1000) - ARCHIVES), min(full, 1000))
    for name, pattern in UNCHANGING.items():
        yield name, _cycle(*_each(pattern, numbers))


def _again(address: tuple[str, int], place: str) -> Requests:
    """A visitor who has the page asks whether it changed."""

    def requests() -> Iterator[Request]:
        with urlopen(f"http://{address[0]}:{address[1]}{place}") as answer:
            tag = answer.headers["ETag"]
        return itertools.repeat(Request("GET", place, tag=tag, expected=304))

    return requests


def look_up_row(app: Flask, known: Mapping[str, str]) -> Row:
    """A look-up without sign-in that finds its dossier; `known` has the last digits to each reference."""
    jar, token = cookie(app, None), csrf(app)
    found = [
        Request("POST", "/track", urlencode({"csrf_token": token, "reference": one, "proof": digits}).encode(), jar)
        for one, digits in known.items()
    ]
    return Row("look-up without sign-in", _cycle(*found), "page", None)


def queue_row(app: Flask, token: str) -> Row:
    """An officer's queue."""
    return Row(QUEUE, _cycle(Request("GET", "/desk", cookie=cookie(app, token))), "page", 0.25)


def plain_rows(references: Sequence[str], unit_id: int) -> list[Row]:
    """What a list, a dossier's page and a queue are at the least (see `bench.plain`)."""
    filters = [urlencode({"unit": reference.rpartition("-")[0].rpartition("-")[0]}) for reference in references[:300]]
    lists = _cycle(*(Request("GET", f"/plain/list?{f}") for f in filters))
    dossiers = _cycle(*_each("/plain/dossier/{}", references[:500]))
    queue = _cycle(Request("GET", f"/plain/queue?unit={unit_id}"))
    return [
        Row("  the least of a list", lists, "page", None, plain=True),
        Row("  the least of a dossier", dossiers, "hello", None, plain=True),
        Row("  the least of a queue", queue, "page", None, plain=True),
    ]


def submission_row(app: Flask, drafts: Iterator[UUID], token: str) -> Row:
    """The click that files, to the durable commit; each draft is filed once."""
    jar, body = cookie(app, token), urlencode({"csrf_token": csrf(app)}).encode()

    def requests() -> Iterator[Request]:
        for draft in drafts:
            yield Request("POST", f"/drafts/{draft}/review", body, jar, expected=303)

    return Row("submission", requests, "insert", None)


def _cycle(*requests: Request) -> Requests:
    return lambda: itertools.cycle(requests)


def _each(pattern: str, values: Sequence[str] | range) -> list[Request]:
    return [Request("GET", pattern.format(value)) for value in values]
