"""What a form's page costs to make: 7, 10 and 60 fields, the last with 10 conditions; CPU alone, in one process."""

import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from bench import rows
from bench.installation import Bench
from portal import clock
from portal.extensions import db
from portal.procedures import commands, sources
from portal.transaction import unit_of_work
from tests import signing_in
from tests.procedures.files import content
from tests.procedures.forms import field, sections

KINDS = ("text", "yes_no", "date", "money", "one_of", "number", "phone", "any_of", "integer", "email")
MOST_MILLISECONDS = 6.0  # of the page of 7 fields
MOST_TIMES = 3.0  # the page of 60 fields, in pages of 10
WARM, REQUESTS = 5, 40


def show(bench: Bench, *, rounds: int) -> None:
    """Measure the pages in turn, round after round, and print the medians."""
    with bench.app.app_context():  # its own: in the bench's, which lasts, whoever was signed in before would still be
        found = _measured(bench, rounds)
    seven, ten, sixty = (statistics.median(found[size][1:]) for size in (7, 10, 60))
    met = _met(seven, MOST_MILLISECONDS)
    print(f"form page, 7 fields        {seven:8.1f} ms CPU   target {MOST_MILLISECONDS:.0f}  {met}")
    print(f"form page, 10 fields       {ten:8.1f} ms CPU")
    print(
        f"form page, 60 fields       {sixty:8.1f} ms CPU   {sixty / ten:.2f} times that of 10   "
        f"target {MOST_TIMES:.0f}  {_met(sixty / ten, MOST_TIMES)}"
    )


def _measured(bench: Bench, rounds: int) -> dict[int, list[float]]:
    """Milliseconds of each round, the first to warm up, by size."""
    client = bench.app.test_client()
    signing_in.sign_in_as(client, signing_in.make_citizen(db.session()))
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = rows.RAW_TOKEN
    pages = _pages(db.session(), client, rows.csrf(bench.app))
    found: dict[int, list[float]] = {size: [] for size in pages}
    for _round in range(rounds + 1):
        for size, address in pages.items():
            found[size].append(_milliseconds(client, address))
    return found


def _met(figure: float, most: float) -> str:
    return "met" if figure <= most else f"missed by {(figure / most - 1):.0%}"


def _pages(session: Session, client: FlaskClient, token: str) -> dict[int, str]:
    """The address of a draft's first section for each size."""
    pages: dict[int, str] = {}
    with TemporaryDirectory() as name:
        for number, size in enumerate((7, 10, 60)):
            form = sections(only=_fields(size))
            sources.write(content(f"9.00007{number}", form=form), Path(name), newest=True)
        with unit_of_work(session):
            commands.load(session, [Path(name)], at=clock.now())
    for number, size in enumerate((7, 10, 60)):
        begun = client.post(f"/procedures/9.00007{number}/apply", data={"csrf_token": token})
        if begun.status_code != 303:
            raise RuntimeError(f"no draft of {size} fields: {begun.status_code}")
        pages[size] = f"{begun.location}/sections/only"
    return pages


def _fields(size: int) -> list[dict[str, Any]]:
    """Of every kind in turn; in a large form every sixth hangs on the yes or no before it."""
    made = [field(KINDS[n % len(KINDS)], f"q{n}") for n in range(size)]
    deciders = [one["key"] for one in made if one["type"] == "yes_no"]
    for n in range(5, size if size >= 60 else 0, 6):
        before = [key for key in deciders if int(key[1:]) < n]
        made[n]["show_if"] = {"any_of": [{"field": key, "in": ["yes"]} for key in (before[-1], before[0])]}
    return made


def _milliseconds(client: FlaskClient, address: str) -> float:
    times = []
    for _request in range(WARM + REQUESTS):
        start = time.process_time()
        answer = client.get(address)
        times.append((time.process_time() - start) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
    return statistics.median(times[WARM:])
