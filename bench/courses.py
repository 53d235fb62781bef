"""The course of one dossier as the commands would have written it: its rows, and real ledger entries.

FATES says how many of 200 dossiers stand where; 40 of them are open, which is every fifth.
"""

import random
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bench.crowd import Place, Somebody
from portal import sealing
from portal.deadlines import Term, current_calendar, moment_with
from portal.dossiers import running
from portal.dossiers.life import Clock
from portal.dossiers.running import Running
from portal.dossiers.vocabulary import LEDGER_WORDS, Act
from portal.ledger import commitment, entry, tree
from portal.procedures.procedure import Procedure

FATES: Mapping[str, int] = MappingProxyType(
    {
        "filed": 8,
        "working": 21,
        "awaiting_supplement": 3,
        "awaiting_duty": 1,
        "resolved": 7,
        "returned": 148,
        "withdrawn": 5,
        "not_received": 7,
    }
)
OPEN = ("filed", "working", "awaiting_supplement", "awaiting_duty", "resolved")
INTERNAL = frozenset({Act.TAKEN_UP, Act.ASSIGNED, Act.PROPOSED, Act.APPROVED})
PAUSING = frozenset({Act.SUPPLEMENT_ASKED, Act.DUTY_ASKED})
BY_PERSON = frozenset({Act.FILED, Act.SUPPLEMENT_GIVEN, Act.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Origin:
    """What is settled before a dossier's course begins."""

    id: int
    reference: str
    person: Somebody
    place: Place
    procedure: Procedure
    term: Term
    fate: str
    filed_at: datetime
    until: datetime  # when the latest of its acts was


@dataclass
class Course:
    """Acts one after another, each a step and mostly an entry."""

    origin: Origin
    chance: random.Random
    elsewhere: Callable[[], Place]
    entries: bool = True  # False: no ledger; steps bear leaves that are nobody's
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    steps: list[dict[str, Any]] = field(default_factory=list)
    outbox: list[dict[str, Any]] = field(default_factory=list)
    opinions: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state, self.holder = "filed", self.origin.place
        self.clock = Running(None, None, None)
        self.keeper: int | None = None
        self.proposal: str | None = None
        self.proposer: int | None = None
        self.public = 0
        self.leaf: bytes | None = None
        self.seen: dict[str, Any] = {"received_at": None, "resolved_at": None, "returned_at": None, "outcome": None}

    def run(self) -> None:
        acts = list(self._acts())
        span = self.origin.until - self.origin.filed_at
        # The receipt comes soon, what follows at any time.
        shares = [0.0, 0.03, *sorted(self.chance.uniform(0.05, 1) for _act in acts[2:])]
        for (act, facts), share in zip(acts, shares, strict=False):
            self._do(act, self.origin.filed_at + span * share, **facts)

    def _acts(self) -> Iterator[tuple[Act, dict[str, Any]]]:
        fate = self.origin.fate
        yield Act.FILED, {"state": "filed"}
        if fate in {"filed", "not_received", "withdrawn"}:
            if fate != "filed":
                yield Act(fate), {"state": fate}
            return
        yield Act.RECEIVED, {"state": "in_progress"}
        if fate in {"awaiting_supplement", "awaiting_duty"}:
            yield Act.TAKEN_UP, {}
            yield (Act.SUPPLEMENT_ASKED if fate == "awaiting_supplement" else Act.DUTY_ASKED), {"state": fate}
            return
        yield from self._worked_on(sitting=0.7 if fate == "working" else 1)
        if fate == "working":
            return
        yield Act.RESOLVED, {"state": "resolved", "outcome": "granted" if self._happens(0.95) else "refused"}
        if fate == "returned":
            yield Act.RETURNED, {"state": "returned"}

    def _worked_on(self, *, sitting: float) -> Iterator[tuple[Act, dict[str, Any]]]:
        if self._happens(0.05):
            yield Act.PASSED, {"to": self.elsewhere()}
        if not self._happens(sitting):
            return
        yield (Act.TAKEN_UP if self._happens(0.7) else Act.ASSIGNED), {}
        if self._happens(0.06):
            yield Act.SUPPLEMENT_ASKED, {"state": "awaiting_supplement"}
            yield Act.SUPPLEMENT_GIVEN, {"state": "in_progress"}
        if self.origin.fate == "working" and self._happens(0.03):  # those that were given are in no index of the queue
            yield Act.OPINION_ASKED, {"to": self.elsewhere()}
        if self._happens(0.1):
            yield Act.PROPOSED, {"outcome": "granted"}
            if self.origin.fate != "working":
                yield Act.APPROVED, {}

    def _happens(self, share: float) -> bool:
        return self.chance.random() < share

    def _do(
        self, act: Act, at: datetime, *, state: str | None = None, to: Place | None = None, outcome: str | None = None
    ) -> None:
        """The act itself: the clock, the entry, the step, and what it changes."""
        self._count(act, at)
        known = self.keeper
        officer_id = None if act in BY_PERSON else self._officer(act)
        public = act not in INTERNAL
        if public:
            self._append(act, at, to, outcome)
        colleague = self.chance.choice(self.holder.workers) if act is Act.ASSIGNED else None
        self._step(act, at, officer_id, to, outcome, public=public, colleague=colleague, keeper=known)
        if act is Act.OPINION_ASKED and to is not None:
            self._ask(to, at)
        self.public += public
        self.state = state or self.state
        self._move(act, self.steps[-1], to)

    def _count(self, act: Act, at: datetime) -> None:
        term = self.origin.term
        if act is Act.RECEIVED:
            self.clock = running.started(at, term, current_calendar())
            return
        kind = Clock.PAUSE if act in PAUSING else Clock.RESUME if act is Act.SUPPLEMENT_GIVEN else Clock.NONE
        kind = Clock.STOP if act in {Act.RESOLVED, Act.WITHDRAWN} else kind
        self.clock = running.after(kind, self.clock, at=at, calendar=current_calendar(), term=lambda: term)

    def _officer(self, act: Act) -> int:
        if act is Act.APPROVED:
            return self.chance.choice(self.holder.officer_ids["leader"])
        if act in {Act.RECEIVED, Act.NOT_RECEIVED, Act.RETURNED}:
            return self.chance.choice(self.origin.place.officer_ids["receiver"])
        return self.keeper or self.chance.choice(self.holder.workers)

    def _append(self, act: Act, at: datetime, to: Place | None, outcome: str | None) -> None:
        if not self.entries:
            self.leaf = secrets.token_bytes(32)
            return
        origin = self.origin
        word, reason = LEDGER_WORDS.get(act, (act.value, None))
        public = entry.Act(
            self.public,
            self.leaf,
            word,
            at,
            origin.reference,
            origin.procedure.code,
            origin.procedure.number,
            self.holder.unit.agency_code,
            to.unit.agency_code if to else None,
            "online",
            self.clock.due_at,
            self.clock.rule,
            outcome or reason,
        )
        data = entry.render(public, commitment.commit({"note": None}, secret=self.secret, n=self.public))
        self.leaf = tree.leaf_hash(data)
        self.outbox.append({"at": at, "entry": data, "opening": None})

    def _step(
        self,
        act: Act,
        at: datetime,
        officer_id: int | None,
        to: Place | None,
        outcome: str | None,
        *,
        public: bool,
        colleague: int | None,
        keeper: int | None,
    ) -> None:
        self.steps.append(
            {
                "dossier_id": self.origin.id,
                "n": len(self.steps),
                "act": act.value,
                "at": at,
                "unit_id": self.holder.unit.id,
                "unit_code": self.holder.unit.agency_code,
                "to_unit_id": to.unit.id if to else None,
                "to_code": to.unit.agency_code if to else None,
                "person_id": self.origin.person.id if officer_id is None else None,
                "officer_id": officer_id,
                "due_at": self.clock.due_at,
                "rule": self.clock.rule,
                "outcome": outcome,
                "note": None,
                "leaf": self.leaf if public else None,
                "entry": self.public if public else None,
                "to_officer_id": colleague,
                "before": self.state if self.steps else None,
                "keeper_id": keeper,
            }
        )

    def _ask(self, to: Place, at: datetime) -> None:
        self.opinions.append(
            {
                "dossier_id": self.origin.id,
                "unit_id": to.unit.id,
                "unit_code": to.unit.agency_code,
                "from_unit_id": self.holder.unit.id,
                "from_code": self.holder.unit.agency_code,
                "asked_step": len(self.steps) - 1,
                "asked_at": at,
                "due_at": moment_with(16 * 60, at, current_calendar()),
                "rule": self.clock.rule or "-",
                "question": sealing.seal("Xin ý kiến về hồ sơ này.".encode()),
                "shares_answers": False,
                "file_ids": [],
            }
        )

    def _move(self, act: Act, step: Mapping[str, Any], to: Place | None) -> None:
        """Who holds it and has it now."""
        match act:
            case Act.PASSED if to is not None:
                self.holder, self.keeper = to, None
            case Act.TAKEN_UP:
                self.keeper = step["officer_id"]
            case Act.ASSIGNED:
                self.keeper = step["to_officer_id"]
            case Act.PROPOSED:
                self.keeper, self.proposal, self.proposer = step["officer_id"], "made", step["officer_id"]
            case Act.APPROVED:
                self.keeper, self.proposal = self.proposer, "approved"
            case Act.RECEIVED:
                self.seen["received_at"] = step["at"]
            case Act.RESOLVED:
                self.holder, self.keeper, self.proposal = self.origin.place, None, None
                self.seen |= {"resolved_at": step["at"], "outcome": step["outcome"]}
            case Act.RETURNED:
                self.seen["returned_at"] = step["at"]
