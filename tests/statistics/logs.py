"""Small logs for tests: dossiers' chains as bytes, written by the ledger's own writer."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from portal.clock import LOCAL_ZONE
from portal.ledger import entry
from portal.ledger.entry import Act
from portal.ledger.tree import leaf_hash
from portal.statistics.counting import Record
from tests.ledger.acts import FILED, RULE, after

COMMITMENT = bytes(32)


def local(text: str) -> datetime:
    """`2020-06-15 09:30` on a clock in Viet Nam, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE).astimezone(UTC)


class Story:
    """One dossier, told act by act; `entries` are its bytes in order."""

    def __init__(self, number: int, filed: str, *, unit: str = "H06.31.01", **changes: Any) -> None:
        reference = f"{unit}-{filed[2:4]}{filed[5:7]}{filed[8:10]}-{number:04d}"
        self.act: Act = replace(FILED, at=local(filed), reference=reference, unit=unit, **changes)
        self.entries = [entry.render(self.act, COMMITMENT)]

    @property
    def reference(self) -> str:
        return self.act.reference

    def do(self, act: str, at: str, **changes: Any) -> "Story":
        due = changes.pop("due", None)
        if due is not None:
            changes |= {"due": local(due), "rule": RULE}
        previous = leaf_hash(self.entries[-1])
        self.act = after(self.act, previous, act, **changes)
        self.act = replace(self.act, at=local(at))
        self.entries.append(entry.render(self.act, COMMITMENT))
        return self

    def received(self, at: str, due: str) -> "Story":
        return self.do("received", at, due=due)

    def resolved(self, at: str, outcome: str = "granted") -> "Story":
        return self.do("resolved", at, outcome=outcome)


def sealed(on: date) -> bytes:
    return entry.render_sealed(on, COMMITMENT)


def told(stories: Iterable[Story]) -> list[bytes]:
    """The log of these dossiers: in turn an entry of each, as they would come."""
    waiting = [list(story.entries) for story in stories]
    found: list[bytes] = []
    while any(waiting):
        found += [entries.pop(0) for entries in waiting if entries]
    return found


def record(entries: Iterable[bytes]) -> Record:
    made = Record()
    made.take(entries)
    return made


def each_day(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)
