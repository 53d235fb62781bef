"""The life of a dossier, declared in one table: which act leads from which state to which, and who may do it.

Pure: no database, no clock. `portal.dossiers.commands` asks this module before every act, the pages ask it
which acts to offer, so the two can never differ.

    filed --received--> in_progress --resolved--> resolved --returned--> returned
      |  \\--not_received--> not_received    |  \\--passed, extended--> in_progress
      |                                      |
      +--supplement_asked--> awaiting_supplement --supplement_given--> where it was
      +--withdrawn--> withdrawn   (also from in_progress and awaiting_supplement)

A dossier is *held* by one unit at a time. Filing gives it to the receiving unit, `passed` to another,
`resolved` back to the receiving unit, whose one-stop desk hands the result over. Only officers of the
holding unit act. `awaiting_supplement` before and after receipt differ in one fact, `received`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a dossier stands."""

    FILED = "filed"
    NOT_RECEIVED = "not_received"
    IN_PROGRESS = "in_progress"
    AWAITING_SUPPLEMENT = "awaiting_supplement"
    RESOLVED = "resolved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What is done to a dossier; the words are the ledger's."""

    FILED = "filed"
    RECEIVED = "received"
    NOT_RECEIVED = "not_received"
    SUPPLEMENT_ASKED = "supplement_asked"
    SUPPLEMENT_GIVEN = "supplement_given"
    PASSED = "passed"
    EXTENDED = "extended"
    RESOLVED = "resolved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """How a dossier was decided."""

    GRANTED = "granted"
    REFUSED = "refused"


class Clock(StrEnum):
    """What an act does to the running of the term."""

    NONE = "none"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"  # the working time left at the pause is counted on from this act
    EXTEND = "extend"  # a new due instant by decision, at most once
    STOP = "stop"  # ends for good; time spent paused is not counted


class Holder(StrEnum):
    """Which unit holds the dossier after an act."""

    SAME = "same"
    OTHER = "other"  # the one it is passed to
    RECEIVING = "receiving"


class Need(StrEnum):
    """A fact an act cannot do without."""

    REASON = "reason"
    REASON_IF_REFUSED = "reason_if_refused"
    CONTENT = "content"  # a message or at least one file
    OTHER_UNIT = "other_unit"  # a unit in the register, not the holding one
    LATER_DUE = "later_due"  # a working day after the present due instant
    OUTCOME = "outcome"
    RESULT_FILE_IF_GRANTED = "result_file_if_granted"


class Party(StrEnum):
    """Who has to do something next."""

    PERSON = "person"
    RECEIVING_DESK = "receiving_desk"
    HOLDER = "holder"
    NOBODY = "nobody"


RECEIVER = "receiver"
SPECIALIST = "specialist"
LEADER = "leader"
ROLES = frozenset({RECEIVER, SPECIALIST, LEADER})
OPEN = frozenset({State.FILED, State.IN_PROGRESS, State.AWAITING_SUPPLEMENT})
FINAL = frozenset({State.NOT_RECEIVED, State.RETURNED, State.WITHDRAWN})
BOTH = frozenset(Outcome)
ONLY_REFUSED = frozenset({Outcome.REFUSED})


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a dossier decides which acts are open."""

    state: State
    received: bool
    extended: bool
    person_id: int
    unit_id: int
    holder_unit_id: int
    agent_id: int | None = None  # who may act for the person now, by the mandate it was filed under


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: one person, or one officer with the (unit, role) pairs in force. Made by the two class methods."""

    person_id: int | None
    officer_id: int | None
    roles: frozenset[tuple[int, str]]

    @classmethod
    def person(cls, person_id: int) -> "Actor":
        return cls(person_id, None, frozenset())

    @classmethod
    def officer(cls, officer_id: int, roles: Iterable[tuple[int, str]]) -> "Actor":
        return cls(None, officer_id, frozenset(roles))

    def roles_at(self, unit_id: int) -> frozenset[str]:
        return frozenset(role for unit, role in self.roles if unit == unit_id)


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table. `roles` None: the dossier's own person or their agent; else officers of the holder."""

    act: Act
    before: State
    after: State
    received: bool  # whether the dossier has been received before this act
    roles: frozenset[str] | None
    needs: frozenset[Need] = frozenset()
    outcomes: frozenset[Outcome] = frozenset()
    clock: Clock = Clock.NONE
    holder: Holder = Holder.SAME
    public: bool = True  # reaches the ledger


_DESK = frozenset({RECEIVER})
_STAFF = ROLES
_REASON = frozenset({Need.REASON})
_GIVEN = frozenset({Need.CONTENT})
_DECIDES = frozenset({SPECIALIST, LEADER})
_DECISION = frozenset({Need.OUTCOME, Need.REASON_IF_REFUSED, Need.RESULT_FILE_IF_GRANTED})
_FILED, _WORK, _WAIT = State.FILED, State.IN_PROGRESS, State.AWAITING_SUPPLEMENT

