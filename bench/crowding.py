"""`python -m bench.crowding`: many more come at once than can be served; what they get, and what others notice.

In turn, on one database: the server as it is, and one without gates that queues in 32 threads. A visitor of the crowd
leaves after PATIENCE seconds and asks again; who is told to come back does so after PAUSE. Each comes from one of
ADDRESSES; who files is one of CITIZENS.
"""

import argparse
import asyncio
import itertools
import logging
import multiprocessing
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import quantiles
from urllib.parse import urlencode
from urllib.request import urlopen

from bench import growing, rows
from bench.filling import Filler, copy_draft
from bench.installation import THREAD_EACH, Bench, another, installed, largest_memory
from bench.load import Request
from portal.extensions import db
from tests import filing, signing_in

DOSSIERS = 2000
PATIENCE, PAUSE, BEFORE, AFTER = 8.0, 5.0, 6.0, 6.0
ADDRESSES, CITIZENS, DRAFTS, PROBED = 200, 40, 150, 300
BETWEEN = 0.1  # seconds between two looks of the others
SERVERS = {"without gates": ("bench.ungated:app", ("--blocking-threads", "32")), "as it is": ("wsgi:app", THREAD_EACH)}
LEFT = 0  # instead of a status

Address = tuple[str, int]


@dataclass(slots=True)
class Seen:
    """Of one kind of request: when it was sent, how long its answer took, and its status."""

    answers: list[tuple[float, float, int]] = field(default_factory=list)

    def within(self, start: float, end: float, *, only: int | None = None) -> str:
        """Median, 95th percentile and longest, in ms."""
        found = [took * 1000 for at, took, status in self.answers if start <= at < end and only in (None, status)]
        if len(found) < 2:
            return f"{'-':>22}"
        cuts = quantiles(found, n=100, method="inclusive")
        return f"{cuts[49]:>7,.0f} {cuts[94]:>6,.0f} {max(found):>7,.0f}"

    def statuses(self, start: float, end: float) -> Counter[int]:
        return Counter(status for at, _took, status in self.answers if start <= at < end)


async def ask(server: Address, request: Request, source: str) -> int:
    """The status, once the whole answer has come."""
    reader, writer = await asyncio.open_connection(*server, local_addr=(source, 0))
    try:
        wire = request.wire(f"{server[0]}:{server[1]}").replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
        writer.write(wire)
        answer = await reader.read(13)
        while await reader.read(262_144):
            pass
        return int(answer[9:12])
    finally:
        writer.close()


async def visit(
    server: Address,
    requests: Iterator[Request],
    source: str,
    seen: Seen,
    *,
    until: float,
    patience: float,
    pause: float,
) -> None:
    """One who asks again and again. `pause`: after a refusal; for who has long patience after each answer."""
    while (at := time.monotonic()) < until and (request := next(requests, None)) is not None:
        status = LEFT
        with suppress(TimeoutError, OSError, ValueError):
            status = await asyncio.wait_for(ask(server, request, source), patience)
        seen.answers.append((at, time.monotonic() - at, status))
        if status >= 500 or patience > PATIENCE:
            await asyncio.sleep(pause)


async def _crowd(server: Address, requests: Iterator[Request], number: int, seconds: float) -> Seen:
    seen, until = Seen(), time.monotonic() + seconds
    sources = [f"127.0.1.{1 + one % ADDRESSES}" for one in range(number)]
    visits = (visit(server, requests, one, seen, until=until, patience=PATIENCE, pause=PAUSE) for one in sources)
    await asyncio.gather(*visits)
    return seen


async def _others(server: Address, looks: Mapping[str, Iterator[Request]], seconds: float) -> dict[str, Seen]:
    found, until = {name: Seen() for name in looks}, time.monotonic() + seconds
    visits = (
        visit(server, requests, "127.0.2.1", found[name], until=until, patience=60, pause=BETWEEN)
        for name, requests in looks.items()
    )
    await asyncio.gather(*visits)
    return found


def _crowd_beside(
    server: Address, requests: list[Request], number: int, seconds: float, told: "multiprocessing.Queue[Seen]"
) -> None:
    endless = itertools.cycle(requests) if requests[0].method == "GET" else iter(requests)
    told.put(asyncio.run(_crowd(server, endless, number, seconds)))


