"""Everything that is wrong with a process: in its shape, in its ways, and against the procedure it is of. Pure.

A process without faults leaves nobody stuck: see `portal.processes.roads`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.dossiers.vocabulary import Act, Proposal
from portal.procedures.schema import Fault
from portal.processes import roads
from portal.processes.definition import END, RECEIVING, UNITS, Process, Step, hours_of, parse, shape_faults

DAY_HOURS = 8
WEEK, WORKING_DAYS = 7, 5


@dataclass(frozen=True, slots=True)
class Known:
    """What a process is held against. `terms`: for whom, and within how many working minutes a result is promised.

    `units`: for each agency that receives the procedure, which unit each word or code of the process means there; None
    where it means none.
    """

    terms: Sequence[tuple[str, int]] = ()
    agencies: frozenset[str] | None = None  # None: not asked
    units: Sequence[tuple[str, Mapping[str, int | None]]] = ()


def faults(steps: object, known: Known | None = None) -> list[Fault]:
    """All of them; what can only be seen in a process of the right shape is looked for once it has that."""
    found = shape_faults({"steps": steps}, definition="content")
    if found or not isinstance(steps, list):
        return found
    process = parse(steps)
    doubles = list(_doubles(process))
    if doubles:
        return doubles
    return [*_of_steps(process), *_of_roads(process), *_against(process, known or Known())]


def term_minutes(number: int, unit: str) -> int:
    """Working time that a promised term leaves at the least; of calendar days five in seven are worked."""
    hours = {
        "hours": number,
        "working_days": number * DAY_HOURS,
        "days": number * WORKING_DAYS // WEEK * DAY_HOURS,
        "same_day": DAY_HOURS,
    }[unit]
    return hours * 60


def _doubles(process: Process) -> Iterator[Fault]:
    keys = Counter(step.key for step in process.steps)
    for n, step in enumerate(process.steps):
        if keys[step.key] > 1:
            yield Fault(f"steps[{n}].key", "step_twice", {"key": step.key})
        acts = Counter(way.act for way in step.ways)
        yield from (
            Fault(f"steps[{n}].acts", "act_twice", {"act": act.value}) for act, count in acts.items() if count > 1
        )


def _of_steps(process: Process) -> Iterator[Fault]:
    if process.first.unit != RECEIVING:
        yield Fault("steps[0].unit", "first_elsewhere", {"name": process.first.name})
    for n, step in enumerate(process.steps):
        for m, way in enumerate(step.ways):
            path = f"steps[{n}].acts[{m}]"
            to = process.step(way.to)
            facts = {"name": step.name, "act": way.act.value, "role": step.role, "key": way.to}
            if not roads.table_allows(way.act, step.role):
                yield Fault(path, "role_may_not", facts)
            if to is None and way.to != END:
                yield Fault(path, "leads_nowhere", facts)
            elif to is None and way.act not in (Act.RESOLVED, Act.RETURNED):
                yield Fault(path, "ends_undecided", facts)
            elif to is not None:
                yield from _of_units(step, way.act, to, path)


def _of_units(step: Step, act: Act, to: Step, path: str) -> Iterator[Fault]:
    facts = {"name": step.name, "to": to.name, "act": act.value}
    if act is Act.RESOLVED and to.unit != RECEIVING:
        yield Fault(path, "result_elsewhere", facts)
    elif act is Act.PASSED and to.unit == step.unit:
        yield Fault(path, "passed_to_itself", facts)
    elif act not in (Act.PASSED, Act.RESOLVED) and to.unit != step.unit:
        yield Fault(path, "not_passed", facts)


def _of_roads(process: Process) -> Iterator[Fault]:
    found = roads.places(process)
    out = roads.with_way_out(found)
    if not any(way.act is Act.RESOLVED for step in process.steps for way in step.ways):
        yield Fault("steps", "nothing_resolves")
    if not any(None in led for led in found.values()):
        yield Fault("steps", "no_end")
    for n, step in enumerate(process.steps):
        here = [place for place in found if place.step == step.key]
        path, facts = f"steps[{n}]", {"name": step.name}
        if not here:
            yield Fault(path, "unreachable", facts)
            continue
        stuck = [place for place in here if not found[place]]
        yield from (Fault(path, code, facts) for code in sorted({_no_way_on(place) for place in stuck}))
        if not stuck and any(place not in out for place in here):
            yield Fault(path, "no_way_out", facts)
        yield from _never(step, here, path)


def _no_way_on(place: roads.Place) -> str:
    if place.decided:
        return "no_way_on_decided"
    if place.proposal is Proposal.MADE:
        return "no_way_on_proposed"
    return "no_way_on_approved" if place.proposal is Proposal.APPROVED else "no_way_on"


def _never(step: Step, here: Sequence[roads.Place], path: str) -> Iterator[Fault]:
    """Acts that no dossier in this step can ever be ready for."""
    for m, way in enumerate(step.ways):
        if roads.table_allows(way.act, step.role) and not any(roads.possible(step, at, way.act) for at in here):
            yield Fault(f"{path}.acts[{m}]", "never_possible", {"name": step.name, "act": way.act.value})


def _against(process: Process, known: Known) -> Iterator[Fault]:
    minutes, _way = roads.longest(process)
    over = [(label, term) for label, term in known.terms if minutes > term]
    for label, term in over[:1]:
        yield Fault("steps", "over_the_term", {"hours": said(minutes), "limit": said(term), "label": label})
    for n, step in enumerate(process.steps):
        if known.agencies is not None and step.unit not in (*UNITS, *known.agencies):
            yield Fault(f"steps[{n}].unit", "unit_unknown", {"name": step.name, "value": step.unit})
            continue
        nowhere = [agency for agency, units in known.units if step.unit in units and units[step.unit] is None]
        if nowhere:
            yield Fault(f"steps[{n}].unit", "unit_means_none", {"name": step.name, "value": nowhere[0]})
    yield from _same_units(process, known)


def _same_units(process: Process, known: Known) -> Iterator[Fault]:
    """Where two words mean one unit, what is passed on would be passed to where it is."""
    for n, step in enumerate(process.steps):
        for m, way in enumerate(step.ways):
            to = process.step(way.to)
            if way.act is not Act.PASSED or to is None or to.unit == step.unit:
                continue
            for agency, units in known.units:
                if units.get(step.unit) is not None and units.get(step.unit) == units.get(to.unit):
                    facts: dict[str, Any] = {"name": step.name, "to": to.name, "value": agency}
                    yield Fault(f"steps[{n}].acts[{m}]", "one_unit_there", facts)
                    break


def said(minutes: int) -> str:
    return f"{hours_of(minutes):g}" if minutes else "0"
