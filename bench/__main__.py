"""`python -m bench`: fills a portal, measures it beside its limits, prints a table."""

import argparse
import itertools
import logging
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench import (
    act_rows,
    due_rows,
    form_rows,
    growing,
    growth_rows,
    ledger_rows,
    load,
    output_rows,
    proofs,
    revision_rows,
    rows,
    search_rows,
    without_sha,
)
from bench.filling import Filler
from bench.installation import Bench, installed, largest_memory, seconds_to_first_answer, side_by_side
from bench.load import Figures, Request
from bench.measuring import Result, measure
from portal.extensions import db

MIXED = 10_000
MEGABYTES_TARGET, SECONDS_TARGET = 130, 3
HEAD = (
    f"{'row':26} {'dossiers':>9} {'req/s':>8} {'p50 ms':>8} {'p99 ms':>8}   {'limit':8} {'req/s':>8} "
    f"{'p99 ms':>8}   {'ratio':>6} {'spread':>13} {'target':>7}"
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--dossiers", default="1000,100000", help="sizes to measure at, rising")
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument("--proofs", type=int, default=1_000_000, help="entries of a log of its own for proofs; 0: none")
    parser.add_argument("--rounds", type=int, default=3, help="of row and limit in turn")
    parser.add_argument("--only-desk", action="store_true", help="the desk's pages, all sizes side by side")
    parser.add_argument("--only-growth", action="store_true", help="the rows whose growth counts, sizes side by side")
    parser.add_argument("--folder", type=Path, help="keep what --only-desk and --only-growth fill, and use it again")
    parser.add_argument("--only-search", action="store_true", help="leave the dossiers, measure the search alone")
    parser.add_argument("--only-publishing", action="store_true", help="measure the publishing of a revision alone")
    asked = parser.parse_args()
    sizes = [int(size) for size in asked.dossiers.split(",")]
    logging.disable(logging.WARNING)
    print("Ratios to a limit measured in turn in this run; the figures themselves are this machine's, this minute's.")
    if asked.only_desk or asked.only_growth:
        show = growing.only_desk if asked.only_desk else growing.only_growth
        with side_by_side(sizes, asked.folder) as benches:
            show(benches, rounds=asked.rounds, seconds=asked.seconds)
        return
    print(HEAD)
    with installed() as bench, bench.app.app_context():
        if asked.only_publishing:
            revision_rows.show(bench)
            return
        if not asked.only_search:
            _run(bench, sizes, rounds=asked.rounds, seconds=asked.seconds)
        search_rows.show(bench, rounds=asked.rounds, seconds=asked.seconds)
    if asked.proofs and not asked.only_search:
        proofs.show(asked.proofs)


def _run(bench: Bench, sizes: list[int], *, rounds: int, seconds: float) -> None:
    session = db.session()
    filler = Filler(session, trusting=True)
    person, citizen_token, officer_token = growing.sign_in(bench)
    queues: dict[int, Figures] = {}
    for before, size in itertools.pairwise([0, *sizes]):
        growing.grow(bench, filler, size - before)
        known = growth_rows.newest(session)
        shown = list(known)
        drafts = iter(growing.drafts(person, int(rounds * seconds * 400)))
        measured = [
            *rows.public_rows(bench.portal, shown),
            rows.look_up_row(bench.app, known),
            rows.queue_row(bench.app, officer_token),
            *rows.plain_rows(shown, growing.unit_of_officer(session)),
            rows.submission_row(bench.app, drafts, citizen_token),
        ]
        for row in measured:
            result = measure(bench, row, rounds=rounds, seconds=seconds)
            _print(result, size)
            if row.name == rows.QUEUE:
                queues[size] = result.figures
    act_rows.show_growth(queues)
    more = iter(growing.drafts(person, rounds * act_rows.AT_ONCE))
    act_rows.show(bench, more, citizen=citizen_token, officer=officer_token, rounds=rounds)
    due_rows.show(rounds=rounds)
    print(memory(bench, shown), flush=True)
    print(starting(bench), flush=True)
    form_rows.show(bench, rounds=rounds)
    revision_rows.show(bench)
    ledger_rows.show(bench, rounds=rounds)
    without_sha.show(ledger_rows.stored_entries(ledger_rows.ENTRIES), rounds=rounds)
    output_rows.show(bench, rounds=rounds)


def memory(bench: Bench, references: Sequence[str]) -> str:
    """The largest process that answers, after MIXED requests for pages of every kind; a bare Flask's beside it."""
    places = [*rows.HOT.values(), "/procedures", "/procedures?q=khai+sinh", "/ledger?sort=due", "/track", "/open-data"]
    for one in references[:400]:
        unit = one.rpartition("-")[0].rpartition("-")[0]
        places += [f"/ledger/dossiers/{one}", f"/ledger?unit={unit}", f"/ledger/statistics?unit={unit}"]
    mixed = itertools.islice(itertools.cycle(Request("GET", place) for place in places), MIXED)
    answered = load.run(bench.portal, mixed, connections=8, seconds=600)
    own, bare = map(largest_memory, (bench.portal_process, bench.bare_process))
    taken = own.share / 1e6
    verdict = "met" if taken <= MEGABYTES_TARGET else f"missed by {taken / MEGABYTES_TARGET - 1:.0%}"
    wrong = f", {answered.errors} wrong answers" if answered.errors else ""
    return (
        f"{'memory':26} {taken:.0f} MB after {MIXED:,} mixed requests{wrong} ({own.resident / 1e6:.0f} with what it "
        f"shares), bare Flask {bare.share / 1e6:.0f} ({bare.resident / 1e6:.0f}); target {MEGABYTES_TARGET} MB: "
        f"{verdict}"
    )


def starting(bench: Bench) -> str:
    """From the command to the first page, of a server of an installation that is there."""
    clock, worked = zip(*(seconds_to_first_answer(bench) for _time in range(5)), strict=True)
    verdict = "met" if median(clock) <= SECONDS_TARGET else f"missed by {median(clock) / SECONDS_TARGET - 1:.0%}"
    return (
        f"{'start to first answer':26} {median(clock):.1f} s ({min(clock):.1f}-{max(clock):.1f}), "
        f"{median(worked):.1f} s of processors; target {SECONDS_TARGET} s: {verdict}"
    )


def _print(result: Result, size: int) -> None:
    row, figures, limit = result.row, result.figures, result.limit
    target = f"{row.target:.2f}" if row.target is not None else "-"
    low, high = result.spread
    print(
        f"{row.name:26} {size:>9,} {figures.rate:>8,.0f} {figures.p50:>8.1f} {figures.p99:>8.1f}   {row.limit:8} "
        f"{limit.rate:>8,.0f} {limit.p99:>8.1f}   {result.ratio:>6.3f} {low:>6.3f}-{high:<6.3f} {target:>7} "
        f"{result.verdict}",
        flush=True,
    )


if __name__ == "__main__":
    main()