# `filed` is how a dossier comes into being: it has no state before, hence no row.
TABLE: tuple[Transition, ...] = (
    Transition(Act.RECEIVED, _FILED, _WORK, False, _DESK, clock=Clock.START),
    Transition(Act.NOT_RECEIVED, _FILED, State.NOT_RECEIVED, False, _DESK, _REASON),
    Transition(Act.NOT_RECEIVED, _WAIT, State.NOT_RECEIVED, False, _DESK, _REASON),
    Transition(Act.SUPPLEMENT_ASKED, _FILED, _WAIT, False, _DESK, _REASON),
    Transition(Act.SUPPLEMENT_ASKED, _WORK, _WAIT, True, _STAFF, _REASON, clock=Clock.PAUSE),
    Transition(Act.SUPPLEMENT_GIVEN, _WAIT, _FILED, False, None, _GIVEN),
    Transition(Act.SUPPLEMENT_GIVEN, _WAIT, _WORK, True, None, _GIVEN, clock=Clock.RESUME),
    Transition(Act.PASSED, _WORK, _WORK, True, _STAFF, frozenset({Need.OTHER_UNIT}), holder=Holder.OTHER),
    Transition(
        Act.EXTENDED,
        _WORK,
        _WORK,
        True,
        frozenset({LEADER}),
        frozenset({Need.REASON, Need.LATER_DUE}),
        clock=Clock.EXTEND,
    ),
    Transition(
        Act.RESOLVED,
        _WORK,
        State.RESOLVED,
        True,
        _DECIDES,
        _DECISION,
        BOTH,
        Clock.STOP,
        Holder.RECEIVING,
    ),
    # The citizen never answered: the agency may still refuse.
    Transition(
        Act.RESOLVED,
        _WAIT,
        State.RESOLVED,
        True,
        _DECIDES,
        _DECISION,
        ONLY_REFUSED,
        Clock.STOP,
        Holder.RECEIVING,
    ),
    Transition(Act.RETURNED, State.RESOLVED, State.RETURNED, True, _DESK),
    Transition(Act.WITHDRAWN, _FILED, State.WITHDRAWN, False, None, clock=Clock.STOP),
    Transition(Act.WITHDRAWN, _WAIT, State.WITHDRAWN, False, None, clock=Clock.STOP),
    Transition(Act.WITHDRAWN, _WORK, State.WITHDRAWN, True, None, clock=Clock.STOP),
    Transition(Act.WITHDRAWN, _WAIT, State.WITHDRAWN, True, None, clock=Clock.STOP),
)

_BY_KEY: Mapping[tuple[Act, State, bool], Transition] = {(row.act, row.before, row.received): row for row in TABLE}


def transition(act: Act, standing: Standing) -> Transition | None:
    """The table's row for this act in this standing; None where the act is not possible."""
    if act is Act.EXTENDED and standing.extended:
        return None
    return _BY_KEY.get((act, standing.state, standing.received))


def may(row: Transition, standing: Standing, by: Actor) -> bool:
    """Whether this actor may do the act of this row."""
    if row.roles is None:
        return _is_theirs(standing, by.person_id)
    return by.officer_id is not None and bool(by.roles_at(standing.holder_unit_id) & row.roles)


def concerns(standing: Standing, by: Actor) -> bool:
    """Whether the actor may know of the dossier at all: its person, their agent, or officers of its units."""
    if by.person_id is not None:
        return _is_theirs(standing, by.person_id)
    return bool(by.roles_at(standing.holder_unit_id) | by.roles_at(standing.unit_id))


def _is_theirs(standing: Standing, person_id: int | None) -> bool:
    return person_id is not None and person_id in (standing.person_id, standing.agent_id)


def possible(standing: Standing, by: Actor) -> tuple[Act, ...]:
    """The acts to offer this actor now, in the table's order."""
    found: list[Act] = []
    for act in Act:
        row = transition(act, standing)
        if row is not None and may(row, standing, by):
            found.append(act)
    return tuple(found)


_AWAITED: Mapping[State, Party] = {
    State.FILED: Party.RECEIVING_DESK,
    State.IN_PROGRESS: Party.HOLDER,
    State.AWAITING_SUPPLEMENT: Party.PERSON,
    State.RESOLVED: Party.RECEIVING_DESK,
    State.NOT_RECEIVED: Party.NOBODY,
    State.RETURNED: Party.NOBODY,
    State.WITHDRAWN: Party.NOBODY,
}


def awaited(state: State) -> Party:
    """Who has to do something next."""
    return _AWAITED[state]


# The national portal's status codes. 6 (financial duty) and 8 (stopped) belong to acts not in the table yet.
NATIONAL_STATUS: Mapping[int, str] = {
    1: "Mới đăng ký",
    2: "Được tiếp nhận",
    3: "Không được tiếp nhận",
    4: "Đang xử lý",
    5: "Yêu cầu bổ sung giấy tờ",
    6: "Yêu cầu thực hiện nghĩa vụ tài chính",
    7: "Công dân yêu cầu rút hồ sơ",
    8: "Dừng xử lý",
    9: "Đã xử lý xong",
    10: "Đã trả kết quả",
}

_NATIONAL: Mapping[State, int] = {
    State.FILED: 1,
    State.NOT_RECEIVED: 3,
    State.IN_PROGRESS: 4,
    State.AWAITING_SUPPLEMENT: 5,
    State.WITHDRAWN: 7,
    State.RESOLVED: 9,
    State.RETURNED: 10,
}


def national_status(state: State, last_act: Act) -> int:
    """The national code 1..10: 2 while the receipt is the last thing that happened, 4 once work went on."""
    if state is State.IN_PROGRESS and last_act is Act.RECEIVED:
        return 2
    return _NATIONAL[state]
