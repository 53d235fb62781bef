"""What the table of `portal.dossiers.transitions` says of one dossier: which acts are open now, and to whom.

Pure. The words that rooms beside this one need (states, acts, roles) can be had from here.
"""

from collections.abc import Mapping

from portal.dossiers.standing import Actor, Standing
from portal.dossiers.transitions import HOLDS, TABLE, Only, Transition, Who
from portal.dossiers.vocabulary import (
    ADMINISTRATOR,
    BOTH,
    FINAL,
    LEADER,
    ONLY_REFUSED,
    OPEN,
    RECEIVER,
    ROLES,
    SPECIALIST,
    Act,
    Clock,
    Holder,
    Keeping,
    Need,
    Outcome,
    Party,
    Proposal,
    State,
    Way,
)

__all__ = [
    "ADMINISTRATOR",
    "BOTH",
    "FINAL",
    "LEADER",
    "ONLY_REFUSED",
    "OPEN",
    "RECEIVER",
    "ROLES",
    "SPECIALIST",
    "TABLE",
    "Act",
    "Actor",
    "Clock",
    "Holder",
    "Keeping",
    "Need",
    "Outcome",
    "Party",
    "Proposal",
    "Standing",
    "State",
    "Transition",
    "Way",
    "awaited",
    "bar",
    "capacities",
    "concerns",
    "ends_pause",
    "may",
    "obstacle",
    "pauses",
    "possible",
    "transition",
]

_BY_KEY: Mapping[tuple[Act, State, bool], Transition] = {(row.act, row.before, row.received): row for row in TABLE}


def transition(act: Act, standing: Standing) -> Transition | None:
    """The table's row for this act in this standing; None where the act is not possible."""
    row = _BY_KEY.get((act, standing.state, standing.received))
    return row if row is not None and HOLDS[row.only](standing) else None


def obstacle(act: Act, standing: Standing) -> str:
    """What stands in the way of an act that has no row in this standing, as a code."""
    row = _BY_KEY.get((act, standing.state, standing.received))
    return (row.only if row is not None else Only.ALWAYS).value


def may(row: Transition, standing: Standing, by: Actor) -> bool:
    """Whether this actor may do the act of this row, in the place in which they act."""
    if row.roles is None:
        return _is_theirs(standing, by.person_id)
    unit_id = _acting_unit(row, standing)
    roles = frozenset() if unit_id is None else by.roles_at(unit_id)
    if row.act is Act.HANDED_OVER:
        roles |= by.roles_at(standing.desk_unit_id)
    return by.officer_id is not None and bool(roles & row.roles) and _is_among(row.who, standing, by, roles)


def capacities(row: Transition, standing: Standing, by: Actor) -> tuple[Actor, ...]:
    """The actor in each place in which they may do it: as themself, or for one absent colleague; which first, first.

    What an absent colleague has is worked on in their place, even where the own role would be enough.
    """
    unit_id = _acting_unit(row, standing)
    absent = () if unit_id is None else by.absent_at(unit_id)
    ways = [by, *(by.in_place_of(whose) for whose in absent)]
    if row.who is not Who.ASKED and standing.keeper_id is not None:
        ways.sort(key=lambda one: one.for_id != standing.keeper_id)
    return tuple(one for one in ways if may(row, standing, one))


def bar(row: Transition, standing: Standing, by: Actor) -> str:
    """Why this actor may not, as a code."""
    if row.roles is None:
        return "not_your_role"
    unit_id = _acting_unit(row, standing)
    if by.officer_id is None or unit_id is None or not by.roles_at(unit_id):
        return "not_the_holder"
    if row.who is Who.TELLER_OR_LEADER:
        return "not_the_teller"
    lends = row.who is Who.LEADER_IF_PROPOSED and (standing.holder_unit_id, LEADER) in by.lent_roles
    own = (row.who is Who.NOT_PROPOSER or lends) and not _are_others(standing, by)
    return "four_eyes" if own else "not_your_role"


def _acting_unit(row: Transition, standing: Standing) -> int | None:
    """The unit whose act it is."""
    if row.who is Who.TELLER_OR_LEADER:
        return standing.told.unit_id if standing.told else None
    return standing.asked_unit_id if row.who is Who.ASKED else standing.holder_unit_id


