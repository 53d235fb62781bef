"""The portal under SIGKILL: people file dossiers while its processes are ended at random, and begun anew.

Nothing that somebody was told may be lost, nothing may be there twice, no number may be left out; letters come, at most
once more and then marked as a repeat. Exit code 0 only if all of it holds.
"""

import argparse
import json
import logging
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import psycopg

from bench import growing, losses, rows
from bench.clicking import Click, Filed, People
from bench.installation import prepared
from bench.upheld import KINDS, Upheld, upheld
from portal.extensions import db
from portal.pilot.postgres import EmbeddedPostgres
from portal.settings import ROOT
from tests import signing_in
from tests.letters.mail_server import Post, mail_server

SEED = 20200106
PEOPLE = 8
PATIENCE = 120.0  # seconds that somebody goes on clicking
SETTLING = 300.0  # seconds until all letters are out: a job of a worker that was killed waits for 30 of them
LOOK_SECONDS = 0.05

_LEFT = """
select (select count(*) from ledger_outbox) + (select count(*) from letter where sent_at is null)
     + (select count(*) from ledger_entry) - coalesce((select size from statistics_head), 0)
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.killing", description=__doc__)
    parser.add_argument("--submissions", type=int, default=10_000, help="how many (10000)")
    parser.add_argument("--kills", type=int, default=200, help="how many (200)")
    parser.add_argument("--seed", type=int, default=SEED, help="which processes, in which order")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="hai-dang-kills-") as place:
        server = EmbeddedPostgres(Path(place) / "postgres")
        server.start()
        try:
            server.create_database("portal")
            wrong = _run(Path(place) / "instance", server.url("portal"), asked)
        finally:
            server.stop()
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


def _run(instance: Path, url: str, asked: argparse.Namespace) -> list[str]:
    app, settings = prepared(instance, url)
    with app.app_context():
        person = signing_in.make_citizen(db.session())
        token = signing_in.sign_in_as(app.test_client(), person)
        drafts = growing.drafts(person, asked.submissions)
        db.engine.dispose()  # none of ours is among the sessions that may be killed
        body = urlencode({"csrf_token": rows.csrf(app)}).encode()
        click = Click(("127.0.0.1", settings.port), rows.cookie(app, token), body)
    people = People(click, drafts, number=PEOPLE, patience=PATIENCE)
    with mail_server() as server:
        environment = {"INSTANCE": str(instance), "DATABASE_URL": url, "PORT": str(settings.port)}
        environment |= {
            "PORTAL_SMTP_HOST": "127.0.0.1",
            "PORTAL_SMTP_PORT": str(server.port),
            "PORTAL_SMTP_TLS": "none",
        }
        with upheld(settings, environment) as portal:
            started = time.monotonic()
            killed = _while_they_file(portal, people, asked)
            told = time.monotonic()
            settled = _settled(portal, url)
            _say(people.filed, server.post, killed, (told - started, time.monotonic() - told))
    unsettled = [] if settled else ["not all was published, counted and sent in time"]
    return [*unsettled, *_wrong(url, drafts, people.filed, server.post), *_wrong_log(environment)]


def _while_they_file(portal: Upheld, people: People, asked: argparse.Namespace) -> Counter[str]:
    """One is killed whenever so many more were told a reference, while others are under way; nobody begins with the
    next before. Each kind in turn, which of a kind by the seed.
    """
    draw, killed = random.Random(asked.seed), Counter[str]()
    kinds = [kind for _ in range(asked.kills) for kind in KINDS][: asked.kills]
    every = asked.submissions / (asked.kills + 1)
    people.allowed = every + PEOPLE if kinds else math.inf
    people.start()
    while people.busy:
        portal.keep()
        if kinds and people.ended >= every * (killed.total() + 1) and portal.kill(kinds[0], draw):
            killed[kinds.pop(0)] += 1
            people.allowed = every * (killed.total() + 1) + PEOPLE if kinds else math.inf
        time.sleep(LOOK_SECONDS)
    return killed


def _settled(portal: Upheld, url: str) -> bool:
    """Wait until all that was filed is published, counted and sent; whether it came to that."""
    until = time.monotonic() + SETTLING
    while time.monotonic() < until:
        portal.keep()
        if _asked(url, _LEFT) == [(0,)]:
            return True
        time.sleep(1)
    return False


def _wrong(url: str, drafts: Sequence[UUID], filed: Filed, post: Post) -> Iterator[str]:
    there: dict[UUID, str] = dict(_asked(url, "select draft_token, reference from dossier"))
    entries = [json.loads(bytes(entry)) for (entry,) in _asked(url, "select entry from ledger_entry")]
    yield from losses.of_dossiers(filed, drafts, there)
    yield from losses.of_copies(
        set(there.values()),
        ledger=[entry["reference"] for entry in entries],
        lists=[one for (one,) in _asked(url, "select reference from ledger_dossier")],
        statistics=[one for (one,) in _asked(url, "select reference from statistics_dossier")],
    )
    yield from losses.of_letters(post.messages(), number=len(drafts))


def _wrong_log(environment: Mapping[str, str]) -> Iterator[str]:
    """What the portal's own check of the whole log says."""
    command = [sys.executable, "-X", "utf8", "-m", "flask", "--app", "wsgi", "ledger", "verify"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        yield f"the log: {done.stdout}{done.stderr}"


def _asked(url: str, question: str) -> list[tuple[Any, ...]]:
    """Nothing while PostgreSQL recovers."""
    with suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=5) as connection:
        return connection.execute(question).fetchall()
    return []


def _say(filed: Filed, post: Post, killed: Counter[str], took: tuple[float, float]) -> None:
    print(f"killed: {killed.total()} ({', '.join(f'{kind} {n}' for kind, n in killed.items())})")
    print(f"filed: {len(filed.references):,} in {took[0]:,.0f} s; published, counted and sent {took[1]:,.0f} s later")
    print(f"answers: {', '.join(f'{what} {n:,}' for what, n in filed.answers.most_common())}")
    repeats = sum(1 for message in post.messages() if message["X-Repeat-Of"])
    print(f"letters: {len(post.envelopes):,}, of which {repeats:,} marked as repeats", flush=True)


if __name__ == "__main__":
    sys.exit(main())
