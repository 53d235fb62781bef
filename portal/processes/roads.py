"""Every way a dossier can go through a process, found by the table of acts itself. Pure.

A place is a step with what decides there which of its acts are possible: whether a decision is recorded, how far a
proposal has come, and in which step it was made. `leave` says where an act leads from a place; the desk asks it at
each act, and `places` asks it of all of them, so that a fault is found before anybody is stuck in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from portal.dossiers.life import TABLE, Act, Actor, Proposal, Standing, State, Transition, may, transition
from portal.dossiers.transitions import Only
from portal.processes.definition import END, GIVING, Process, Step, Way

UNIT, OFFICER, SOMEBODY_ELSE = 1, 1, 2
PAUSES = (Act.SUPPLEMENT_ASKED, Act.DUTY_ASKED)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a dossier is. `proposed_in` is the step whose proposal waits or was approved."""

    step: str
    decided: bool = False
    proposal: Proposal | None = None
    proposed_in: str | None = None


def beginning(process: Process) -> Place:
    return Place(process.first.key)


def possible(step: Step, place: Place, act: Act) -> Transition | None:
    """The table's row for the act, if somebody with the step's role may do it in this place."""
    standing = _standing(place)
    row = transition(act, standing)
    by = Actor.officer(OFFICER, [(UNIT, step.role)])
    return row if row is not None and may(row, standing, by) else None


def open_ways(process: Process, place: Place) -> Iterator[tuple[Way, Place | None]]:
    """What the step allows here, and where each leads; None: out of the process."""
    step = process.step(place.step)
    if step is None:
        return
    for way in step.ways:
        row = possible(step, place, way.act)
        if row is not None and (way.to == END or process.step(way.to)):
            yield way, None if way.to == END else after(place, row, way.to)


def after(place: Place, row: Transition, to: str) -> Place:
    """The place that an act of the step leads to."""
    proposal, proposed_in = place.proposal, place.proposed_in
    if row.moves or row.only in (Only.PROPOSED, Only.NOT_PROPOSED):
        proposal = row.proposal
        proposed_in = place.step if row.act is Act.PROPOSED else place.proposed_in if proposal else None
    return Place(to, place.decided or row.after is State.RESOLVED, proposal, proposed_in)


def interrupted(place: Place) -> Place:
    """After a supplement or a payment was asked for: a proposal is of no account any more, and is to be made again."""
    if place.decided or place.proposal is None:
        return place
    return Place(place.proposed_in or place.step)


def decided_elsewhere(process: Process) -> str:
    """Where a dossier goes that was refused while its person was waited for, off the way: to the step that returns."""
    ways = (way.to for step in process.steps for way in step.ways if way.act is Act.RESOLVED)
    return next(ways, END)


def places(process: Process) -> Mapping[Place, tuple[Place | None, ...]]:
    """Every place that can be reached, and where each leads by what its step allows; None is out of the process."""
    found: dict[Place, tuple[Place | None, ...]] = {}
    waiting = [beginning(process)]
    while waiting:
        place = waiting.pop()
        if place in found:
            continue
        led = tuple(to for _way, to in open_ways(process, place))
        found[place] = led
        aside = [interrupted(place)]
        if not place.decided and (key := decided_elsewhere(process)) != END and process.step(key):
            aside.append(Place(key, decided=True))
        waiting += [to for to in (*led, *aside) if to is not None]
    return found


def with_way_out(found: Mapping[Place, tuple[Place | None, ...]]) -> frozenset[Place]:
    """The places from which the end can be reached."""
    out: set[Place] = set()
    grew = True
    while grew:
        more = {
            place for place, led in found.items() if place not in out and any(to is None or to in out for to in led)
        }
        grew = bool(more)
        out |= more
    return frozenset(out)


def table_allows(act: Act, role: str) -> bool:
    """Whether the table ever lets this role do the act."""
    return any(row.act is act and row.roles is not None and role in row.roles for row in TABLE)


def leads_on(act: Act, *, role: str, keeper_roles: frozenset[str]) -> bool:
    """Whether an act leads to a step of this role; one that gives the dossier to somebody, only where they hold it."""
    return act not in GIVING or role in keeper_roles


def longest(process: Process) -> tuple[int, tuple[str, ...]]:
    """The working minutes of the longest way to a decision, each step counted once, and its steps in their order.

    What is sent back is counted once too: the term does not grow by it.
    """
    keys = {place.step for place in places(process) if not place.decided}
    steps = {step.key: step for step in process.steps if step.key in keys}
    edges = {
        key: {way.to for way in step.ways if way.act not in (Act.SENT_BACK, Act.RESOLVED) and way.to in steps} - {key}
        for key, step in steps.items()
    }
    reach = {key: _reach(key, edges) for key in steps}
    known: dict[str, tuple[int, frozenset[str]]] = {}

    def from_here(key: str) -> tuple[int, frozenset[str]]:
        if key not in known:
            here = frozenset({key} | {other for other in reach[key] if key in reach[other]})
            own = sum(steps[one].minutes or 0 for one in here)
            onward = [from_here(to) for one in here for to in edges[one] if to not in here]
            most, way = max(onward, key=lambda found: found[0], default=(0, frozenset()))
            known[key] = own + most, here | way
        return known[key]

    minutes, way = from_here(process.first.key)
    return minutes, tuple(key for key in steps if key in way)


def _reach(key: str, edges: Mapping[str, set[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [*edges[key]]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += edges[one]
    return frozenset(found)


def _standing(place: Place) -> Standing:
    state = State.RESOLVED if place.decided else State.IN_PROGRESS
    made = Standing(state, received=True, extended=False, person_id=0, desk_unit_id=UNIT, holder_unit_id=UNIT)
    return replace(made, proposal=place.proposal, proposer_id=SOMEBODY_ELSE if place.proposal else None)
