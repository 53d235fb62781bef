"""The life of a dossier, declared in one table: which act leads from which state to which, and who may do it.

Pure: no database, no clock. `portal.dossiers.life` answers from it: commands ask before every act, the pages ask
which acts to offer, so the two can never differ.

    filed --received--> in_progress --resolved--> resolved --returned--> returned
      |  \\--not_received--> not_received    |  \\--passed, extended, recounted--> in_progress
      |                                      |
      +--supplement_asked--> awaiting_supplement --supplement_given--> where it was
      +--withdrawn--> withdrawn   (also from in_progress and awaiting_supplement)

A dossier is *held* by one unit at a time. Filing gives it to the receiving unit, `passed` to another,
`resolved` back to its *desk*, the one-stop desk of the receiving unit, which hands the result over. Only
officers of the holding unit act. Where a unit ends, `handed_over` gives its successor what the unit had of
the dossier, to hold it, its desk or both, in whatever state it is, and nothing else changes.
`awaiting_supplement` before and after receipt differ in one fact, `received`.

Within the unit one officer may have it: its *keeper*. Taking it up, giving it to a colleague or back, proposing a
decision, approving it or sending it back change who has it and nothing that the public is told: such rows are not
`public`. They are steps all the same, by the same function.

A tax or fee that must be paid first pauses the clock as a supplement does (`awaiting_duty`); a leader may stop a
dossier for good (`stopped`). What was passed here goes back to where it came from with a reason (`passed_back`). The
latest step inside the unit is undone by a further step, with a reason. The latest public act is taken back by a
further public act (`corrected`), with a reason, by whoever did it or a leader of the unit that did: all is again as it
was before that act. What that was, the steps say and not this table (`taking_back`): there its rows lead nowhere.

Another unit may be asked for its opinion, with a due instant of its own; the dossier stays where it is and its clock
runs on. The one row in which officers act who do not hold the dossier is `opinion_given`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from portal.dossiers.standing import Standing
from portal.dossiers.vocabulary import (
    ADMINISTRATOR,
    BOTH,
    LEADER,
    ONLY_REFUSED,
    RECEIVER,
    ROLES,
    SPECIALIST,
    Act,
    Clock,
    Holder,
    Keeping,
    Need,
    Outcome,
    Proposal,
    State,
)


class Only(Enum):
    """What must hold besides the state; its value says what stands in the way where it does not."""

    ALWAYS = "wrong_state"
    NOT_EXTENDED = "already_extended"
    NOT_KEPT = "already_kept"
    KEPT = "not_kept"
    NOT_PROPOSED = "already_proposed"
    PROPOSED = "nothing_proposed"
    UNDOABLE = "nothing_to_undo"
    TOLD = "nothing_to_take_back"
    PASSED_HERE = "nowhere_to_return"


UNDOABLE = frozenset({Act.TAKEN_UP, Act.ASSIGNED, Act.GIVEN_BACK, Act.PROPOSED, Act.APPROVED, Act.SENT_BACK})
"""What nobody outside the unit was told."""

HOLDS: Mapping[Only, Callable[[Standing], bool]] = {
    Only.ALWAYS: lambda _now: True,
    Only.NOT_EXTENDED: lambda now: not now.extended,
    Only.NOT_KEPT: lambda now: now.keeper_id is None,
    Only.KEPT: lambda now: now.keeper_id is not None,
    Only.NOT_PROPOSED: lambda now: now.proposal is not Proposal.MADE,
    Only.PROPOSED: lambda now: now.proposal is Proposal.MADE,
    Only.PASSED_HERE: lambda now: now.passed_here,
    Only.UNDOABLE: lambda now: now.last is not None and now.last.act in UNDOABLE,
    Only.TOLD: lambda now: now.told is not None,
}


class Who(Enum):
    """Which of the officers with the row's roles may do it: of the holding unit, but for `ASKED`."""

    ANY = auto()
    KEEPER_OR_LEADER = auto()
    DOER_OR_LEADER = auto()  # who did the latest act
    TELLER_OR_LEADER = auto()  # who did the act that is taken back and may still do it, or a leader, of that unit
    NOT_PROPOSER = auto()  # four eyes: nobody approves what they proposed
    ASKED = auto()  # those of the unit that was asked for its opinion
    LEADER_IF_PROPOSED = auto()  # what waits for a leader's approval is decided by one


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
    keeping: Keeping = Keeping.SAME
    proposal: Proposal | None = None  # as it stands after the act, where the act is about it
    only: Only = Only.ALWAYS
    who: Who = Who.ANY
    words_apart: bool = False  # its words are kept with the opinion and not with the step, which the person reads

    @property
    def moves(self) -> bool:
        """Whether the dossier goes on to another state or unit: what was proposed before is then of no account.

        A successor is no other unit in this sense: its officers go on where they were.
        """
        return self.before is not self.after or self.holder in (Holder.OTHER, Holder.BEFORE, Holder.DESK)


