"""Reading processes: which one is in force, where dossiers are in theirs, and how much lies in each step."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Subquery, bindparam, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger, DateTime, Text

from portal.processes.definition import Process, Step, parse
from portal.processes.models import ProcessStay, ProcessVersion
from portal.reading import Written
from portal.units import heirs

EVERYWHERE = ""  # the agency of a process for all that have none of their own


@dataclass(frozen=True, slots=True)
class Version:
    """A published state. `agency` "": of every agency that has none of its own."""

    id: int
    code: str
    agency: str
    number: int
    begins_at: datetime
    decision: Mapping[str, Any] | None
    content: list[Any]
    published_at: datetime
    published_by: int | None
    approved_by: int | None

    @property
    def process(self) -> Process:
        return parse(self.content)


@dataclass(frozen=True, slots=True)
class Stay:
    """A dossier's time in a step; open while `left_at` is None."""

    n: int
    version_id: int
    step: str
    unit_id: int
    entered_by: int
    entered_at: datetime
    due_at: datetime | None
    paused_at: datetime | None
    left_by: int | None
    left_act: str | None
    left_at: datetime | None

    def late(self, at: datetime) -> bool:
        """Whether the step's hours are, or were, used up; a clock that stands still is late if it was at the pause."""
        return self.due_at is not None and self.due_at < (self.left_at or self.paused_at or at)


@dataclass(frozen=True, slots=True)
class StepLoad:
    """What of a step lies with a unit now: how many dossiers, and how many of them past the step's hours."""

    unit_id: int
    code: str
    version_id: int
    number: int  # of the step in its process, from 1
    step: Step
    dossiers: int
    late: int


def in_force(session: Session, code: str, *, agency: str, at: datetime, on: date) -> Version | None:
    """The process by which this agency works on the procedure: its own, else an inherited one, else the one for all.

    None without any. By the day `on` of the register it inherits what its unit did under an earlier code, else what the
    nearest of those did that it was made from. Where several of these worked by different steps nobody can say which of
    them it takes over: none.
    """
    found = _IN_FORCE.read(session, code=code, agency=agency, at=at, on=on)
    known = {version.agency: (version, row[-1]) for row in found if (version := Version(*row[:-1]))}
    if agency in known:
        return known[agency][0]
    nearest = min((depth for _version, depth in known.values() if depth is not None), default=None)
    here = [version for version, depth in known.values() if depth is not None and depth == nearest]
    if here and all(one.content == here[0].content for one in here):
        return here[0]
    return known[EVERYWHERE][0] if EVERYWHERE in known else None


def version(session: Session, version_id: int) -> Version | None:
    rows = _BY_ID.read(session, id=version_id)
    return Version(*rows[0]) if rows else None


def of_procedure(session: Session, code: str) -> tuple[Version, ...]:
    """Every version, by agency, newest first."""
    statement = _versions().where(ProcessVersion.code == code)
    rows = session.execute(statement.order_by(ProcessVersion.agency, ProcessVersion.number.desc()))
    return tuple(Version(*row) for row in rows)


def newest(session: Session, code: str, *, agency: str) -> Version | None:
    """The last that was published for exactly this agency, in force or to come."""
    statement = _versions().where(ProcessVersion.code == code, ProcessVersion.agency == agency)
    row = session.execute(statement.order_by(ProcessVersion.number.desc()).limit(1)).one_or_none()
    return None if row is None else Version(*row)


def holding(session: Session, *, at: datetime) -> tuple[Version, ...]:
    """What is in force for each procedure and agency, by code."""
    row = ProcessVersion
    last = (
        select(row.code, row.agency, func.max(row.number).label("number"))
        .where(row.begins_at <= at)
        .group_by(row.code, row.agency)
        .subquery()
    )
    joined = _versions().join(
        last, (last.c.code == row.code) & (last.c.agency == row.agency) & (last.c.number == row.number)
    )
    return tuple(Version(*found) for found in session.execute(joined.order_by(row.code, row.agency)))