def _is_among(who: Who, standing: Standing, by: Actor, roles: frozenset[str]) -> bool:
    selves = _known({by.officer_id, by.for_id})
    match who:
        case Who.KEEPER_OR_LEADER:
            return standing.keeper_id in selves or LEADER in roles
        case Who.DOER_OR_LEADER:
            last = standing.last
            return (last is not None and bool(selves & {last.officer_id, last.for_id})) or LEADER in roles
        case Who.TELLER_OR_LEADER:
            return LEADER in roles or (_told_it(standing, selves) and _may_tell(standing, roles))
        case Who.NOT_PROPOSER:
            return _are_others(standing, by)
        case Who.LEADER_IF_PROPOSED:
            answers = LEADER in roles and (by.for_id is None or _are_others(standing, by))
            return standing.proposal is not Proposal.MADE or answers
    return True


def _are_others(standing: Standing, by: Actor) -> bool:
    """Whether neither the actor nor anybody for whom they stand in here proposed it, or had it proposed for them.

    In whose place they act now is of no account: else they would choose the one that lets them.
    """
    eyes = _known({by.officer_id, by.for_id, *by.absent_at(standing.holder_unit_id)})
    return eyes.isdisjoint({standing.proposer_id, standing.proposer_for_id})


def _told_it(standing: Standing, selves: frozenset[int]) -> bool:
    """Whether one of these did the act that is taken back, or had it done in their place."""
    return standing.told is not None and bool(selves & {standing.told.officer_id, standing.told.for_id})


def _may_tell(standing: Standing, roles: frozenset[str]) -> bool:
    """Whether the act that is taken back is done in one of these roles."""
    told = standing.told
    row = None if told is None else _BY_KEY.get((told.act, told.before, standing.received))
    return row is not None and row.roles is not None and bool(row.roles & roles)


def _known(officers: set[int | None]) -> frozenset[int]:
    return frozenset(one for one in officers if one is not None)


def concerns(standing: Standing, by: Actor) -> bool:
    """Whether the actor may act on it at all: its person, their agent, or officers of its units or of one asked.

    So may whoever did the latest public act, or leads the unit that did, while that may be taken back.
    """
    if by.person_id is not None:
        return _is_theirs(standing, by.person_id)
    asked = frozenset() if standing.asked_unit_id is None else by.roles_at(standing.asked_unit_id)
    theirs = by.roles_at(standing.holder_unit_id) | by.roles_at(standing.desk_unit_id) | asked
    return bool(theirs) or _is_the_tellers(standing, by)


def _is_the_tellers(standing: Standing, by: Actor) -> bool:
    """Whether the actor, or one for whom they stand in, did the act that may be taken back or leads the unit."""
    told = standing.told
    if told is None:
        return False
    roles, selves = by.every_role_at(told.unit_id), _known({by.officer_id, *by.absent_at(told.unit_id)})
    return LEADER in roles or (bool(roles) and _told_it(standing, selves))


def _is_theirs(standing: Standing, person_id: int | None) -> bool:
    return person_id is not None and person_id in (standing.person_id, standing.agent_id)


def possible(standing: Standing, by: Actor) -> tuple[Act, ...]:
    """The acts to offer this actor now, in the table's order.

    Handing over and counting again are done to all dossiers that they concern, not one by one.
    """
    found: list[Act] = []
    for act in Act:
        row = transition(act, standing)
        if row is not None and act not in (Act.HANDED_OVER, Act.RECOUNTED) and capacities(row, standing, by):
            found.append(act)
    return tuple(found)


def pauses(act: str) -> bool:
    """Whether a running clock stands still from this act on."""
    return any(row.act == act and row.clock is Clock.PAUSE for row in TABLE)


def ends_pause(act: str) -> bool:
    """Whether a clock that stood still runs on from this act, or ends with it."""
    return any(row.act == act and row.clock in (Clock.RESUME, Clock.STOP) for row in TABLE)


_AWAITED: Mapping[State, Party] = {
    State.FILED: Party.RECEIVING_DESK,
    State.IN_PROGRESS: Party.HOLDER,
    State.AWAITING_SUPPLEMENT: Party.PERSON,
    State.AWAITING_DUTY: Party.PERSON,
    State.STOPPED: Party.NOBODY,
    State.RESOLVED: Party.RECEIVING_DESK,
    State.NOT_RECEIVED: Party.NOBODY,
    State.RETURNED: Party.NOBODY,
    State.WITHDRAWN: Party.NOBODY,
}


def awaited(state: State) -> Party:
    """Who has to do something next."""
    return _AWAITED[state]
