"""A dossier on its way through the process under which it was received: what its step refuses, and where an act leads.

`portal.dossiers.acting` asks at every act, and nobody else moves a dossier on. The process only ever narrows the
table of acts; where it names a unit that is no more, it narrows nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from portal.calendars import queries as calendars
from portal.clock import local_day
from portal.deadlines import moment_with, resumed
from portal.dossiers.doing import Doing
from portal.dossiers.life import FINAL, LEADER, Act, Actor, Clock, State
from portal.dossiers.taking_back import Before
from portal.errors import Forbidden, Refused
from portal.people import queries as people
from portal.people import stand_ins
from portal.processes import queries, roads, units_meant
from portal.processes.definition import END, GIVING, GOVERNED, Process, Step
from portal.processes.models import ProcessStay
from portal.processes.queries import Stay
from portal.units.queries import Unit

OPEN_STATES = (State.IN_PROGRESS, State.RESOLVED)  # in which a process says what may be done


@dataclass(frozen=True, slots=True)
class Following:
    """Where a dossier is in its process. `stay` is the number of its time there."""

    version_id: int
    process: Process
    step: Step
    stay: int
    due_at: datetime | None
    paused_at: datetime | None

    @property
    def number(self) -> int:
        return self.process.number(self.step.key)


def of_row(session: Session, dossier: Any, by: Actor) -> Following | None:
    """Where the dossier of this row is, which was read with `queries.open_stay`; None where it follows no process."""
    if dossier.version_id is None:
        return None
    if by.officer_id is None:
        # An internal step makes a person's page no older: the lock may have waited for one that moved it on meanwhile.
        return of_stays(session, queries.stays(session, dossier.id))
    return _following(
        session, dossier.version_id, dossier.stay_step, dossier.stay_n, dossier.stay_due_at, dossier.stay_paused_at
    )


def of_stays(session: Session, stays: tuple[Stay, ...]) -> Following | None:
    """The same from the whole way of a dossier; None too where it has left the process behind."""
    last = stays[-1] if stays else None
    if last is None or last.left_at is not None:
        return None
    return _following(session, last.version_id, last.step, last.n, last.due_at, last.paused_at)


def onward(session: Session, now: Following, *, desk_unit_id: int, on: date) -> Unit | None:
    """The unit to which the step passes the dossier; None where it passes it to none, or that means none any more."""
    to = now.process.step(now.step.way(Act.PASSED) or END)
    return None if to is None else units_meant.meant(session, to.unit, desk_unit_id=desk_unit_id, on=on)


def is_loose(now: Following, onward: Unit | None, *, holder_unit_id: int) -> bool:
    """Whether the step passes the dossier to nobody else that exists: then the table of acts alone holds."""
    return now.step.way(Act.PASSED) not in (None, END) and (onward is None or onward.id == holder_unit_id)


def refusal(now: Following, act: Act, *, state: State, roles: frozenset[str], loose: bool) -> str | None:
    """What the process has against an act by somebody with these roles in the holding unit, as a code."""
    if act not in GOVERNED or state not in OPEN_STATES or loose:
        return None
    if now.step.way(act) is None:
        return "not_in_this_step"
    return None if now.step.role in roles or LEADER in roles else "not_the_steps_role"


def check(
    session: Session, now: Following, dossier: Any, act: Act, ways: Sequence[Actor], *, on: date
) -> tuple[Actor, Unit | None]:
    """In which of these places, as themself or for a colleague, the actor does it; and where it must be passed to.

    Refused("not_in_this_step") or Forbidden("not_the_steps_role"). The unit is None where it need not be passed on.
    """
    if act not in GOVERNED:
        return ways[0], None
    unit = onward(session, now, desk_unit_id=dossier.desk_unit_id, on=on)
    loose = is_loose(now, unit, holder_unit_id=dossier.holder_unit_id)
    state, code = State(dossier.state), None
    for by in ways:
        code = refusal(now, act, state=state, roles=by.roles_at(dossier.holder_unit_id), loose=loose)
        if code is None:
            return by, None if loose else unit
    if code == "not_in_this_step":
        raise Refused(code, **_facts(now))
    raise Forbidden(code, **_facts(now))


def check_unit(expected: Unit | None, chosen: Unit | None, act: Act) -> None:
    """Refused("not_the_next_unit") where it is passed to another unit than the step says."""
    if act is Act.PASSED and expected is not None and chosen is not None and chosen.id != expected.id:
        raise Refused("not_the_next_unit", vi=expected.name, en=expected.name_en)


def begin(session: Session, doing: Doing, *, on: date) -> None:
    """A dossier was received: it follows the process in force at its unit from now on, where there is one."""
    dossier = doing.dossier
    found = queries.in_force(session, dossier.procedure_code, agency=dossier.unit_code, at=doing.at, on=on)
    if found is not None:
        place = {"dossier_id": dossier.id, "n": 0, "version_id": found.id, "unit_id": dossier.holder_unit_id}
        _enter(session, found.process.first, place, doing, on=on)


def move(session: Session, now: Following, doing: Doing, *, on: date) -> None:
    """What the act that was just written makes of the dossier's place."""
    act, row = doing.wish.act, doing.row
    if row.after in FINAL:
        _leave(session, now, doing)
    elif act is Act.HANDED_OVER:
        _hand_over(session, now, doing)
    elif act is Act.UNDONE:
        _go_back(session, now, doing, on=on)
    elif act is Act.PASSED_BACK:
        _pass_back(session, now, doing, on=on)
    elif row.clock is Clock.PAUSE:
        _pause(session, now, doing, on=on)
    elif row.clock is Clock.RESUME:
        _resume(session, now, doing, on=on)
    elif (to := _leads_to(session, now, doing)) is not None:
        _lead(session, now, doing, to, on=on)


