"""How many dossiers lie with units, by state and by what is urgent, in one statement.

All of it is read from indexes alone: of a unit with thousands of open dossiers only what is counted by state is counted
one by one, the rest lies together.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

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
    select,
    true,
    union_all,
)
from sqlalchemy import Text as TextType
from sqlalchemy.orm import Session

from portal.dossiers.counted import QueueCounts
from portal.dossiers.life import State
from portal.dossiers.models import Dossier
from portal.dossiers.queueing import ALL, IS_OPEN, SENT_ON, Narrowing, absent_values, of_the_absent
from portal.dossiers.rows import AnyRow, AnySelect
from portal.procedures import queries as procedures
from portal.procedures.text import Text
from portal.questions import Question
from portal.reading import Written

_UNIT_IDS = bindparam("unit_ids", type_=ARRAY(BigInteger))
_KEEPER = bindparam("keeper_id", type_=BigInteger)
_AT, _SOON, _APOLOGY = (bindparam(name, type_=DateTime(timezone=True)) for name in ("at", "soon", "apology"))
_UNIT_ID = bindparam("unit_id", type_=BigInteger)
_PROCEDURE, _OF_KEEPER = bindparam("procedure", type_=TextType), bindparam("of_keeper", type_=BigInteger)
_WORKED_ON = Dossier.state == literal_column(f"'{State.IN_PROGRESS.value}'")
_KINDS: dict[str, tuple[ColumnElement[bool], ...]] = {
    "proposed": (Dossier.proposal == literal_column("'made'"),),  # only of what is worked on
    "late": (_WORKED_ON, Dossier.urgent_at < _AT),
    "soon": (_WORKED_ON, Dossier.urgent_at >= _AT, Dossier.urgent_at < _SOON),
    "unapologised": (_WORKED_ON, Dossier.urgent_at < _APOLOGY, ~Dossier.extended),
}
_LENT = {"lent": (IS_OPEN, of_the_absent(), Dossier.keeper_id.is_distinct_from(_KEEPER))}


@cache
def _counts_of(of_keeper: bool, unkept: bool, procedure: bool, *, lent: bool, alone: bool) -> Written:
    """Rows of a kind, a number and how many of these the officer has; the kinds are states, those of _KINDS, and what
    is lent.

    `alone`: of one unit, which most officers work for. PostgreSQL then settles on one plan: of an array it does not
    know the length, and planning costs three times as much as counting.
    """
    narrowed = tuple(_narrowed(of_keeper, unkept, procedure))
    if alone:
        each = union_all(*_each_count([Dossier.holder_unit_id == _UNIT_ID, *narrowed], lent=lent)).subquery("found")
        return Written(select(each.c.kind, each.c.number, each.c.kept))
    unit = func.unnest(_UNIT_IDS).table_valued(column("id", BigInteger)).render_derived(name="unit")
    every = _each_count([Dossier.holder_unit_id == unit.c.id, *narrowed], lent=lent)
    found = union_all(*(one.correlate(unit) for one in every)).lateral("found")
    numbers = (func.sum(column).label(column.key) for column in (found.c.number, found.c.kept))
    total = select(found.c.kind, *numbers)
    return Written(total.select_from(unit).join(found, true()).group_by(found.c.kind))


def _each_count(mine: Sequence[ColumnElement[bool]], *, lent: bool) -> list[AnySelect]:
    """All that is open is looked at once, for its states and for what the officer has; of the rest a few each."""
    number, kept = func.count().label("number"), func.count().filter(Dossier.keeper_id == _KEEPER).label("kept")
    by_state = select(Dossier.state.label("kind"), number, kept).where(*mine, IS_OPEN)
    none = literal_column("0", BigInteger).label("kept")
    each: list[AnySelect] = [
        select(literal_column(f"'{kind}'").label("kind"), number, none).where(*mine, *only)
        for kind, only in (_KINDS | _LENT if lent else _KINDS).items()
    ]
    return [by_state.group_by(Dossier.state), *each]


def _narrowed(of_keeper: bool, unkept: bool, procedure: bool) -> Iterator[ColumnElement[bool]]:
    if of_keeper:
        yield Dossier.keeper_id == _OF_KEEPER
    if unkept:
        yield Dossier.keeper_id.is_(None)
    if procedure:
        yield Dossier.procedure_code == _PROCEDURE


@cache
def _elsewhere_of(of_keeper: bool, unkept: bool, procedure: bool, *, alone: bool) -> Written:
    received = Dossier.desk_unit_id == (_UNIT_ID if alone else any_(_UNIT_IDS))
    sent_on = Dossier.state.in_([literal_column(f"'{state.value}'") for state in sorted(SENT_ON)])
    return Written(
        select(func.count().label("number")).where(
            received,
            Dossier.holder_unit_id != Dossier.desk_unit_id,
            sent_on,
            *_narrowed(of_keeper, unkept, procedure),
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
    """What `counts_asked` asks."""
    asked = counts_asked(
        unit_ids=unit_ids,
        at=at,
        keeper_id=keeper_id,
        standing_in=standing_in,
        soon=soon or at,
        apology=apology or at,
        narrowing=narrowing,
    )
    return asked.answer(session)


def counts_asked(
    *,
    unit_ids: Collection[int],
    at: datetime,
    keeper_id: int | None,
    standing_in: Collection[tuple[int, int]],
    soon: datetime,
    apology: datetime,
    narrowing: Narrowing,
) -> Question[QueueCounts]:
    """How many dossiers lie with these units, by state, and how many this officer has.

    `standing_in`: for whom, and in which unit: what those have is counted as the officer's.
    `soon`: until when it is called soon that one is due; `apology`: until when one without a new date is counted.
    """
    values = {"at": at, "keeper_id": keeper_id, "soon": soon, "apology": apology, **absent_values(standing_in)}
    written = _counts_of(*narrowing.kinds, lent=bool(standing_in), alone=len(unit_ids) == 1)
    return Question(written, {**values, **_values(unit_ids, narrowing)}, _counted)


def _counted(rows: Iterable[AnyRow]) -> QueueCounts:
    listed = list(rows)
    found = {row.kind: int(row.number) for row in listed}
    kinds = {kind: found.pop(kind, 0) for kind in _KINDS}
    kept = sum(int(row.kept) for row in listed) + found.pop("lent", 0)
    return QueueCounts({State(state): number for state, number in found.items()}, kept=kept, **kinds)


def elsewhere_asked(*, unit_ids: Collection[int], narrowing: Narrowing = ALL) -> Question[int]:
    """How many dossiers these units received and another now holds."""
    written = _elsewhere_of(*narrowing.kinds, alone=len(unit_ids) == 1)
    return Question(written, _values(unit_ids, narrowing), lambda rows: int(rows[0].number))


def _values(unit_ids: Collection[int], narrowing: Narrowing) -> dict[str, Any]:
    listed = sorted(unit_ids)
    units = {"unit_ids": listed, "unit_id": listed[0] if listed else None}
    return {**units, "of_keeper": narrowing.of_keeper, "procedure": narrowing.procedure}


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
