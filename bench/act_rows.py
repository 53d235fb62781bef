"""An act at the desk beside a submission, and the officer's queue beside itself at another size."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import load, rows
from bench.installation import Bench
from bench.load import Figures, Request
from bench.measuring import CLIENTS
from portal.extensions import db

AT_ONCE = 150  # submitted, then received
MOST_TIMES = 2.0  # an act, in submissions; the queue's p99 at the largest size, in that of the smallest
SECONDS = 120


def show(bench: Bench, drafts: Iterator[UUID], *, citizen: str, officer: str, rounds: int) -> None:
    """Submit so many, receive these very ones, and again."""
    found = [_round(bench, [next(drafts) for _time in range(AT_ONCE)], citizen, officer) for _time in range(rounds)]
    ratios = sorted(act.p50 / submission.p50 for submission, act in found)
    submitted, received = (median(pair[number].p50 for pair in found) for number in (0, 1))
    wrong = sum(figures.errors for pair in found for figures in pair)
    print(
        f"{'an act (received)':26} {received:.1f} ms beside {submitted:.1f} ms of a submission (p50, "
        f"{CLIENTS} clients): {median(ratios):.2f} times ({ratios[0]:.2f}-{ratios[-1]:.2f})   target {MOST_TIMES:.0f}  "
        f"{f'{wrong} wrong answers' if wrong else met(median(ratios), MOST_TIMES)}",
        flush=True,
    )


def show_growth(queues: Mapping[int, Figures]) -> None:
    """`queues`: the queue's figures by number of dossiers."""
    small, large = min(queues), max(queues)
    if small == large:
        print(f"{'queue page, growth':26} needs two sizes: --dossiers 10000,1000000")
        return
    ratio = queues[large].p99 / queues[small].p99
    print(
        f"{'queue page, growth':26} p99 at {large:,} dossiers {ratio:.2f} times that at {small:,}   "
        f"target {MOST_TIMES:.0f}  {met(ratio, MOST_TIMES)}"
    )


def met(figure: float, most: float) -> str:
    return "met" if figure <= most else f"missed by {(figure / most - 1):.0%}"


def _round(bench: Bench, drafts: Sequence[UUID], citizen: str, officer: str) -> tuple[Figures, Figures]:
    submissions = rows.submission_row(bench.app, iter(drafts), citizen).requests()
    submitted = load.run(bench.portal, submissions, connections=CLIENTS, seconds=SECONDS)
    acts = list(_receiving(bench.app, _filed(db.session()), officer))
    return submitted, load.run(bench.portal, iter(acts), connections=CLIENTS, seconds=SECONDS)


def _receiving(app: Flask, filed: Sequence[tuple[str, int]], officer: str) -> Iterator[Request]:
    jar, token = rows.cookie(app, officer), rows.csrf(app)
    for reference, seen in filed:
        body = urlencode({"csrf_token": token, "seen": seen}).encode()
        yield Request("POST", f"/desk/dossiers/{reference}/receive", body, jar, expected=303)


def _filed(session: Session) -> list[tuple[str, int]]:
    """The newest, with how many steps each has; nothing stays open."""
    found = session.execute(_NEWEST, {"limit": AT_ONCE}).all()
    session.rollback()
    return [(row.reference, row.steps) for row in found]


_NEWEST = text(
    "select d.reference, (select count(*) from step where step.dossier_id = d.id) as steps"
    " from dossier as d where d.state = 'filed' order by d.id desc limit :limit"
)
