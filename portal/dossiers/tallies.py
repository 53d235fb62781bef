"""How many dossiers lie with units, by state and by what is urgent, in one statement."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, DateTime, and_, any_, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from portal.dossiers.counted import QueueCounts
from portal.dossiers.life import State
from portal.dossiers.lists import WITH_THE_DESK
from portal.dossiers.models import Dossier
from portal.reading import Written

_UNIT_IDS = bindparam("unit_ids", type_=ARRAY(BigInteger))
_KEEPER = bindparam("keeper_id", type_=BigInteger)
_AT, _SOON, _APOLOGY = (bindparam(name, type_=DateTime(timezone=True)) for name in ("at", "soon", "apology"))
_WORKED_ON = Dossier.state == State.IN_PROGRESS.value
_COUNTS = Written(
    select(
        Dossier.state,
        func.count().label("number"),
        func.count().filter(Dossier.keeper_id == _KEEPER).label("kept"),
        func.count().filter(Dossier.proposal == literal_column("'made'")).label("proposed"),
        func.count().filter(and_(_WORKED_ON, Dossier.urgent_at < _AT)).label("late"),
        func.count().filter(and_(_WORKED_ON, Dossier.urgent_at >= _AT, Dossier.urgent_at < _SOON)).label("soon"),
        func.count().filter(and_(_WORKED_ON, Dossier.urgent_at < _APOLOGY, ~Dossier.extended)).label("unapologised"),
    )
    .where(
        Dossier.holder_unit_id == any_(_UNIT_IDS),
        Dossier.state.in_([literal_column(f"'{state.value}'") for state in sorted(WITH_THE_DESK)]),
    )
    .group_by(Dossier.state)
)


def counts(
    session: Session,
    *,
    unit_ids: Collection[int],
    at: datetime,
    keeper_id: int | None = None,
    soon: datetime | None = None,
    apology: datetime | None = None,
) -> QueueCounts:
    """How many dossiers lie with these units, by state, and how many this officer has, in one statement.

    `soon`: until when it is called soon that one is due; `apology`: until when one without a new date is counted.
    """
    rows = _COUNTS.read(
        session, unit_ids=sorted(unit_ids), at=at, keeper_id=keeper_id, soon=soon or at, apology=apology or at
    )
    return QueueCounts(
        {State(row.state): row.number for row in rows},
        late=sum(row.late for row in rows),
        kept=sum(row.kept for row in rows),
        proposed=sum(row.proposed for row in rows),
        soon=sum(row.soon for row in rows),
        unapologised=sum(row.unapologised for row in rows),
    )
