"""How many dossiers lie with units, by state and by what is urgent, in one statement."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, Boolean, DateTime, and_, any_, bindparam, func, literal_column, or_, select
from sqlalchemy import Text as TextType
from sqlalchemy.orm import Session

from portal.dossiers.counted import QueueCounts
from portal.dossiers.life import State
from portal.dossiers.models import Dossier
from portal.dossiers.queueing import ALL, SENT_ON, WITH_THE_DESK, Narrowing, absent_values, of_the_absent
from portal.procedures.text import Text
from portal.reading import Written

_UNIT_IDS = bindparam("unit_ids", type_=ARRAY(BigInteger))
_KEEPER = bindparam("keeper_id", type_=BigInteger)
_AT, _SOON, _APOLOGY = (bindparam(name, type_=DateTime(timezone=True)) for name in ("at", "soon", "apology"))
_PROCEDURE = bindparam("procedure", type_=TextType)
_OF_KEEPER, _UNKEPT = bindparam("of_keeper", type_=BigInteger), bindparam("unkept", type_=Boolean)
_NARROWED = (
    or_(_PROCEDURE.is_(None), Dossier.procedure_code == _PROCEDURE),
    or_(_OF_KEEPER.is_(None), Dossier.keeper_id == _OF_KEEPER),
    or_(~_UNKEPT, Dossier.keeper_id.is_(None)),
)
_WORKED_ON = Dossier.state == State.IN_PROGRESS.value
_COUNTS = Written(
    select(
        Dossier.state,
        func.count().label("number"),
        func.count().filter(or_(Dossier.keeper_id == _KEEPER, of_the_absent())).label("kept"),
        func.count().filter(Dossier.proposal == literal_column("'made'")).label("proposed"),
        func.count().filter(and_(_WORKED_ON, Dossier.urgent_at < _AT)).label("late"),
        func.count().filter(and_(_WORKED_ON, Dossier.urgent_at >= _AT, Dossier.urgent_at < _SOON)).label("soon"),
        func.count().filter(and_(_WORKED_ON, Dossier.urgent_at < _APOLOGY, ~Dossier.extended)).label("unapologised"),
    )
    .where(
        Dossier.holder_unit_id == any_(_UNIT_IDS),
        Dossier.state.in_([literal_column(f"'{state.value}'") for state in sorted(WITH_THE_DESK)]),
        *_NARROWED,
    )
    .group_by(Dossier.state)
)
_ELSEWHERE = Written(
    select(func.count().label("number")).where(
        Dossier.desk_unit_id == any_(_UNIT_IDS),
        Dossier.holder_unit_id != Dossier.desk_unit_id,
        Dossier.state.in_([literal_column(f"'{state.value}'") for state in sorted(SENT_ON)]),
        *_NARROWED,
    )
)


def counts(
    session: Session,
    *,
    unit_ids: Collection[int],
    at: datetime,
    keeper_id: int | None = None,
    standing_in: Collection[tuple[int, int]] = (),
    soon: datetime | None = None,
    apology: datetime | None = None,
    narrowing: Narrowing = ALL,
) -> QueueCounts:
    """How many dossiers lie with these units, by state, and how many this officer has, in one statement.

    `standing_in`: for whom, and in which unit: what those have is counted as the officer's.
    `soon`: until when it is called soon that one is due; `apology`: until when one without a new date is counted.
    """
    rows = _COUNTS.read(
        session,
        unit_ids=sorted(unit_ids),
        at=at,
        keeper_id=keeper_id,
        soon=soon or at,
        apology=apology or at,
        **absent_values(standing_in),
        **asdict(narrowing),
    )
    return QueueCounts(
        {State(row.state): row.number for row in rows},
        late=sum(row.late for row in rows),
        kept=sum(row.kept for row in rows),
        proposed=sum(row.proposed for row in rows),
        soon=sum(row.soon for row in rows),
        unapologised=sum(row.unapologised for row in rows),
    )


def elsewhere(session: Session, *, unit_ids: Collection[int], narrowing: Narrowing = ALL) -> int:
    """How many dossiers these units received and another now holds."""
    found = _ELSEWHERE.read(session, unit_ids=sorted(unit_ids), **asdict(narrowing))
    return int(found[0].number)


@dataclass(frozen=True, slots=True)
class Kinds:
    """What is there to narrow a list to."""

    procedures: Mapping[str, Text]
    keeper_ids: frozenset[int]


def kinds(session: Session, *, unit_ids: Collection[int]) -> Kinds:
    """Procedures and keepers of what is open and lies with these units, in one statement."""
    rows = session.execute(
        select(Dossier.procedure_code, Dossier.procedure_vi, Dossier.procedure_en, Dossier.keeper_id)
        .where(Dossier.holder_unit_id.in_(sorted(unit_ids)), Dossier.state.in_(sorted(WITH_THE_DESK)))
        .distinct()
    ).all()
    named = {row.procedure_code: Text(row.procedure_vi, row.procedure_en) for row in rows}
    return Kinds(named, frozenset(row.keeper_id for row in rows if row.keeper_id))