class Crowding:
    def __init__(self, bench: Bench, *, number: int, seconds: float) -> None:
        self._bench, self._number, self._seconds = bench, number, seconds
        self._body = urlencode({"csrf_token": rows.csrf(bench.app)}).encode()
        self._officer = rows.queue_row(bench.app, growing.sign_in(bench)[2]).requests

    def show(self, kind: str) -> None:
        for name, (target, threads) in SERVERS.items():
            requests = self._searches() if kind == "search" else self._submissions(1, CITIZENS, DRAFTS)
            with another(self._bench, target, threads) as (server, process):
                print(f"\n{self._number} at once, {kind}, {name}")
                self._one(server, process, requests)

    def _one(self, server: Address, process: int, requests: list[Request]) -> None:
        told: multiprocessing.Queue[Seen] = multiprocessing.Queue()
        looks = self._looks(server)
        crowd = multiprocessing.Process(
            target=_crowd_beside, args=(server, requests, self._number, self._seconds, told), daemon=True
        )
        started = time.monotonic()

        async def both() -> dict[str, Seen]:
            loop = asyncio.get_running_loop()
            loop.call_later(BEFORE, crowd.start)
            return await _others(server, looks, BEFORE + self._seconds + AFTER)

        found = asyncio.run(both())
        came = told.get()
        crowd.join()
        begun, ended = started + BEFORE, started + BEFORE + self._seconds
        statuses = came.statuses(0, float("inf"))
        served = sum(number for status, number in statuses.items() if 200 <= status < 400)
        print(f"  served {served / self._seconds:.0f}/s, refused {statuses[503]}, left {statuses[LEFT]}", end="; ")
        print(f"largest process {largest_memory(process).resident / 1e6:.0f} MB resident")
        print(f"  {'ms: median, p95, longest':26} {'before':>22} {'meanwhile':>22} {'after':>22}  statuses meanwhile")
        for name, seen in found.items():
            parts = (seen.within(started, begun - 1), seen.within(begun, ended), seen.within(ended, float("inf")))
            print(f"  {name:26} {' '.join(parts)}  {dict(seen.statuses(begun, ended))}", flush=True)

    def _looks(self, server: Address) -> dict[str, Iterator[Request]]:
        with urlopen(f"http://{server[0]}:{server[1]}/") as page:
            style = re.search(rb'/static/[^"]+\.css', page.read())
        places = ["/healthz", "/readyz", "/", "/ledger?sort=due", *([style[0].decode()] if style else [])]
        looks = {place[:26]: itertools.repeat(Request("GET", place)) for place in places}
        return looks | {"/desk": self._officer(), "a submission": iter(self._submissions(900, 1, PROBED))}

    @staticmethod
    def _searches() -> list[Request]:
        return [Request("GET", f"/procedures?q=dang+ky+khai+sinh+{number}") for number in range(97)]

    def _submissions(self, first: int, people: int, each: int) -> list[Request]:
        """Each files in turn; nobody files a draft twice."""
        app, session = self._bench.app, db.session()
        found = []
        for number in range(first, first + people):
            person = signing_in.make_citizen(session, national_id=f"0790{time.time_ns() % 10**6:06d}{number % 100:02d}")
            jar = rows.cookie(app, signing_in.sign_in_as(app.test_client(), person))
            drafts = copy_draft(session, filing.draft(session, person), each)
            found.append([Request("POST", f"/drafts/{draft}/review", self._body, jar) for draft in drafts])
        return [request for turn in zip(*found, strict=True) for request in turn]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.crowding", description=__doc__)
    parser.add_argument("--crowd", type=int, default=600, help="how many come at once")
    parser.add_argument("--seconds", type=float, default=20, help="how long they come")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    with installed() as bench, bench.app.app_context():
        growing.fill(bench, Filler(db.session(), trusting=True), DOSSIERS)
        growing.publish(bench)
        crowding = Crowding(bench, number=asked.crowd, seconds=asked.seconds)
        for kind in ("search", "submission"):
            crowding.show(kind)


if __name__ == "__main__":
    main()
