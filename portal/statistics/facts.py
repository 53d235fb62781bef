"""What the entries of one dossier say of it, day by day: the middle between entries and figures. Pure.

An entry counts if it continues its dossier's chain: `n` follows the last one's and `previous` is its leaf hash; one
that does not is in the log and changes nothing here, as in the ledger's lists. A dossier is counted for the unit that
it was filed with, whoever holds it later. Days are those of Viet Nam.

`corrected` with a reason code takes back the act before it: what that act changed is again what it was, as if it had
never been done, and its day counts it no more. `before` keeps what the last act changed, as far as that may be taken
back; without a code a correction is an act like any other, which says the due instant.

The columns that a dossier adds to, each on its day:

    filed                                   of filing: 1
    waiting_out                             of receipt, or of the end where there was none: waits no more
    received_online, _national, _counter, _post
                                            of receipt, by the channel it was filed through
    not_received, withdrawn_early           of the end: refused at the desk; withdrawn before receipt
    ended                                   of the end of one that was received: resolved or withdrawn
    withdrawn                               of the end: withdrawn after receipt
    early, on_time, late, undated           of the resolution: a day or more before the due day; on it and not
                                            after the due instant; after that; without any
    refused                                 of the resolution: the decision was no
    late_extended                           of the resolution: late although the term had been extended
    kept_extended                           of the resolution: not late, but only by an extension
    returned                                of the return
    extended, extended_after_due            of the first extension; of one that came when it was late already
    timed, minutes_taken, minutes_allowed   of a resolution with a term: 1; minutes from receipt to it; to the term
    paused_in, paused_out                   first day, and first day no more, of each pause
    overdue_in, overdue_out                 the same of each time in progress past the term; may lie in the future
    overdue_extended_in, _out               the same of those times that began after an extension
    sealed                                  of each sealed entry, whosever it is
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from portal.statistics.days import Days
from portal.statistics.reading import Seen, day

COLUMNS = (
    "filed",
    "waiting_out",
    "received_online",
    "received_national",
    "received_counter",
    "received_post",
    "not_received",
    "withdrawn_early",
    "ended",
    "withdrawn",
    "early",
    "on_time",
    "late",
    "undated",
    "refused",
    "late_extended",
    "kept_extended",
    "returned",
    "extended",
    "extended_after_due",
    "timed",
    "minutes_taken",
    "minutes_allowed",
    "paused_in",
    "paused_out",
    "overdue_in",
    "overdue_out",
    "overdue_extended_in",
    "overdue_extended_out",
    "sealed",
)
TIMINGS = ("early", "on_time", "late", "undated")
TAKEN_BACK = frozenset(
    {
        *("supplement_asked", "passed", "opinion_asked", "extended"),
        *("stopped", "not_received", "resolved", "returned"),
    }
)
FINISHED = frozenset({"not_received", "resolved", "returned", "withdrawn"})
CLOSED = FINISHED | {"stopped"}
STATE_AFTER = {
    "filed": "filed",
    "received": "in_progress",
    "not_received": "not_received",
    "supplement_asked": "awaiting_supplement",
    "stopped": "stopped",
    "resolved": "resolved",
    "returned": "returned",
    "withdrawn": "withdrawn",
}

Amount = tuple[date, str, int]


@dataclass(slots=True)
class Facts:
    """One dossier as its entries leave it."""

    reference: str
    unit: str
    procedure: str
    channel: str
    filed_on: date
    n: int
    last_leaf: bytes
    state: str
    received_at: datetime | None = None
    due_at: datetime | None = None
    first_due_at: datetime | None = None
    resolved_at: datetime | None = None
    refused: bool = False
    timing: str | None = None
    ended_on: date | None = None
    ending: str | None = None
    returned_on: date | None = None
    extended_on: date | None = None
    extended_after_due: bool = False
    paused: Days = field(default_factory=Days)
    overdue: Days = field(default_factory=Days)
    before: tuple[
        tuple[str, Any], ...
    ] = ()  # names and values of what the last act changed, where it may be taken back

    @property
    def received_on(self) -> date | None:
        return None if self.received_at is None else day(self.received_at)

    @property
    def resolved_on(self) -> date | None:
        return None if self.resolved_at is None else day(self.resolved_at)

    @property
    def left_on(self) -> date | None:
        """The day on which it no longer waited for receipt."""
        return self.received_on or self.ended_on

    @property
    def running(self) -> bool:
        return self.received_at is not None and self.state == "in_progress"

    def continues(self, seen: Seen) -> bool:
        return seen.n == self.n + 1 and seen.previous == b64encode(self.last_leaf).decode()

    def apply(self, seen: Seen, leaf: bytes) -> None:
        """Take in the next entry of the chain."""
        self.n, self.last_leaf = seen.n, leaf
        if seen.act == "corrected" and seen.outcome is not None:
            self._go_back()
        stood = self._stood() if seen.act in TAKEN_BACK else ()
        self._take_in(seen)
        self.before = tuple(one for one in stood if one[1] != getattr(self, one[0]))

    def _stood(self) -> tuple[tuple[str, Any], ...]:
        return tuple((name, self._value(name)) for name in CHANGING)

    def _value(self, name: str) -> Any:
        found = getattr(self, name)
        return Days(found) if isinstance(found, Days) else found

    def _go_back(self) -> None:
        for name, value in self.before:
            setattr(self, name, value)

    def _take_in(self, seen: Seen) -> None:
        self.overdue.end(seen.on)
        self.paused.end(seen.on)
        self._extend(seen)
        if self.state not in CLOSED:
            self.due_at = seen.due
            self.first_due_at = self.first_due_at or seen.due
        self.state = self._state_after(seen.act)
        self._note(seen)
        self._settle_end(seen)
        self._settle_days(seen)

    def _extend(self, seen: Seen) -> None:
        if seen.act == "extended" and self.extended_on is None:
            self.extended_on = seen.on
            self.extended_after_due = self.due_at is not None and self.due_at < seen.at

    def _state_after(self, act: str) -> str:
        if act == "supplement_given":
            return "filed" if self.received_at is None else "in_progress"
        return STATE_AFTER.get(act, self.state)

    def _note(self, seen: Seen) -> None:
        if seen.act == "received":
            self.received_at = seen.at
        elif seen.act == "resolved":
            self.resolved_at, self.refused = seen.at, seen.outcome == "refused"
            self.timing = timing(seen.at, self.due_at)
        elif seen.act == "returned":
            self.returned_on = seen.on

    def _settle_end(self, seen: Seen) -> None:
        if self.state not in FINISHED:
            self.ended_on = self.ending = None
        elif self.ended_on is None or seen.act in FINISHED - {"returned"}:
            self.ended_on, self.ending = seen.on, self.state

    def _settle_days(self, seen: Seen) -> None:
        if self.received_at is None:
            return
        if self.state in ("awaiting_supplement", "stopped"):
            self.paused.begin(seen.on)
        elif self.running and self.due_at is not None:
            self.overdue.begin(max(seen.on, day(self.due_at)))


_ORIGIN = {"reference", "unit", "procedure", "channel", "filed_on", "n", "last_leaf", "before"}
CHANGING = tuple(one.name for one in fields(Facts) if one.name not in _ORIGIN)


def begin(seen: Seen, leaf: bytes) -> Facts:
    """The facts after a dossier's first entry."""
    facts = Facts(
        reference=seen.reference,
        unit=seen.unit,
        procedure=seen.procedure,
        channel=seen.channel,
        filed_on=seen.on,
        n=-1,
        last_leaf=leaf,
        state="filed",
    )
    facts.apply(seen, leaf)
    return facts


