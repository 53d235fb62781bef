"""The officers' desk at several sizes side by side: each page in turn at every size, and how many statements it sends.

The officers are drawn from all, so most sit in large units; the largest unit and the smallest have rows of their own.
"""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import load
from bench.act_rows import met
from bench.installation import Bench
from bench.load import Figures, Request
from bench.processors import Cost, cost
from bench.rows import cookie
from portal import clock, sealing
from portal.dossiers import queries
from portal.extensions import db
from portal.people import queries as people
from portal.queues import searches
from portal.transaction import unit_of_work
from tests import signing_in

OFFICERS, OF_ONE_UNIT = 80, 40
CONNECTIONS = 2  # as many as the server has processes: nothing waits for its own kind
MOST_TIMES, MOST_STATEMENTS = 2.0, 12
TABS = ("mine", "filed", "working", "proposed", "soon", "apology", "late", "waiting", "resolved", "elsewhere")
OPEN = "('filed', 'in_progress', 'awaiting_supplement', 'awaiting_duty', 'resolved')"

Pages = dict[str, list[Request]]


@dataclass(frozen=True, slots=True)
class Seat:
    """An officer signed in, and the unit they work for."""

    officer_id: int
    unit_id: int
    jar: str


@dataclass(slots=True)
class Measured:
    """One page: what it costs at each size, and its figures by size, round by round."""

    costs: dict[int, Cost] = field(default_factory=dict)
    figures: dict[int, list[Figures]] = field(default_factory=dict)

    def line(self, name: str) -> str:
        small, large = min(self.figures), max(self.figures)
        most = max(cost.statements for cost in self.costs.values())
        wrong = sum(one.errors for one in itertools.chain(*self.figures.values()))
        slow = _ratios(self.figures[small], self.figures[large], "p99")
        verdict = met(median(slow), MOST_TIMES) if most <= MOST_STATEMENTS else f"missed: {most} statements"
        spread = f"({slow[0]:.2f}-{slow[-1]:.2f})"
        return (
            f"{name:30} {most:>3}  {self._costs('p50')}  {self._costs('p99')}  {self._times('p50')}  "
            f"{self._times('p99')} {spread:13} {f'{wrong} wrong answers' if wrong else verdict}"
        )

    def _costs(self, which: str) -> str:
        small, large = (getattr(self.costs[size], which) for size in (min(self.costs), max(self.costs)))
        return f"{small:6.1f} {large:6.1f} {large / small:5.2f}"

    def _times(self, which: str) -> str:
        small, large = self.figures[min(self.figures)], self.figures[max(self.figures)]
        first, last = (median(getattr(one, which) for one in found) for found in (small, large))
        return f"{first:6.1f} {last:6.1f} {median(_ratios(small, large, which)):5.2f}"


def show(benches: Mapping[int, Bench], *, rounds: int, seconds: float) -> None:
    """Every page at every size in turn, `rounds` times, after one round to warm up; and what it costs of processors."""
    pages = {}
    for size, bench in benches.items():
        with bench.app.app_context():
            pages[size] = pages_of(db.session(), bench.app)
    sizes = sorted(benches)
    print(f"  ms at {' and '.join(f'{size:,}' for size in sizes)} dossiers, and how many times")
    print(
        f"{'page':30} sql  {'p50 of processor':20}  {'p99 of processor':20}  {'p50 by the clock':20}  p99 by the clock"
    )
    for name in [name for name in pages[sizes[0]] if all(found.get(name) for found in pages.values())]:
        found = Measured({size: cost(bench.app, pages[size][name]) for size, bench in benches.items()})
        asked = {size: itertools.cycle(pages[size][name]) for size in sizes}
        for number, size in itertools.product(range(rounds + 1), sizes):
            figures = load.run(benches[size].portal, asked[size], connections=CONNECTIONS, seconds=seconds)
            if number:
                found.figures.setdefault(size, []).append(figures)
        print(found.line(name), flush=True)


def _ratios(small: Sequence[Figures], large: Sequence[Figures], which: str) -> list[float]:
    return sorted(getattr(b, which) / getattr(a, which) for a, b in zip(small, large, strict=True))


# --- The pages ---------------------------------------------------------------------------------------------------


