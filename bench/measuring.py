"""Measures rows and limits in turn (A B A B) and keeps the medians."""

import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

import psycopg

from bench import load
from bench.installation import Bench
from bench.load import Figures, Request
from bench.rows import Row

CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Result:
    """Medians over the rounds, and how far the ratios of the rounds lay apart."""

    row: Row
    figures: Figures
    limit: Figures
    ratio: float
    spread: tuple[float, float]

    @property
    def verdict(self) -> str:
        if self.figures.errors:
            return f"{self.figures.errors} wrong answers"
        if self.row.target is None:
            return ""
        met = self.ratio >= self.row.target
        return "met" if met else f"missed by {(1 - self.ratio / self.row.target):.0%}"


def measure(bench: Bench, row: Row, *, rounds: int, seconds: float) -> Result:
    """The row and its limit, one after the other, `rounds` times."""
    requests = row.requests()
    server = bench.bare if row.plain else bench.portal
    pairs = []
    for _round in range(rounds):
        limit = limit_of(bench, row, seconds)
        pairs.append((load.run(server, requests, connections=row.connections, seconds=seconds), limit))
    ratios = sorted(figures.rate / limit.rate for figures, limit in pairs)
    return Result(
        row,
        _median([figures for figures, _limit_ in pairs]),
        _median([limit for _figures, limit in pairs]),
        median(ratios),
        (ratios[0], ratios[-1]),
    )


def limit_of(bench: Bench, row: Row, seconds: float) -> Figures:
    if row.limit == "insert":
        return bare_inserts(bench.settings.database_url, seconds)
    endless: Iterator[Request] = itertools.repeat(Request("GET", f"/{row.limit}"))
    return load.run(bench.bare, endless, connections=row.connections, seconds=seconds)


def bare_inserts(url: str, seconds: float) -> Figures:
    """CLIENTS connections, each inserting one row and committing durably, over and over."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table if not exists bench_insert (id bigserial primary key, words text)")
    latencies: list[float] = []
    end = time.perf_counter() + seconds

    def insert() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while (started := time.perf_counter()) < end:
                connection.execute("insert into bench_insert (words) values ('Đăng ký khai sinh')")
                latencies.append(time.perf_counter() - started)

    threads = [threading.Thread(target=insert) for _number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return load.figures(latencies, seconds, 0)


def _median(measured: list[Figures]) -> Figures:
    return Figures(
        median(one.rate for one in measured),
        median(one.p50 for one in measured),
        median(one.p99 for one in measured),
        sum(one.errors for one in measured),
    )