def timing(resolved_at: datetime, due_at: datetime | None) -> str:
    """How a resolution stands against its term."""
    if due_at is None:
        return "undated"
    if resolved_at > due_at:
        return "late"
    return "early" if day(resolved_at) < day(due_at) else "on_time"


def amounts(facts: Facts) -> Iterator[Amount]:
    """Everything the dossier adds to the figures."""
    yield facts.filed_on, "filed", 1
    yield from _of_receipt(facts)
    yield from _of_end(facts)
    yield from _of_resolution(facts)
    if facts.returned_on is not None:
        yield facts.returned_on, "returned", 1
    if facts.extended_on is not None:
        yield facts.extended_on, "extended", 1
        if facts.extended_after_due:
            yield facts.extended_on, "extended_after_due", 1
    yield from _of_days(facts)


def _of_receipt(facts: Facts) -> Iterator[Amount]:
    if facts.left_on is not None:
        yield facts.left_on, "waiting_out", 1
    if facts.received_on is not None:
        yield facts.received_on, f"received_{facts.channel}", 1


def _of_end(facts: Facts) -> Iterator[Amount]:
    if facts.ended_on is None:
        return
    if facts.received_at is not None:
        yield facts.ended_on, "ended", 1
    if facts.ending == "not_received":
        yield facts.ended_on, "not_received", 1
    elif facts.ending == "withdrawn":
        yield facts.ended_on, "withdrawn_early" if facts.received_at is None else "withdrawn", 1


def _of_resolution(facts: Facts) -> Iterator[Amount]:
    on = facts.resolved_on
    if on is None or facts.timing is None or facts.resolved_at is None:
        return
    yield on, facts.timing, 1
    if facts.refused:
        yield on, "refused", 1
    extended = facts.extended_on is not None
    if extended and facts.timing == "late":
        yield on, "late_extended", 1
    elif extended and facts.first_due_at is not None and facts.resolved_at > facts.first_due_at:
        yield on, "kept_extended", 1
    if facts.received_at is not None and facts.due_at is not None:
        yield on, "timed", 1
        yield on, "minutes_taken", minutes(facts.received_at, facts.resolved_at)
        yield on, "minutes_allowed", minutes(facts.received_at, facts.due_at)


def _of_days(facts: Facts) -> Iterator[Amount]:
    for span in facts.paused:
        yield span.begins, "paused_in", 1
        if span.ends is not None:
            yield span.ends, "paused_out", 1
    for span in facts.overdue:
        names = ["overdue"]
        if facts.extended_on is not None and facts.extended_on <= span.begins:
            names.append("overdue_extended")
        for name in names:
            yield span.begins, f"{name}_in", 1
            if span.ends is not None:
                yield span.ends, f"{name}_out", 1


def minutes(begin: datetime, end: datetime) -> int:
    """Whole minutes between two instants, by the clock on the wall; never negative."""
    return max(0, int((end - begin).total_seconds()) // 60)
