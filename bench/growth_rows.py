"""Rows whose growth has a target, at two sizes side by side: the cold list of the ledger, a dossier's public page, a
submission, an officer's queue; each beside its limit and beside itself at the other size, in turn."""

import itertools
from collections.abc import Mapping, Sequence
from statistics import median

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import load, rows
from bench.act_rows import met
from bench.installation import Bench
from bench.load import Figures
from bench.measuring import limit_of
from bench.rows import Row
from portal import sealing

MIDDLE_TIMES, SLOW_TIMES = 1.3, 2.0
NAMES = ("ledger page, filtered", "a dossier in the ledger", "submission", rows.QUEUE)
NEWEST = 500


def newest(session: Session, most: int = NEWEST) -> dict[str, str]:
    """The references of the newest dossiers, each with the last digits of its applicant's number."""
    found = session.execute(_NEWEST, {"most": most}).all()
    session.rollback()
    return {row.reference: sealing.unseal(row.national_id).decode()[-4:] for row in found}


def show(benches: Mapping[int, Bench], measured: Mapping[int, Sequence[Row]], *, rounds: int, seconds: float) -> None:
    """`measured`: the rows of NAMES by size."""
    sizes = sorted(benches)
    for name in NAMES:
        mine = {size: next(row for row in measured[size] if row.name == name) for size in sizes}
        asked = {size: row.requests() for size, row in mine.items()}
        figures: dict[int, list[Figures]] = {size: [] for size in sizes}
        limits: list[Figures] = []
        for number in range(rounds + 1):
            limits.append(limit_of(benches[sizes[0]], mine[sizes[0]], seconds))
            for size in sizes:
                found = load.run(benches[size].portal, asked[size], connections=mine[size].connections, seconds=seconds)
                if number:
                    figures[size].append(found)
        print(_line(mine[sizes[0]], figures, limits[1:]), flush=True)


def _line(row: Row, figures: Mapping[int, list[Figures]], limits: Sequence[Figures]) -> str:
    small, large = min(figures), max(figures)
    middle, slow = (
        sorted(getattr(b, which) / getattr(a, which) for a, b in zip(figures[small], figures[large], strict=True))
        for which in ("p50", "p99")
    )
    to_limit = [
        median(one.rate / limit.rate for one, limit in zip(figures[size], limits, strict=True))
        for size in (small, large)
    ]
    wrong = sum(one.errors for one in itertools.chain(*figures.values()))
    target = f", target {row.target}" if row.target else ""
    return "\n".join(
        (
            f"{row.name}: {small:,} to {large:,} dossiers{f', {wrong} wrong answers' if wrong else ''}",
            f"  p50 {_median(figures[small], 'p50'):.1f} to {_median(figures[large], 'p50'):.1f} ms, "
            f"{median(middle):.2f} times ({middle[0]:.2f}-{middle[-1]:.2f}), target {MIDDLE_TIMES}: "
            f"{met(median(middle), MIDDLE_TIMES)}",
            f"  p99 {_median(figures[small], 'p99'):.1f} to {_median(figures[large], 'p99'):.1f} ms, "
            f"{median(slow):.2f} times ({slow[0]:.2f}-{slow[-1]:.2f}), target {SLOW_TIMES}: "
            f"{met(median(slow), SLOW_TIMES)}",
            f"  {_median(figures[small], 'rate'):.0f} and {_median(figures[large], 'rate'):.0f} a second, "
            f"{to_limit[0]:.3f} and {to_limit[1]:.3f} of {row.limit}{target}",
        )
    )


def _median(found: Sequence[Figures], which: str) -> float:
    return float(median(getattr(one, which) for one in found))


_NEWEST = text(
    "select d.reference, p.national_id from dossier d join person p on p.id = d.person_id"
    " where p.national_id is not null order by d.id desc limit :most"
)
