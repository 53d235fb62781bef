"""What a dossier's entries say of it, entry by entry. Pure: the lists of the ledger are this fold, written down.

An entry counts if it continues its dossier's chain: `n` follows the last one's, and `previous` is its leaf hash.
One that does not is in the log all the same, is reported as a fault, and changes nothing here; whatever continues
from it is a fault too. So whoever folds the entries of the log in their order comes to the same standing.

`unit` received the dossier and stays. `desk` gives its result back: that unit, or the one that took over from it.
Where a unit hands over (`handed_over`), its successor gets what the unit had of the dossier: to hold it, its desk, or
both.

`corrected` with a reason code takes back the act before it, which the code names: state and lateness are again what
they were before that act, the unit that takes it back holds the dossier, and `due` is in the entry. So no fold has to
remember more than what stood before the last act. Only some acts can be taken back (`TAKEN_BACK`); after any other, and
without a code, a correction says the due instant alone, as every entry does: no receipt is ever taken back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from portal.ledger.entry import Members, day, instant
from portal.ledger.note import to_base64

HAVE_RESULTS = frozenset({"resolved", "returned"})
CLOSED = frozenset({"not_received", "resolved", "returned", "withdrawn", "stopped"})
STATES = ("filed", "in_progress", "awaiting_supplement", "resolved", "returned", "not_received", "withdrawn", "stopped")

TAKEN_BACK = frozenset(
    {
        *("supplement_asked", "passed", "opinion_asked", "extended"),
        *("stopped", "not_received", "resolved", "returned"),
    }
)
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


@dataclass(slots=True)
class Standing:
    """One dossier as its entries leave it. `positions` are those added since it was read from where it is kept."""

    reference: str
    first: int
    n: int
    last_leaf: bytes
    sealed: bool
    procedure: str | None
    unit: str
    desk: str
    holder: str
    channel: str
    state: str
    filed_on: date
    filed_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    resolved_at: datetime | None
    resolved_position: int | None
    returned_at: datetime | None
    outcome: str | None
    late: bool
    state_before: str | None  # before the last act; None where that was not kept yet
    late_before: bool | None
    positions: list[int] = field(default_factory=list)

    def continues(self, act: Members) -> bool:
        return int(act.n) == self.n + 1 and act.previous == to_base64(self.last_leaf)

    def apply(self, act: Members, *, position: int, leaf: bytes) -> None:
        """Take in the next entry; `continues` has said that it is the next."""
        at = instant(act.at)
        self.positions.append(position)
        self.n += 1
        self.last_leaf = leaf
        if takes_back(act):
            self._go_back(act, at)
            return
        stood = self.state, self.late
        self._settle_lateness(act, at)
        self.state = self._state_after(act.act)
        self.state_before, self.late_before = stood if act.act in TAKEN_BACK else (self.state, self.late)
        self._hold(act)
        match act.act:
            case "received":
                self.received_at = at
            case "resolved":
                self.resolved_at, self.resolved_position, self.outcome = at, position, act.outcome
            case "returned":
                self.returned_at = at

    def _go_back(self, act: Members, at: datetime) -> None:
        """To where it was before the last act, and to the unit that did it; nothing is left of its result."""
        self.state = self.state_before or self._guessed_before(act.outcome)
        self.holder = act.unit
        if self.state not in CLOSED:
            self.due_at = None if act.due is None else instant(act.due)
            waits = self.state == "awaiting_supplement"
            self.late = bool(self.late_before) if waits else self.due_at is not None and self.due_at < at
        if self.state not in HAVE_RESULTS:
            self.resolved_at = self.resolved_position = self.outcome = None
        if self.state != "returned":
            self.returned_at = None
        self.state_before, self.late_before = self.state, self.late

    def _guessed_before(self, act: str | None) -> str:
        known = {"not_received": "filed", "returned": "resolved"}
        return known.get(act or "", "filed" if self.received_at is None else "in_progress")

    def _settle_lateness(self, act: Members, at: datetime) -> None:
        """Late: not done when it was due. A dossier that is closed or waits for the citizen gets no later."""
        if self.state in CLOSED:
            return
        self.due_at = None if act.due is None else instant(act.due)
        self.late = self.due_at is not None and self.due_at < at

    def _state_after(self, act: str) -> str:
        if act == "supplement_given":
            return "filed" if self.received_at is None else "in_progress"
        return STATE_AFTER.get(act, self.state)

    def _hold(self, act: Members) -> None:
        if act.act == "passed" and act.to is not None:
            self.holder = act.to
        elif act.act == "handed_over" and act.to is not None:
            self.holder = act.to if act.unit == self.holder else self.holder
            self.desk = act.to if act.unit == self.desk else self.desk
        elif act.act == "resolved":
            self.holder = self.desk


def begin(act: Members, *, position: int, leaf: bytes, sealed: bool) -> Standing:
    """The standing after a dossier's first entry. A sealed dossier's procedure stays out of the lists."""
    at = instant(act.at)
    started = Standing(
        reference=act.reference,
        first=position,
        n=-1,
        last_leaf=leaf,
        sealed=sealed,
        procedure=None if sealed else act.procedure,
        unit=act.unit,
        desk=act.unit,
        holder=act.unit,
        channel=act.channel,
        state="filed",
        filed_on=day(act.at),
        filed_at=at,
        received_at=None,
        due_at=None,
        resolved_at=None,
        resolved_position=None,
        returned_at=None,
        outcome=None,
        late=False,
        state_before="filed",
        late_before=False,
    )
    started.apply(act, position=position, leaf=leaf)
    return started


def takes_back(act: Members) -> bool:
    """Whether the entry is there to take back the one before it."""
    return act.act == "corrected" and act.outcome is not None


def took_back(act: Members, before: Members) -> bool:
    """Whether the entry takes back the one before it, and the fold lets it."""
    return takes_back(act) and before.act in TAKEN_BACK


def counting(acts: Iterable[Members]) -> list[Members]:
    """The acts of a dossier that count: without what was taken back, and without what takes back."""
    found: list[Members] = []
    before: Members | None = None
    for act in acts:
        if not takes_back(act):
            found.append(act)
        elif before is not None and took_back(act, before):
            del found[-1:]
        before = act
    return found


def counts(act: str, standing: Standing) -> tuple[str, ...]:
    """What an entry that counts adds to the figures of its day, told after it was applied."""
    if act == "resolved":
        if standing.due_at is None:
            return ("resolved",)
        return ("resolved", "late" if standing.late else "on_time")
    added = (act,) if act in ("received", "returned") else ()
    return ("filed", *added) if standing.n == 0 else added