def pages_of(session: Session, app: Flask) -> Pages:
    """Each kind of page with its requests: of many officers, one after another."""
    chance = random.Random(8000)
    many = _signed_in(session, app, _MANY, OFFICERS)
    large, small = (_signed_in(session, app, _OF_UNIT, OF_ONE_UNIT, unit=unit) for unit in _extremes(session))
    return {
        "queue": _each(many, "/desk"),
        **{f"tab {tab}": _each(many, f"/desk?show={tab}") for tab in TABS},
        "newest first": _each(many, "/desk?order=newest"),
        "second page": [Request("GET", f"/desk?after={key}", cookie=jar) for jar, key in _keys(session, many)],
        "queue, largest unit": _each(large, "/desk"),
        "tab late, largest unit": _each(large, "/desk?show=late"),
        "queue, smallest unit": _each(small, "/desk"),
        "one procedure, largest unit": _each(large, "/desk?procedure=1.001193"),
        "choosing lists, largest unit": _each(large, "/desk/lists"),
        "overview, largest unit": _each(large[:1], "/desk/overview"),
        **_searches(session, chance, many, "search"),
        **_searches(session, chance, large, "largest unit"),
    }


def _each(officers: Sequence[Seat], path: str) -> list[Request]:
    return [Request("GET", path, cookie=one.jar) for one in officers]


def _signed_in(session: Session, app: Flask, which: str, most: int, **values: int) -> list[Seat]:
    client, found = app.test_client(), []
    for row in session.execute(text(which), {"most": most, **values}).all():
        officer = people.officer(session, row.officer_id)
        if officer is None:
            raise LookupError(row.officer_id)
        found.append(Seat(officer.id, row.unit_id, cookie(app, signing_in.sign_in_as(client, officer))))
    session.rollback()
    return found


def _extremes(session: Session) -> tuple[int, int]:
    """The units with most and fewest open dossiers."""
    found = session.execute(text(_BY_SIZE)).all()
    print(
        f"  open: {sum(row.number for row in found):,} in {len(found)} units; "
        f"the largest has {found[0].number:,}, the smallest {found[-1].number:,}"
    )
    return found[0].unit, found[-1].unit


def _keys(session: Session, officers: Sequence[Seat]) -> Iterator[tuple[str, str]]:
    for one in officers:
        key = queries.queue(session, unit_ids={one.unit_id}, at=clock.now()).after
        if key:
            yield one.jar, key
    session.rollback()


def _searches(session: Session, chance: random.Random, officers: Sequence[Seat], kind: str) -> Pages:
    """What each officer looks for is of somebody whose dossier they can open."""
    found: Pages = {}
    for one in officers:
        rows_there = session.execute(text(_SOMEBODY), {"unit": one.unit_id}).all()
        if not rows_there:
            continue
        jar, row = one.jar, chance.choice(rows_there)
        who = sealing.from_json(sealing.unseal(row.applicant))
        asked = {
            "name": who["name"],
            "family name": who["name"].split()[0],
            "telephone": who["phone"],
            "ID number": who["national_id"],
        }
        for name, words in asked.items():
            with unit_of_work(session):
                token = searches.remember(session, words, officer_id=one.officer_id, at=clock.now())
            found.setdefault(f"{kind}: {name}", []).append(Request("GET", f"/desk/found/{token}", cookie=jar))
        ending = Request("GET", f"/desk?{urlencode({'q': row.reference[-4:]})}", cookie=jar)
        whole = Request("GET", f"/desk?{urlencode({'q': row.reference})}", cookie=jar, expected=303)
        found.setdefault(f"{kind}: last digits", []).append(ending)
        found.setdefault(f"{kind}: reference", []).append(whole)
    return found


_DESK = "role in ('receiver', 'specialist', 'leader')"
_MANY = f"select officer_id, unit_id from officer_role where {_DESK} order by md5(officer_id::text) limit :most"
_OF_UNIT = (
    f"select officer_id, unit_id from officer_role where {_DESK} and unit_id = :unit"
    " order by role, officer_id limit :most"  # leaders first
)
_BY_SIZE = (
    f"select holder_unit_id as unit, count(*) as number from dossier where state in {OPEN} group by 1 order by 2 desc"
)
_SOMEBODY = (
    "select d.reference, c.applicant from dossier d join dossier_content c on c.dossier_id = d.id"
    " where d.desk_unit_id = :unit order by d.state, d.urgent_at, d.id limit 20"
)