def take_back(session: Session, now: Following | None, doing: Doing, back: Before) -> None:
    """A public act was taken back: where it had led on, the step before goes on as it was, due when it was."""
    stays = queries.stays(session, doing.dossier.id)
    left = next((stay for stay in reversed(stays) if stay.left_by == back.told.n), None)
    if now is not None and left is None:
        _change(session, now, doing, paused_at=_paused_at(stays[-1], back))
    if left is None:
        return
    if now is not None:
        _leave(session, now, doing)
    place = {"dossier_id": doing.dossier.id, "n": stays[-1].n + 1, "version_id": left.version_id}
    place |= {"unit_id": left.unit_id, "step": left.step, "entered_by": doing.n}
    clock = {"entered_at": doing.at, "due_at": left.due_at, "paused_at": left.paused_at}
    session.execute(insert(ProcessStay).values({**place, **clock}))


def _paused_at(stay: Stay, back: Before) -> datetime | None:
    """A step's clock stands still no more where the pause itself is taken back."""
    return stay.paused_at if back.paused_at is not None else None


def _following(  # noqa: PLR0917 - the columns of a stay
    session: Session, version_id: int, step: str, stay: int, due_at: datetime | None, paused_at: datetime | None
) -> Following:
    version = queries.version(session, version_id)
    process = version.process if version else None
    found = process.step(step) if process else None
    if process is None or found is None:
        raise LookupError(f"process version {version_id} has no step {step}")
    return Following(version_id, process, found, stay, due_at, paused_at)


def _facts(now: Following) -> Mapping[str, object]:
    return {"number": now.number, "vi": now.step.name.vi, "en": now.step.name.en, "role": now.step.role}


def _leads_to(session: Session, now: Following, doing: Doing) -> str | None:
    """The key that the act leads to, or END; None where the dossier stays in its step."""
    act = doing.wish.act
    to = now.step.way(act)
    if act is Act.RESOLVED and to is None:
        return roads.decided_elsewhere(now.process)
    step = now.process.step(to) if to else None
    if act not in GIVING or step is None:
        return to
    return to if step.role in _new_keepers_roles(session, doing, step.role) else None


def _new_keepers_roles(session: Session, doing: Doing, role: str) -> frozenset[str]:
    """Of whoever has the dossier after the act: as far as `role` goes."""
    unit_id = doing.dossier.holder_unit_id
    if doing.wish.act is Act.TAKEN_UP:
        return doing.by.every_role_at(unit_id)
    day, theirs = local_day(doing.at), doing.colleague_id
    known = people.officers_in(session, unit_id, roles={role}, on=day)
    if any(one.id == theirs for one in known):
        return frozenset({role})
    lent = frozenset() if theirs is None else stand_ins.lent_to(session, theirs, on=day)
    return frozenset(name for _whose, unit, name in lent if unit == unit_id)


def _lead(session: Session, now: Following, doing: Doing, to: str, *, on: date) -> None:
    _leave(session, now, doing)
    step = now.process.step(to)
    if step is None:
        return
    unit_id = doing.dossier.holder_unit_id
    if doing.wish.act is Act.RESOLVED:
        unit_id = doing.dossier.desk_unit_id
    elif doing.wish.act is Act.PASSED and doing.to is not None:
        unit_id = doing.to.id
    _enter(session, step, _next_place(now, doing, unit_id), doing, on=on)


