"""What a page costs of processors, in one process and its server: what a crowd on the machine hardly changes."""

import http.client
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from bench.load import Request
from portal.extensions import db
from tests.watched_cursors import watching

WARM, PASSES = 1, 2


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of Python and PostgreSQL together, and the most statements of one page."""

    p50: float
    p99: float
    statements: int


def cost(app: Flask, requests: Sequence[Request]) -> Cost:
    """Of these requests, each asked PASSES times after WARM; sign-in and all."""
    client = app.test_client(use_cookies=False)
    most = max(_statements(app, client, request) for request in requests)
    servers = _backends(app)
    spent = []
    for _pass in range(WARM + PASSES):
        for request in requests:
            before = time.process_time() + _used(servers)
            _ask(app, client, request)
            spent.append(time.process_time() + _used(servers) - before)
    cuts = quantiles(spent[WARM * len(requests) :], n=100, method="inclusive")
    return Cost(cuts[49] * 1000, cuts[98] * 1000, most)


def _statements(app: Flask, client: FlaskClient, request: Request) -> int:
    sent: list[str] = []
    with watching(lambda query, _values: sent.append(query)):
        _ask(app, client, request)
    return len(sent)


def _ask(app: Flask, client: FlaskClient, request: Request) -> None:
    # A context of its own: in the bench's, which lasts, whoever was signed in before would still be.
    with app.app_context():
        answer = client.open(
            request.path,
            method=request.method,
            data=request.body or None,
            content_type="application/x-www-form-urlencoded" if request.body else None,
            headers={"Cookie": request.cookie, "Accept-Language": "vi"},
        )
    if answer.status_code != request.expected:
        reason = http.client.responses[answer.status_code]
        raise RuntimeError(f"{request.path} answered {answer.status_code} {reason}")


def _backends(app: Flask) -> list[Path]:
    """The server's processes for this database: of them only this process keeps any busy."""
    with app.app_context():
        session = db.session()
        found = session.scalars(text("select pid from pg_stat_activity where datname = current_database()")).all()
        session.rollback()
    return [Path(f"/proc/{pid}/schedstat") for pid in found]


def _used(servers: Iterable[Path]) -> float:
    """Seconds of processor that these have had."""
    return sum(int(place.read_text(encoding="ascii").split()[0]) for place in servers if place.exists()) / 1e9