def stamp(session: Session, code: str, *, at: datetime) -> tuple[int, ...]:
    """What tells whether the public page of a procedure's processes may have changed: what has begun."""
    return tuple(row[0] for row in _BEGUN.read(session, code=code, at=at))


def open_stay() -> Subquery:
    """The step that each dossier is in, for the statement by which an act reads its dossier: one row or none."""
    row = ProcessStay
    return (
        select(
            row.dossier_id,
            row.n.label("stay_n"),
            row.version_id,
            row.step.label("stay_step"),
            row.due_at.label("stay_due_at"),
            row.paused_at.label("stay_paused_at"),
        )
        .where(row.left_at.is_(None))
        .subquery("stay")
    )


def stays(session: Session, dossier_id: int) -> tuple[Stay, ...]:
    """The way of a dossier through its process, oldest first; empty where it follows none."""
    return tuple(Stay(*row) for row in _STAYS.read(session, dossier=dossier_id))


def load(session: Session, unit_ids: Collection[int], *, at: datetime) -> tuple[StepLoad, ...]:
    """What lies with each of these units, by procedure and step in their order; two statements."""
    row = ProcessStay
    late = func.count().filter(row.due_at < func.coalesce(row.paused_at, at))
    statement = (
        select(row.unit_id, row.version_id, row.step, func.count().label("dossiers"), late.label("late"))
        .where(row.left_at.is_(None), row.unit_id.in_(list(unit_ids)))
        .group_by(row.unit_id, row.version_id, row.step)
    )
    found = session.execute(statement).all()
    ids = {one.version_id for one in found}
    versions = {one.id: one for one in _these(session, ids)} if ids else {}
    loads = [load for one in found if (load := _load(versions[one.version_id], one))]
    return tuple(sorted(loads, key=lambda one: (one.unit_id, one.code, one.version_id, one.number)))


def _load(of: Version, row: Any) -> StepLoad | None:
    step = of.process.step(row.step)
    if step is None:
        return None
    return StepLoad(row.unit_id, of.code, of.id, of.process.number(step.key), step, row.dossiers, row.late)


def _these(session: Session, ids: Collection[int]) -> list[Version]:
    return [Version(*row) for row in session.execute(_versions().where(ProcessVersion.id.in_(ids)))]


_COLUMNS = (
    ProcessVersion.id,
    ProcessVersion.code,
    ProcessVersion.agency,
    ProcessVersion.number,
    ProcessVersion.begins_at,
    ProcessVersion.decision,
    ProcessVersion.steps,
    ProcessVersion.published_at,
    ProcessVersion.published_by,
    ProcessVersion.approved_by,
)


def _versions() -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS)


_OF = heirs.codes_before()
_IN_FORCE = Written(
    select(*_COLUMNS, _OF.c.depth)
    .outerjoin(_OF, _OF.c.agency_code == ProcessVersion.agency)
    .where(
        ProcessVersion.code == bindparam("code", type_=Text),
        (ProcessVersion.agency == EVERYWHERE) | _OF.c.depth.is_not(None),
        ProcessVersion.begins_at <= bindparam("at", type_=DateTime(timezone=True)),
    )
    .ext(distinct_on(ProcessVersion.agency))
    .order_by(ProcessVersion.agency, ProcessVersion.number.desc())
)
_BY_ID = Written(_versions().where(ProcessVersion.id == bindparam("id", type_=BigInteger)))
_BEGUN = Written(
    select(ProcessVersion.id)
    .where(
        ProcessVersion.code == bindparam("code", type_=Text),
        ProcessVersion.begins_at <= bindparam("at", type_=DateTime(timezone=True)),
    )
    .order_by(ProcessVersion.id)
)
_STAYS = Written(
    select(
        ProcessStay.n,
        ProcessStay.version_id,
        ProcessStay.step,
        ProcessStay.unit_id,
        ProcessStay.entered_by,
        ProcessStay.entered_at,
        ProcessStay.due_at,
        ProcessStay.paused_at,
        ProcessStay.left_by,
        ProcessStay.left_act,
        ProcessStay.left_at,
    )
    .where(ProcessStay.dossier_id == bindparam("dossier", type_=BigInteger))
    .order_by(ProcessStay.n)
)
