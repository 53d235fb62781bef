"""How many dossiers lie with units, by state and by what is urgent, in one statement.

All of it is read from indexes alone: of a unit with thousands of open dossiers only what is counted by state is counted
one by one, the rest lies together.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    any_,
    bindparam,
    column,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy import Boolean as BooleanType
from sqlalchemy import Text as TextType
from sqlalchemy.orm import Session

from portal.dossiers.counted import QueueCounts
from portal.dossiers.life import State
from portal.dossiers.models import Dossier
from portal.dossiers.queueing import ALL, IS_OPEN, SENT_ON, Narrowing, absent_values, of_the_absent
from portal.dossiers.rows import AnySelect
from portal.procedures import queries as procedures
from portal.procedures.text import Text
from portal.reading import Written

_UNIT_IDS = bindparam("unit_ids", type_=ARRAY(BigInteger))
_KEEPER = bindparam("keeper_id", type_=BigInteger)
_AT, _SOON, _APOLOGY = (bindparam(name, type_=DateTime(timezone=True)) for name in ("at", "soon", "apology"))
_PROCEDURE = bindparam("procedure", type_=TextType)
_OF_KEEPER, _UNKEPT = bindparam("of_keeper", type_=BigInteger), bindparam("unkept", type_=BooleanType)
_NARROWED = (
    or_(_PROCEDURE.is_(None), Dossier.procedure_code == _PROCEDURE),
    or_(_OF_KEEPER.is_(None), Dossier.keeper_id == _OF_KEEPER),
    or_(~_UNKEPT, Dossier.keeper_id.is_(None)),
)
_WORKED_ON = Dossier.state == literal_column(f"'{State.IN_PROGRESS.value}'")
_KINDS: dict[str, tuple[ColumnElement[bool], ...]] = {
    "kept": (IS_OPEN, Dossier.keeper_id == _KEEPER),
    "proposed": (Dossier.proposal == literal_column("'made'"),),  # only of what is worked on
    "late": (_WORKED_ON, Dossier.urgent_at < _AT),
    "soon": (_WORKED_ON, Dossier.urgent_at >= _AT, Dossier.urgent_at < _SOON),
    "unapologised": (_WORKED_ON, Dossier.urgent_at < _APOLOGY, ~Dossier.extended),
}
_LENT = {"lent": (IS_OPEN, of_the_absent(), Dossier.keeper_id.is_distinct_from(_KEEPER))}


@cache
def _counts_of(of_keeper: bool, unkept: bool, procedure: bool, *, lent: bool) -> Written:
    """Rows of a kind and a number, of all units together; the kinds are states, those of _KINDS, and what is lent."""
    unit = func.unnest(_UNIT_IDS).table_valued(column("id", BigInteger)).render_derived(name="unit")
    mine = [Dossier.holder_unit_id == unit.c.id, *_narrowed(of_keeper, unkept, procedure)]
    by_state = select(Dossier.state.label("kind"), func.count().label("number")).where(*mine, IS_OPEN)
    each: list[AnySelect] = [
        select(literal_column(f"'{kind}'").label("kind"), func.count().label("number")).where(*mine, *only)
        for kind, only in (_KINDS | _LENT if lent else _KINDS).items()
    ]
    every = [by_state.group_by(Dossier.state), *each]
    found = union_all(*(one.correlate(unit) for one in every)).lateral("found")
    return Written(
        select(found.c.kind, func.sum(found.c.number).label("number"))
        .select_from(unit)
        .join(found, true())
        .group_by(found.c.kind)
    )


def _narrowed(of_keeper: bool, unkept: bool, procedure: bool) -> Iterator[ColumnElement[bool]]:
    if of_keeper:
        yield Dossier.keeper_id == _OF_KEEPER
    if unkept:
        yield Dossier.keeper_id.is_(None)
    if procedure:
        yield Dossier.procedure_code == _PROCEDURE


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
    rows = _counts_of(*narrowing.kinds, lent=bool(standing_in)).read(
        session,
        unit_ids=sorted(unit_ids),
        at=at,
        keeper_id=keeper_id,
        soon=soon or at,
        apology=apology or at,
        **absent_values(standing_in),
        of_keeper=narrowing.of_keeper,
        procedure=narrowing.procedure,
    )
    found = {row.kind: int(row.number) for row in rows}
    kinds = {kind: found.pop(kind, 0) for kind in _KINDS}
    kinds["kept"] += found.pop("lent", 0)
    return QueueCounts({State(state): number for state, number in found.items()}, **kinds)


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
    """Procedures and keepers of what is open and lies with these units, in two statements."""
    rows = _KINDS_THERE.read(session, unit_ids=sorted(unit_ids))
    codes = {row.procedure_code for row in rows}
    names = procedures.names_of(session, codes)
    named = {code: names.get(code, Text(code, code)) for code in codes}
    return Kinds(named, frozenset(row.keeper_id for row in rows if row.keeper_id))


_KINDS_THERE = Written(
    select(Dossier.procedure_code, Dossier.keeper_id)
    .where(Dossier.holder_unit_id == any_(_UNIT_IDS), IS_OPEN)
    .distinct()
)
