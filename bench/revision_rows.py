"""Publishing a revision: one transaction, and who is signed in sees it at once, whichever process answers.

Visitors without a session get pages that are held in memory and may be a second old (`portal/held.py`): of these the
time is taken until no process gives the one before any more.
"""

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlencode

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from bench import rows
from bench.installation import Bench
from portal import clock
from portal.extensions import db
from portal.procedures import manuscripts
from tests import signing_in
from tests.procedures import writing
from tests.procedures.files import content
from tests.watched_cursors import watching

CODE = "9.000099"
ROUNDS = 10
PAGES_AFTER = 16  # on connections of their own, so that both processes answer
IN_A_ROW = 8
COMMITS, VISITORS_SECONDS = 1, 2.0
WAIT_SECONDS = 30
DECISION = {"number": "1/QĐ-UBND", "on-day": "1", "on-month": "6", "on-year": "2020", "begins-when": "now"}


@dataclass(slots=True)
class Counted:
    statements: int = 0
    commits: int = 0


@dataclass(slots=True)
class Timed:
    """In milliseconds from the click; `late` is how many pages of somebody signed in still showed the one before."""

    answered: list[float] = field(default_factory=list)
    everywhere: list[float] = field(default_factory=list)
    late: int = 0


def show(bench: Bench, *, rounds: int = ROUNDS) -> None:
    session = db.session()
    editor = signing_in.make_officer(session, "H06.01", "editor")
    jar = rows.cookie(bench.app, signing_in.sign_in_as(bench.app.test_client(), editor))
    _publish_here(bench, session, jar, 0)  # the first imports and compiles
    counted = _publish_here(bench, session, jar, 1)
    timed = Timed()
    for number in range(2, rounds + 2):
        _publish_there(bench, session, jar, number, timed)
    print(_line(counted, timed, rounds), flush=True)


def _line(counted: Counted, timed: Timed, rounds: int) -> str:
    visitors = max(timed.everywhere) / 1000
    met = counted.commits == COMMITS and not timed.late and visitors <= VISITORS_SECONDS
    return (
        f"{'publishing a revision':26} {counted.statements} statements, {counted.commits} commit; answered in "
        f"{median(timed.answered):.0f} ms ({min(timed.answered):.0f}-{max(timed.answered):.0f});\n"
        f"  {timed.late} of {rounds * PAGES_AFTER} pages asked for afterwards by somebody signed in showed the one "
        f"before;\n  every visitor has it {median(timed.everywhere) / 1000:.2f} s after the click "
        f"({min(timed.everywhere) / 1000:.2f}-{visitors:.2f}); target {COMMITS} commit, 0 pages, "
        f"{VISITORS_SECONDS:.0f} s: {'met' if met else 'missed'}"
    )


def _approved(session: Session, number: int) -> tuple[int, int, str]:
    """A manuscript that waits to be published: its id and version, and what only its page says."""
    mark = f"Bản đo thứ {number}."
    said = content(CODE, summary={"vi": mark, "en": f"Measured {number}."})
    id = writing.approved(session, said, code=CODE, at=clock.now())
    found = manuscripts.manuscript(session, id)
    session.rollback()
    if found is None:
        raise LookupError(id)
    return id, found.version, mark


def _sent(bench: Bench, version: int) -> bytes:
    return urlencode({"csrf_token": rows.csrf(bench.app), "version": version, **DECISION}).encode()


def _publish_here(bench: Bench, session: Session, jar: str, number: int) -> Counted:
    """In this process, where statements and commits can be counted: of the whole request, sign-in and page included."""
    id, version, _mark = _approved(session, number)
    client = bench.app.test_client(use_cookies=False)
    # A context of its own: in the bench's, which lasts, whoever was signed in before would still be.
    with bench.app.app_context(), _counting() as counted:
        answer = client.post(
            f"/studio/manuscripts/{id}/publish",
            data=_sent(bench, version),
            content_type="application/x-www-form-urlencoded",
            headers={"Cookie": jar},
        )
    if answer.status_code != http.client.SEE_OTHER:
        raise RuntimeError(f"publishing answered {answer.status_code}")
    return counted


def _publish_there(bench: Bench, session: Session, jar: str, number: int, timed: Timed) -> None:
    """Over HTTP, and then the procedure's page again and again."""
    id, version, mark = _approved(session, number)
    headers = {"Cookie": jar, "Content-Type": "application/x-www-form-urlencoded"}
    began = time.perf_counter()
    status, _body = _asked(bench, "POST", f"/studio/manuscripts/{id}/publish", _sent(bench, version), headers)
    timed.answered.append(_since(began))
    if status != http.client.SEE_OTHER:
        raise RuntimeError(f"publishing answered {status}")
    mine = [_shows(bench, mark, {"Cookie": jar}) for _page in range(PAGES_AFTER)]
    timed.late += mine.count(False)
    since, shown = 0.0, 0
    while shown < IN_A_ROW:  # each on a connection of its own, so that both processes answer
        there = _shows(bench, mark, {})
        since = since if there and shown else _since(began)
        shown = shown + 1 if there else 0
        if since > WAIT_SECONDS * 1000:
            raise RuntimeError("the page never showed what was published")
    timed.everywhere.append(since)


def _shows(bench: Bench, mark: str, headers: dict[str, str]) -> bool:
    return mark in _asked(bench, "GET", f"/procedures/{CODE}", b"", {"Accept-Language": "vi", **headers})[1]


def _asked(bench: Bench, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    connection = http.client.HTTPConnection(*bench.portal, timeout=60)
    try:
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


@contextmanager
def _counting() -> Iterator[Counted]:
    counted = Counted()

    def statement(_query: str, _values: object) -> None:
        counted.statements += 1

    def commit(_connection: object) -> None:
        counted.commits += 1

    event.listen(Engine, "commit", commit)
    try:
        with watching(statement):
            yield counted
    finally:
        event.remove(Engine, "commit", commit)
