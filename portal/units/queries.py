"""Reading the register: one statement each, finished values."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.questions import Question
from portal.reading import Written
from portal.units.models import UnitFact, UnitSuccession

_COLUMNS = (
    UnitFact.unit_id,
    UnitFact.code,
    UnitFact.agency_code,
    UnitFact.name,
    UnitFact.name_en,
    UnitFact.kind,
    UnitFact.level,
    UnitFact.parent_id,
    UnitFact.valid_from,
    UnitFact.valid_to,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it is between two days (`valid_to` exclusive, None: until further notice)."""

    id: int
    code: str | None
    agency_code: str
    name: str
    name_en: str
    kind: str
    level: str
    parent_id: int | None
    valid_from: date
    valid_to: date | None

    def name_in(self, language: str) -> str:
        return self.name_en if language == "en" else self.name

    def authority_in(self, language: str) -> str:
        """Who acts for the unit: the People's Committee of a place, a department itself."""
        if self.kind in ("department", "government"):
            return self.name_in(language)
        if language == "en":
            return f"People's Committee of {self.name_en}"
        numbered = self.name.rpartition(" ")[2].isdigit()
        return f"Ủy ban nhân dân {self.name if numbered else self.name[:1].lower() + self.name[1:]}"


@dataclass(frozen=True, slots=True)
class Succession:
    """From `on`, `new_id` does what `old_id` did; `share` 1: the whole, None: not known how much."""

    old_id: int
    new_id: int
    share: Decimal | None
    on: date
    decision: str


def unit(session: Session, unit_id: int, *, on: date) -> Unit | None:
    """The unit as it is on that day; None where it does not exist then."""
    return unit_asked(unit_id, on=on).answer(session)


def unit_asked(unit_id: int, *, on: date) -> Question[Unit | None]:
    return Question(_UNIT, {"unit": unit_id, "on": on}, lambda rows: _unit(rows[0]) if rows else None)


def by_agency_code(session: Session, agency_code: str) -> Unit | None:
    """The unit that bears or bore the code, by the newest fact that has it. A code is never given twice."""
    return names_of(session, agency_codes=(agency_code,)).get(agency_code)


def names_of(session: Session, agency_codes: Collection[str]) -> dict[str, Unit]:
    """The unit of each known code, by the newest fact that has it; unknown codes are left out."""
    return names_asked(agency_codes).answer(session) if agency_codes else {}


def names_asked(agency_codes: Collection[str]) -> Question[dict[str, Unit]]:
    return Question(_NAMES_OF, {"codes": list(set(agency_codes))}, _by_code)


def names(session: Session) -> dict[str, Unit]:
    """The same for every code that was ever given."""
    return _by_code(_NAMES.read(session))


def units_on(
    session: Session, *, on: date, level: str | None = None, kinds: Collection[str] | None = None
) -> tuple[Unit, ...]:
    """The units of that day, in the order of the Vietnamese alphabet."""
    statement = _on(on)
    if level is not None:
        statement = statement.where(UnitFact.level == level)
    if kinds is not None:
        statement = statement.where(UnitFact.kind.in_(set(kinds)))
    statement = statement.order_by(UnitFact.sort_key, UnitFact.agency_code)
    return tuple(map(_unit, session.execute(statement)))


def within(session: Session, unit_id: int, *, on: date) -> frozenset[int]:
    """The unit itself and everything below it on that day."""
    top = select(UnitFact.unit_id.label("unit_id")).where(UnitFact.unit_id == unit_id, _in_force(on))
    below = top.cte("below", recursive=True)
    below = below.union(
        select(UnitFact.unit_id).join(below, UnitFact.parent_id == below.c.unit_id).where(_in_force(on))
    )
    return frozenset(session.scalars(select(below.c.unit_id))) | {unit_id}


def upwards(session: Session, unit_id: int, *, on: date) -> tuple[int, ...]:
    """The unit itself and those above it on that day, the nearest first; of one that ended, as on its last day."""
    last = select(UnitFact.valid_to).where(UnitFact.unit_id == unit_id, UnitFact.valid_from <= on)
    ended_on = session.scalar(last.order_by(UnitFact.valid_from.desc()).limit(1))
    on = on if ended_on is None or on < ended_on else ended_on - timedelta(days=1)
    start = select(UnitFact.unit_id, UnitFact.parent_id, literal(0).label("height"))
    above = start.where(UnitFact.unit_id == unit_id, _in_force(on)).cte("above", recursive=True)
    parent = select(UnitFact.unit_id, UnitFact.parent_id, above.c.height + 1)
    above = above.union(parent.join(above, UnitFact.unit_id == above.c.parent_id).where(_in_force(on)))
    found = session.scalars(select(above.c.unit_id).order_by(above.c.height))
    return tuple(dict.fromkeys((unit_id, *found)))


def successors(session: Session, unit_id: int) -> tuple[Succession, ...]:
    """Who took over from the unit, by day and by the alphabet; empty where nobody did or it is not known."""
    statement = (
        select(
            UnitSuccession.old_id,
            UnitSuccession.new_id,
            UnitSuccession.share,
            UnitSuccession.on,
            UnitSuccession.decision,
        )
        .join(UnitFact, and_(UnitFact.unit_id == UnitSuccession.new_id, _in_force(UnitSuccession.on)))
        .where(UnitSuccession.old_id == unit_id)
        .order_by(UnitSuccession.on, UnitFact.sort_key)
    )
    return tuple(Succession(*row) for row in session.execute(statement))


def every_fact(session: Session) -> list[Unit]:
    """All that was ever true of units, by agency code and day."""
    return [
        _unit(row) for row in session.execute(select(*_COLUMNS).order_by(UnitFact.agency_code, UnitFact.valid_from))
    ]


def every_succession(session: Session) -> list[Succession]:
    columns = (UnitSuccession.old_id, UnitSuccession.new_id, UnitSuccession.share, UnitSuccession.on)
    rows = session.execute(
        select(*columns, UnitSuccession.decision).order_by(
            UnitSuccession.on, UnitSuccession.old_id, UnitSuccession.new_id
        )
    )
    return [Succession(*row) for row in rows]


def _newest() -> Select[*tuple[Any, ...]]:
    statement = select(*_COLUMNS).ext(distinct_on(UnitFact.agency_code))
    return statement.order_by(UnitFact.agency_code, UnitFact.valid_from.desc())


def _by_code(rows: Iterable[Any]) -> dict[str, Unit]:
    return {found.agency_code: found for found in map(_unit, rows)}


def _on(day: date | BindParameter[date]) -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).where(_in_force(day))


def _in_force(day: date | BindParameter[date] | InstrumentedAttribute[date]) -> ColumnElement[bool]:
    return and_(UnitFact.valid_from <= day, or_(UnitFact.valid_to.is_(None), UnitFact.valid_to > day))


def _unit(row: Iterable[Any]) -> Unit:
    return Unit(*row)


_UNIT = Written(_on(bindparam("on", type_=Date)).where(UnitFact.unit_id == bindparam("unit", type_=BigInteger)))
_NAMES = Written(_newest())
_NAMES_OF = Written(_newest().where(UnitFact.agency_code == any_(bindparam("codes", type_=ARRAY(Text)))))
