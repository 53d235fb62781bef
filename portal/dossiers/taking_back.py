"""A public act that is taken back: whether it may be, and what stood before it, read from the steps. Pure.

`corrected` takes back the dossier's latest public act, so the steps that count are the others without that act and
without its taking back. What was done inside the unit meanwhile goes on only beside an act that leaves the unit's own
work where it is (`BESIDE`); anything else done since keeps it from being taken back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from portal.dossiers.standing import Told
from portal.dossiers.transitions import TABLE
from portal.dossiers.vocabulary import BESIDE, LEDGER_WORDS, PROPOSAL_BEFORE, TAKEN_BACK, Act, Clock, Proposal, State


class Acted(Protocol):
    @property
    def act(self) -> str: ...


class Done(Acted, Protocol):
    """What decides whether a step may be taken back."""

    @property
    def n(self) -> int: ...
    @property
    def entry(self) -> int | None: ...
    @property
    def before(self) -> str | None: ...
    @property
    def unit_id(self) -> int: ...
    @property
    def officer_id(self) -> int | None: ...
    @property
    def for_officer_id(self) -> int | None: ...


class Kept(Done, Protocol):
    """A step as it rests, whole."""

    @property
    def at(self) -> datetime: ...
    @property
    def unit_code(self) -> str: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def rule(self) -> str | None: ...
    @property
    def keeper_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Before:
    """How a dossier stood before the act that is taken back. `beside`: keeper and proposal stay what they are now."""

    told: Told
    state: State
    unit_id: int
    unit_code: str
    due_at: datetime | None
    rule: str | None
    paused_at: datetime | None
    beside: bool
    keeper_id: int | None
    proposal: Proposal | None


AnyAct = TypeVar("AnyAct", bound=Acted)
_MOVES = frozenset(row.act for row in TABLE if row.moves)
_PAUSES = frozenset(row.act for row in TABLE if row.clock is Clock.PAUSE)
_PROPOSALS = {Act.PROPOSED: Proposal.MADE, Act.APPROVED: Proposal.APPROVED, Act.SENT_BACK: None}


def counting(steps: Iterable[AnyAct]) -> list[AnyAct]:
    """The steps that count: without what was taken back, and without the taking back."""
    found: list[AnyAct] = []
    for step in steps:
        if step.act == Act.CORRECTED:
            del found[_latest(found)]
        else:
            found.append(step)
    return found


def taken_back(steps: Iterable[AnyAct]) -> list[tuple[AnyAct, AnyAct]]:
    """Each act that was taken back, with the act that did it."""
    found: list[AnyAct] = []
    pairs: list[tuple[AnyAct, AnyAct]] = []
    for step in steps:
        if step.act == Act.CORRECTED:
            pairs.append((found.pop(_latest(found)), step))
        else:
            found.append(step)
    return pairs


def told(steps: Sequence[Done]) -> Told | None:
    """The latest public act, if nothing done since keeps it from being taken back."""
    number = next((at for at in range(len(steps) - 1, -1, -1) if steps[at].entry is not None), None)
    if number is None:
        return None
    step = steps[number]
    alone = number == len(steps) - 1 or step.act in BESIDE
    if step.act not in TAKEN_BACK or step.before is None or not alone:
        return None
    return Told(Act(step.act), step.n, State(step.before), step.officer_id, step.unit_id, step.for_officer_id)


def before(steps: Sequence[Kept], told: Told) -> Before:
    """How the dossier stood before that act. `steps` are all of them."""
    step = next(one for one in steps if one.n == told.n)
    earlier = [one for one in steps if one.n < told.n]
    last = earlier[-1]
    return Before(
        told=told,
        state=told.before,
        unit_id=step.unit_id,
        unit_code=step.unit_code,
        due_at=last.due_at,
        rule=last.rule,
        paused_at=_paused_at(earlier, told.before),
        beside=told.act in BESIDE,
        keeper_id=step.keeper_id,
        proposal=_proposal(earlier),
    )


def reason_code(act: Act) -> str:
    """How the ledger names the act that is taken back: its word there, or its reason code where it has one."""
    word, reason = LEDGER_WORDS.get(act, (act.value, None))
    return reason or word


def _latest(steps: Sequence[Acted]) -> int:
    """Where the act is that is taken back next."""
    return next(at for at in range(len(steps) - 1, -1, -1) if steps[at].act in TAKEN_BACK)


def _paused_at(earlier: Sequence[Kept], state: State) -> datetime | None:
    """Since when the clock stood still in that state: it does while the person is waited for after receipt."""
    if state not in (State.AWAITING_SUPPLEMENT, State.AWAITING_DUTY) or earlier[-1].due_at is None:
        return None
    return next(step.at for step in reversed(counting(earlier)) if step.act in _PAUSES)


def _proposal(earlier: Sequence[Kept]) -> Proposal | None:
    """How far a proposal had come, as each act left it (`doing`)."""
    stood: Proposal | None = None
    last = Act.FILED
    for act in (Act(step.act) for step in counting(earlier)):
        if act is Act.UNDONE:
            stood = PROPOSAL_BEFORE.get(last, stood)
        else:
            stood = None if act in _MOVES else _PROPOSALS.get(act, stood)
        last = act
    return stood