_DESK = frozenset({RECEIVER})
_STAFF = ROLES
_REASON = frozenset({Need.REASON})
_GIVEN = frozenset({Need.CONTENT})
_DECIDES = frozenset({SPECIALIST, LEADER})
_DECISION = frozenset({Need.OUTCOME, Need.REASON_IF_REFUSED, Need.RESULT_FILE_IF_GRANTED})
_FILED, _WORK, _WAIT, _DUTY = State.FILED, State.IN_PROGRESS, State.AWAITING_SUPPLEMENT, State.AWAITING_DUTY


def _within_the_unit(state: State, roles: frozenset[str], *, received: bool) -> tuple[Transition, ...]:
    """Who of the holding unit works on it: taken up by oneself, given to a colleague, given back to all."""
    return (
        Transition(
            Act.TAKEN_UP, state, state, received, roles, public=False, keeping=Keeping.ACTOR, only=Only.NOT_KEPT
        ),
        Transition(
            Act.ASSIGNED,
            state,
            state,
            received,
            roles,
            frozenset({Need.COLLEAGUE}),
            public=False,
            keeping=Keeping.NAMED,
        ),
        Transition(
            Act.GIVEN_BACK,
            state,
            state,
            received,
            roles,
            _REASON,
            public=False,
            keeping=Keeping.GIVER,
            only=Only.KEPT,
            who=Who.KEEPER_OR_LEADER,
        ),
    )


def _undone(state: State, roles: frozenset[str], *, received: bool) -> Transition:
    """The latest of these steps is taken back."""
    return Transition(
        Act.UNDONE,
        state,
        state,
        received,
        roles,
        _REASON,
        public=False,
        keeping=Keeping.BEFORE,
        only=Only.UNDOABLE,
        who=Who.DOER_OR_LEADER,
    )


