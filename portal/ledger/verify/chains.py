"""Every dossier's chain of acts: each act follows the one before, by number, by hash and in time.

The fold is that of `portal.ledger.standing`, cut down to what a chain and a due date need, and made for hundreds of
thousands of acts a second; a test holds the two together. A sealed entry shows its day alone: its chain cannot be
followed from outside.
"""

from binascii import b2a_base64
from collections.abc import Sequence
from sys import intern
from typing import Any

from portal.ledger import standing
from portal.ledger.rows import Row
from portal.ledger.verify.bounds import Bounds
from portal.ledger.verify.findings import Finding

Dossier = list[Any]
"""What the last act that counts left: at each of these places."""
N, LEAF, AT, STATE, DUE, UNIT, HOLDER, RECEIVED, DESK, STATE_BEFORE = range(10)


class Chains:
    """`dossiers` by reference, as far as they are at hand; `changed` are those that the fold has begun or moved on."""

    def __init__(self) -> None:
        self.dossiers: dict[str, Dossier] = {}
        self.changed: set[str] = set()

    def fold(self, first: int, rows: Sequence[Row], leaves: Sequence[bytes], bounds: Bounds) -> list[Finding]:
        """Take in entries from position `first` on; every dossier that has entries before them must be at hand."""
        found: list[Finding] = []
        dossiers, changed = self.dossiers, self.changed
        for position, (row, leaf) in enumerate(zip(rows, leaves, strict=True), first):
            if bounds.next is not None and bounds.next <= position:
                bounds.reach(position)
            name, _, _, at, due, n, _, outcome, previous, _, reference, to, unit, sealed_on = row
            if at < bounds.instant if name else sealed_on < bounds.day:
                found += _late(position, Row._make(row), bounds)
            if not name:
                continue
            dossier = dossiers.get(reference)
            if dossier is None and n == "0":
                unit = intern(unit)
                dossier = dossiers[reference] = [-1, b"", at, "filed", "", unit, unit, 0, unit, "filed"]
            elif (
                dossier is None
                or int(n) != dossier[N] + 1
                or previous != b2a_base64(dossier[LEAF], newline=False).decode()
            ):
                found.append(_broken(position, Row._make(row), dossier))
                continue
            elif at < dossier[AT]:
                words = f"act {n} of {at} after one of {dossier[AT]}"
                found.append(Finding("backwards", words, position, reference))
            dossier[N] += 1
            dossier[LEAF], dossier[AT] = leaf, at
            if outcome and name == "corrected":
                _go_back(dossier, due, unit)
            else:
                before = dossier[STATE]
                _settle(dossier, name, due, unit, to)
                dossier[STATE_BEFORE] = before if name in standing.TAKEN_BACK else dossier[STATE]
            changed.add(reference)
        return found


def _settle(dossier: Dossier, name: str, due: str, unit: str, to: str) -> None:
    """State, due instant, holder and desk, as `standing.Standing.apply` has them."""
    before = dossier[STATE]
    if before not in standing.CLOSED:
        dossier[DUE] = due
    if name == "supplement_given":
        dossier[STATE] = "in_progress" if dossier[RECEIVED] else "filed"
        return
    dossier[STATE] = standing.STATE_AFTER.get(name, before)
    if name == "received":
        dossier[RECEIVED] = 1
    elif name == "passed":
        dossier[HOLDER] = intern(to)
    elif name == "handed_over":
        for place in (HOLDER, DESK):
            if dossier[place] == unit:
                dossier[place] = intern(to)
    elif name == "resolved":
        dossier[HOLDER] = dossier[DESK]


def _go_back(dossier: Dossier, due: str, unit: str) -> None:
    """The act before is taken back by the unit that did it: `corrected` with a reason code."""
    dossier[STATE] = dossier[STATE_BEFORE]
    dossier[HOLDER] = intern(unit)
    if dossier[STATE] not in standing.CLOSED:
        dossier[DUE] = due


def _broken(position: int, row: Row, dossier: Dossier | None) -> Finding:
    if dossier is None:
        words = f"the dossier's first entry has number {row.n}"
    elif int(row.n) != dossier[N] + 1:
        words = f"act {row.n} where act {dossier[N] + 1} was to follow"
    else:
        words = f"act {row.n} does not name the act before it"
    return Finding("chain", words, position, row.reference)


def _late(position: int, row: Row, bounds: Bounds) -> list[Finding]:
    """An act that the log did not have a minute after it was done; of a sealed one the day tells."""
    if row.act and row.at < bounds.instant:
        words = f"an act of {row.at}; the log did not have it at a moment more than a minute later"
    elif row.sealed_on and row.sealed_on < bounds.day:
        words = f"a sealed act of {row.sealed_on}; the log did not have it on a later day"
    else:
        return []
    return [Finding("late", words, position, row.reference or None)]
