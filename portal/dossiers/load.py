"""What a unit has to do and what it did, in numbers: by state and by officer, by day and by week."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ARRAY, BigInteger, DateTime, and_, any_, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from portal.dossiers.life import Act, State
from portal.dossiers.listed import LARGEST_PAGE, key_in, key_of
from portal.dossiers.models import Dossier, Step
from portal.dossiers.queueing import WITH_THE_DESK
from portal.dossiers.views import Page
from portal.procedures.text import Text
from portal.reading import Written

WEEK = timedelta(days=7)
COUNTED = (Act.RECEIVED, Act.PASSED, Act.RESOLVED, Act.RETURNED)

_UNIT_IDS = bindparam("unit_ids", type_=ARRAY(BigInteger))
_AT, _SOON = (bindparam(name, type_=DateTime(timezone=True)) for name in ("at", "soon"))
_SINCE, _UNTIL = (bindparam(name, type_=DateTime(timezone=True)) for name in ("since", "until"))
_WORKED_ON = Dossier.state == literal_column(f"'{State.IN_PROGRESS.value}'")
# As literals, so that the planner knows that the partial indexes hold what is asked.
_IS_COUNTED = Step.act.in_([literal_column(f"'{act.value}'") for act in COUNTED])
_TAKING_BACK = aliased(Step)
_STANDS = ~(
    select(_TAKING_BACK.dossier_id)
    .where(
        _TAKING_BACK.dossier_id == Step.dossier_id,
        _TAKING_BACK.entry == Step.entry + 1,
        _TAKING_BACK.act == literal_column(f"'{Act.CORRECTED.value}'"),
    )
    .exists()
)
"""What was taken back was not done."""
_PASSED = Step.act == literal_column(f"'{Act.PASSED.value}'")
_THEN = and_(Step.at >= _SINCE, Step.at < _UNTIL)

_LOAD = Written(
    select(
        Dossier.holder_unit_id.label("unit_id"),
        Dossier.keeper_id,
        Dossier.state,
        func.count().label("number"),
        func.count().filter(and_(_WORKED_ON, Dossier.urgent_at < _AT)).label("late"),
        func.count().filter(and_(_WORKED_ON, Dossier.urgent_at >= _AT, Dossier.urgent_at < _SOON)).label("soon"),
    )
    .where(
        Dossier.holder_unit_id == any_(_UNIT_IDS),
        Dossier.state.in_([literal_column(f"'{state.value}'") for state in sorted(WITH_THE_DESK)]),
    )
    .group_by(Dossier.holder_unit_id, Dossier.keeper_id, Dossier.state)
)
_DONE = Written(
    select(Step.act, func.count().label("number"))
    .where(Step.unit_id == any_(_UNIT_IDS), _IS_COUNTED, _THEN, _STANDS)
    .group_by(Step.act)
)
_COME = Written(
    select(func.count().label("number")).where(
        Step.to_unit_id == any_(_UNIT_IDS), _PASSED, Step.to_unit_id.is_not(None), _THEN, _STANDS
    )
)
_WEEK = func.floor(func.extract("epoch", Step.at - _SINCE) / literal_column(str(7 * 24 * 3600)))
_WEEKS = Written(
    select(
        _WEEK.label("week"),
        Step.act,
        func.count().label("number"),
        func.count().filter(Step.due_at < Step.at).label("late"),
    )
    .where(Step.unit_id == any_(_UNIT_IDS), _IS_COUNTED, _THEN, _STANDS)
    .group_by(literal_column("1"), Step.act)
)


@dataclass(frozen=True, slots=True)
class Week:
    """What units received and resolved in seven days, and how much of the latter too late."""

    since: datetime
    until: datetime
    received: int
    resolved: int
    late: int


@dataclass(frozen=True, slots=True)
class Load:
    """What of one state one officer has in a unit; nobody has it where `keeper_id` is None."""

    unit_id: int
    keeper_id: int | None
    state: State
    number: int
    late: int
    soon: int


@dataclass(frozen=True, slots=True)
class DoneRow:
    """One act of a unit, as a list of them shows it. Names nobody who filed."""

    reference: str
    procedure: Text
    at: datetime
    officer_id: int | None
    unit_code: str


def load_of(session: Session, *, unit_ids: Collection[int], at: datetime, soon: datetime) -> tuple[Load, ...]:
    """What lies with these units now; `late` and `soon` of what is in progress, as the queue counts them."""
    rows = _LOAD.read(session, unit_ids=sorted(unit_ids), at=at, soon=soon)
    return tuple(Load(row.unit_id, row.keeper_id, State(row.state), row.number, row.late, row.soon) for row in rows)


def traffic(session: Session, *, unit_ids: Collection[int], since: datetime, until: datetime) -> Mapping[str, int]:
    """How often these units did each of the counted acts, and `come`: how many were passed to them."""
    when = {"unit_ids": sorted(unit_ids), "since": since, "until": until}
    done = {row.act: row.number for row in _DONE.read(session, **when)}
    return {**{act.value: done.get(act.value, 0) for act in COUNTED}, "come": _COME.read(session, **when)[0].number}


def weeks(session: Session, *, unit_ids: Collection[int], since: datetime, number: int) -> tuple[Week, ...]:
    """The weeks from an instant on, one after another, in one statement."""
    until = since + number * WEEK
    rows = _WEEKS.read(session, unit_ids=sorted(unit_ids), since=since, until=until)
    found = {(int(row.week), row.act): row for row in rows}
    made = []
    for week in range(number):
        received, resolved = (found.get((week, act.value)) for act in (Act.RECEIVED, Act.RESOLVED))
        made.append(
            Week(
                since + week * WEEK,
                since + (week + 1) * WEEK,
                received.number if received else 0,
                resolved.number if resolved else 0,
                resolved.late if resolved else 0,
            )
        )
    return tuple(made)


def done_in(
    session: Session,
    kind: str,
    *,
    unit_ids: Collection[int],
    since: datetime,
    until: datetime,
    after: str | None = None,
    limit: int = 50,
) -> Page[DoneRow]:
    """What a figure of `traffic` counts, the latest first."""
    limit, before = min(limit, LARGEST_PAGE), key_in(after)
    mine = (
        and_(Step.to_unit_id.in_(unit_ids), _PASSED)
        if kind == "come"
        else and_(Step.unit_id.in_(unit_ids), Step.act == kind, _IS_COUNTED)
    )
    statement = (
        select(
            Dossier.reference,
            Dossier.procedure_vi,
            Dossier.procedure_en,
            Step.at,
            Step.officer_id,
            Step.unit_code,
            Step.dossier_id,
        )
        .join(Dossier, Dossier.id == Step.dossier_id)
        .where(mine, Step.at >= since, Step.at < until, _STANDS)
    )
    if before is not None:
        statement = statement.where(or_(Step.at < before[0], and_(Step.at == before[0], Step.dossier_id < before[1])))
    rows = session.execute(statement.order_by(Step.at.desc(), Step.dossier_id.desc()).limit(limit + 1)).all()
    shown = tuple(
        DoneRow(row.reference, Text(row.procedure_vi, row.procedure_en), row.at, row.officer_id, row.unit_code)
        for row in rows[:limit]
    )
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(shown, None if last is None else key_of(last.at, last.dossier_id))