def _taken_back(state: State, *, received: bool) -> Transition:
    """The act that led to this state is taken back; where to, its step says."""
    return Transition(
        Act.CORRECTED,
        state,
        state,
        received,
        ROLES,
        _REASON,
        clock=Clock.BACK,
        holder=Holder.BACK,
        keeping=Keeping.BEFORE,
        only=Only.TOLD,
        who=Who.TELLER_OR_LEADER,
    )


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
        Act.PASSED_BACK,
        _WORK,
        _WORK,
        True,
        _STAFF,
        _REASON,
        holder=Holder.BEFORE,
        keeping=Keeping.NAMED,
        only=Only.PASSED_HERE,
    ),
    Transition(
        Act.EXTENDED,
        _WORK,
        _WORK,
        True,
        frozenset({LEADER}),
        frozenset({Need.REASON, Need.LATER_DUE}),
        clock=Clock.EXTEND,
        only=Only.NOT_EXTENDED,
    ),
    *(
        Transition(Act.RECOUNTED, state, state, True, frozenset({ADMINISTRATOR}), _REASON, clock=Clock.RECOUNT)
        for state in (_WORK, _WAIT, _DUTY)
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
        Holder.DESK,
        who=Who.LEADER_IF_PROPOSED,
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
        Holder.DESK,
    ),
    Transition(Act.RETURNED, State.RESOLVED, State.RETURNED, True, _DESK, frozenset({Need.WAY})),
    Transition(Act.WITHDRAWN, _FILED, State.WITHDRAWN, False, None, clock=Clock.STOP),
    Transition(Act.WITHDRAWN, _WAIT, State.WITHDRAWN, False, None, clock=Clock.STOP),
    Transition(Act.WITHDRAWN, _WORK, State.WITHDRAWN, True, None, clock=Clock.STOP),
    Transition(Act.WITHDRAWN, _WAIT, State.WITHDRAWN, True, None, clock=Clock.STOP),
    Transition(Act.DUTY_ASKED, _WORK, _DUTY, True, _STAFF, _REASON, clock=Clock.PAUSE),
    Transition(Act.DUTY_DONE, _DUTY, _WORK, True, _STAFF, clock=Clock.RESUME),
    Transition(Act.WITHDRAWN, _DUTY, State.WITHDRAWN, True, None, clock=Clock.STOP),
    Transition(Act.RESOLVED, _DUTY, State.RESOLVED, True, _DECIDES, _DECISION, ONLY_REFUSED, Clock.STOP, Holder.DESK),
    Transition(Act.STOPPED, _WORK, State.STOPPED, True, frozenset({LEADER}), _REASON, clock=Clock.STOP),
    *_within_the_unit(_FILED, _DESK, received=False),
    *_within_the_unit(_WORK, _STAFF, received=True),
    _undone(_FILED, _DESK, received=False),
    _undone(_WORK, _STAFF, received=True),
    *(_taken_back(state, received=False) for state in (_WAIT, State.NOT_RECEIVED)),
    *(
        _taken_back(state, received=True)
        for state in (_WORK, _WAIT, _DUTY, State.STOPPED, State.RESOLVED, State.RETURNED)
    ),
    Transition(
        Act.OPINION_ASKED,
        _WORK,
        _WORK,
        True,
        _STAFF,
        frozenset({Need.REASON, Need.OTHER_UNIT, Need.HOURS}),
        words_apart=True,
    ),
    *(
        Transition(Act.OPINION_GIVEN, state, state, True, _STAFF, _REASON, who=Who.ASKED, words_apart=True)
        for state in (_WORK, _WAIT, _DUTY)
    ),
    Transition(
        Act.PROPOSED,
        _WORK,
        _WORK,
        True,
        _DECIDES,
        frozenset({Need.REASON, Need.OUTCOME}),
        BOTH,
        public=False,
        keeping=Keeping.ACTOR,
        proposal=Proposal.MADE,
        only=Only.NOT_PROPOSED,
    ),
    Transition(
        Act.APPROVED,
        _WORK,
        _WORK,
        True,
        frozenset({LEADER}),
        public=False,
        keeping=Keeping.PROPOSER,
        proposal=Proposal.APPROVED,
        only=Only.PROPOSED,
        who=Who.NOT_PROPOSER,
    ),
    Transition(
        Act.SENT_BACK,
        _WORK,
        _WORK,
        True,
        frozenset({LEADER}),
        _REASON,
        public=False,
        keeping=Keeping.PROPOSER,
        only=Only.PROPOSED,
        who=Who.NOT_PROPOSER,
    ),
    *(
        Transition(
            Act.HANDED_OVER,
            state,
            state,
            received,
            frozenset({ADMINISTRATOR}),
            frozenset({Need.REASON, Need.OTHER_UNIT}),
            holder=Holder.SUCCESSOR,
        )
        for state, received in (
            (_FILED, False),
            (_WAIT, False),
            (_WAIT, True),
            (_DUTY, True),
            (_WORK, True),
            (State.RESOLVED, True),
        )
    ),
)