def _go_back(session: Session, now: Following, doing: Doing, *, on: date) -> None:
    """An act inside the unit was undone: where it had led on, the step before goes on with the time it had left."""
    stays = queries.stays(session, doing.dossier.id)
    if len(stays) < 2 or stays[-1].entered_by != doing.n - 1:
        return
    before = stays[-2]
    step = now.process.step(before.step)
    if step is None or before.left_at is None:
        return
    _leave(session, now, doing)
    due_at = before.due_at
    if due_at is not None:
        calendar = calendars.of_unit(session, before.unit_id, on=on)
        due_at = resumed(due_at, before.left_at, doing.at, calendar).at
    _write(session, step, _next_place(now, doing, before.unit_id), doing, due_at=due_at)


def _pass_back(session: Session, now: Following, doing: Doing, *, on: date) -> None:
    """Another unit returned it: to the step that had passed it there, which has its hours anew."""
    if doing.to is None:
        return
    key = _passed_by(queries.stays(session, doing.dossier.id))
    step = (now.process.step(key) if key else None) or now.step
    _leave(session, now, doing)
    _enter(session, step, _next_place(now, doing, doing.to.id), doing, on=on)


def _passed_by(stays: Iterable[Stay]) -> str | None:
    """The step that passed it to where it is now; what was passed and came back is as if it had never gone."""
    keys: list[str] = []
    before = keys
    for stay in stays:
        if stay.left_act == Act.CORRECTED.value:
            keys = before
            continue
        before = list(keys)
        if stay.left_act == Act.PASSED.value:
            keys.append(stay.step)
        elif stay.left_act == Act.PASSED_BACK.value and keys:
            keys.pop()
    return keys[-1] if keys else None


def _pause(session: Session, now: Following, doing: Doing, *, on: date) -> None:
    """The person is waited for. A proposal that was made is void, and the dossier is where it was proposed."""
    if doing.dossier.proposal is None:
        _change(session, now, doing, paused_at=doing.at)
        return
    stays = queries.stays(session, doing.dossier.id)
    key = next((stay.step for stay in reversed(stays) if stay.left_act == Act.PROPOSED.value), now.step.key)
    step = now.process.step(key) or now.step
    _leave(session, now, doing)
    _enter(session, step, _next_place(now, doing, doing.dossier.holder_unit_id), doing, on=on, paused=True)


def _resume(session: Session, now: Following, doing: Doing, *, on: date) -> None:
    if now.due_at is None or now.paused_at is None:
        _change(session, now, doing, paused_at=None)
        return
    calendar = calendars.of_unit(session, doing.dossier.holder_unit_id, on=on)
    again = resumed(now.due_at, now.paused_at, doing.at, calendar).at
    _change(session, now, doing, due_at=again, paused_at=None)


def _hand_over(session: Session, now: Following, doing: Doing) -> None:
    if doing.to is not None and doing.dossier.holder_unit_id == doing.unit_id:
        _change(session, now, doing, unit_id=doing.to.id)


def _next_place(now: Following, doing: Doing, unit_id: int) -> dict[str, int]:
    return {"dossier_id": doing.dossier.id, "n": now.stay + 1, "version_id": now.version_id, "unit_id": unit_id}


def _enter(
    session: Session, step: Step, place: Mapping[str, int], doing: Doing, *, on: date, paused: bool = False
) -> None:
    """Its hours begin to run, by the calendar of the unit that has it then."""
    due_at = None
    if step.minutes is not None:
        due_at = moment_with(step.minutes, doing.at, calendars.of_unit(session, place["unit_id"], on=on))
    _write(session, step, place, doing, due_at=due_at, paused=paused)


def _write(
    session: Session,
    step: Step,
    place: Mapping[str, int],
    doing: Doing,
    *,
    due_at: datetime | None,
    paused: bool = False,
) -> None:
    values = {"step": step.key, "entered_by": doing.n, "entered_at": doing.at, "due_at": due_at}
    session.execute(insert(ProcessStay).values({**place, **values, "paused_at": doing.at if paused else None}))


def _leave(session: Session, now: Following, doing: Doing) -> None:
    _change(session, now, doing, left_by=doing.n, left_act=doing.wish.act.value, left_at=doing.at)


def _change(session: Session, now: Following, doing: Doing, **values: Any) -> None:
    here = (ProcessStay.dossier_id == doing.dossier.id, ProcessStay.n == now.stay)
    session.execute(update(ProcessStay).where(*here).values(**values))
