"""Standing in for an absent officer: named for days in one unit, ended early where need be, never changed.

The absent one's own roles of the desk in that unit are lent, no others: never those of the catalogue or of an
administrator, and never what was lent to them. Who signs keeps signing with their own key.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, func, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from portal.clock import local_day
from portal.errors import Forbidden, NotFound, Refused
from portal.people import lending
from portal.people.models import Officer, OfficerRole, StandIn

LONGEST_DAYS = 90
FURTHEST = timedelta(days=366)
LONGEST_REASON = 500
MOST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to stand in for whom, where, and from which day to which, both included."""

    absent_id: int
    officer_id: int
    unit_id: int
    first_on: date
    last_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody at a unit's desk; `away_until` the last day of an absence in which somebody stands in for them."""

    id: int
    name: str
    title: str
    away_until: date | None


@dataclass(frozen=True, slots=True)
class Arranged:
    """One stand-in with the names of both; `reason` for whom it concerns alone."""

    id: int
    absent_id: int
    absent: str
    officer_id: int
    officer: str
    unit_id: int
    first_on: date
    last_on: date
    reason: str
    named_by: str
    named_at: datetime
    ended_at: datetime | None

    def is_open(self, on: date) -> bool:
        """Whether it holds or will hold."""
        return self.ended_at is None and self.last_on >= on

    def holds(self, on: date) -> bool:
        return self.ended_at is None and self.first_on <= on <= self.last_on


def name(session: Session, wanted: Wanted, *, by: int, at: datetime) -> int:
    """Name who stands in; its number, and that of before where just this was named by the same officer already.

    Forbidden("not_for_them") where `by` is neither the absent one nor a leader there. Refused: "stands_in_for_self",
    "days_turned", "day_past", "days_many" (limit=), "day_far" (latest=), "no_reason", "long_reason" (limit=),
    "absent_not_there", "stand_in_not_there", "stands_in_already", "chain".
    """
    today, reason = local_day(at), " ".join(wanted.reason.split())
    _check_days(wanted.first_on, wanted.last_on, today=today)
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused("long_reason" if reason else "no_reason", limit=LONGEST_REASON)
    if wanted.absent_id == wanted.officer_id:
        raise Refused("stands_in_for_self")
    _lock(session, {wanted.absent_id, wanted.officer_id})
    if by != wanted.absent_id and not _leads(session, by, wanted.unit_id, today):
        raise Forbidden("not_for_them")
    for who, code in ((wanted.absent_id, "absent_not_there"), (wanted.officer_id, "stand_in_not_there")):
        if not _has_role(session, who, wanted.unit_id, lending.DESK, wanted.first_on, wanted.last_on):
            raise Refused(code)
    again = _same(session, wanted, by)
    if again is not None:
        return again
    _check_others(session, wanted)
    row = StandIn(**{**asdict(wanted), "reason": reason}, named_by=by, named_at=at)
    session.add(row)
    session.flush()
    return row.id


def end(session: Session, stand_in_id: int, *, by: int, at: datetime) -> None:
    """End it now: by the absent one, by who stands in, or by a leader there; NotFound for all others.

    Refused("stand_in_over") where it is over already.
    """
    row = session.execute(
        select(StandIn.absent_id, StandIn.officer_id, StandIn.unit_id, StandIn.last_on, StandIn.ended_at)
        .where(StandIn.id == stand_in_id)
        .with_for_update()
    ).one_or_none()
    today = local_day(at)
    if row is None or not (by in (row.absent_id, row.officer_id) or _leads(session, by, row.unit_id, today)):
        raise NotFound
    if row.ended_at is not None or row.last_on < today:
        raise Refused("stand_in_over")
    session.execute(update(StandIn).where(StandIn.id == stand_in_id).values(ended_at=at, ended_by=by))


def of_officer(session: Session, officer_id: int, *, leads: Collection[int]) -> tuple[Arranged, ...]:
    """What an officer may see: their own on either side, and all of the units that they lead; the latest first."""
    mine = or_(StandIn.absent_id == officer_id, StandIn.officer_id == officer_id, StandIn.unit_id.in_(list(leads)))
    return _arranged(session, mine)


def arranged(session: Session, stand_in_id: int) -> Arranged:
    """One, whoever asks: for the letters that tell of it."""
    (found,) = _arranged(session, StandIn.id == stand_in_id)
    return found


def staff(session: Session, unit_id: int, *, on: date) -> tuple[Colleague, ...]:
    """The active officers at a unit's desk on that day, by name, in one statement."""
    away = select(func.max(StandIn.last_on)).where(
        StandIn.absent_id == Officer.id, StandIn.unit_id == unit_id, lending.in_force(_day(on))
    )
    here = select(OfficerRole.officer_id).where(
        OfficerRole.unit_id == unit_id, lending.at_the_desk(OfficerRole, _day(on))
    )
    rows = session.execute(
        select(Officer.id, Officer.name, Officer.title, away.scalar_subquery().label("away_until"))
        .where(Officer.active, Officer.id.in_(here))
        .order_by(Officer.name, Officer.id)
        .limit(500)
    )
    return tuple(Colleague(**row._mapping) for row in rows)


def standing_in_at(session: Session, unit_id: int, *, on: date) -> dict[int, int]:
    """Who stands in on that day in a unit, by the absent one: who still works there."""
    there = lending.in_force(_day(on)), lending.works_there(_day(on))
    rows = session.execute(select(StandIn.absent_id, StandIn.officer_id).where(StandIn.unit_id == unit_id, *there))
    return {row.absent_id: row.officer_id for row in rows}


def lent_to(session: Session, officer_id: int, *, on: date, lock: bool = False) -> frozenset[tuple[int, int, str]]:
    """(absent one, unit, role) for all that is lent to an officer on that day; `lock`: it holds until the commit."""
    statement = lending.lent_to(literal(officer_id), _day(on))
    if lock:
        statement = statement.with_for_update(read=True, of=StandIn)
    return frozenset((row.absent_id, row.unit_id, row.role) for row in session.execute(statement))


def _day(on: date) -> ColumnElement[date]:
    return literal(on, Date)


def _check_days(first_on: date, last_on: date, *, today: date) -> None:
    if last_on < first_on:
        raise Refused("days_turned")
    if first_on < today:
        raise Refused("day_past")
    if (last_on - first_on).days >= LONGEST_DAYS:
        raise Refused("days_many", limit=LONGEST_DAYS)
    if last_on > today + FURTHEST:
        raise Refused("day_far", latest=today + FURTHEST)


def _lock(session: Session, officer_ids: Collection[int]) -> None:
    """Both officers, always in the same order: two requests at once can make neither an overlap nor a chain."""
    locked = select(Officer.id).where(Officer.id.in_(sorted(officer_ids))).order_by(Officer.id)
    session.execute(locked.with_for_update(key_share=True)).all()


def _leads(session: Session, officer_id: int, unit_id: int, on: date) -> bool:
    return _has_role(session, officer_id, unit_id, ("leader",), on, on)


def _has_role(  # noqa: PLR0917 - whose, where, which, and two days
    session: Session, officer_id: int, unit_id: int, roles: Collection[str], first_on: date, last_on: date
) -> bool:
    """Whether an active officer has one of these roles throughout."""
    row = OfficerRole
    held = (
        select(row.id)
        .join(Officer, Officer.id == row.officer_id)
        .where(row.officer_id == officer_id, row.unit_id == unit_id, row.role.in_(list(roles)), Officer.active)
        .where(row.valid_from <= first_on, or_(row.valid_to.is_(None), row.valid_to > last_on))
    )
    return session.execute(held.limit(1)).first() is not None


def _same(session: Session, wanted: Wanted, by: int) -> int | None:
    row, facts = StandIn, asdict(wanted)
    facts.pop("reason")  # sealed: it is never searched
    same = select(row.id).filter_by(**facts, named_by=by, ended_at=None)
    return session.execute(same.limit(1)).scalar_one_or_none()


def _check_others(session: Session, wanted: Wanted) -> None:
    """Nobody is replaced twice in one unit; who stands in is not absent then, nor does the absent one stand in."""
    row = StandIn
    meanwhile = (row.ended_at.is_(None), row.first_on <= wanted.last_on, row.last_on >= wanted.first_on)
    twice = select(row.id).where(row.absent_id == wanted.absent_id, row.unit_id == wanted.unit_id, *meanwhile)
    if session.execute(twice.limit(1)).first() is not None:
        raise Refused("stands_in_already")
    either = or_(row.absent_id == wanted.officer_id, row.officer_id == wanted.absent_id)
    if session.execute(select(row.id).where(either, *meanwhile).limit(1)).first() is not None:
        raise Refused("chain")


def _arranged(session: Session, mine: ColumnElement[bool]) -> tuple[Arranged, ...]:
    row, absent, officer, namer = StandIn, aliased(Officer), aliased(Officer), aliased(Officer)
    rows = session.execute(
        select(
            row.id,
            row.absent_id,
            absent.name.label("absent"),
            row.officer_id,
            officer.name.label("officer"),
            row.unit_id,
            row.first_on,
            row.last_on,
            row.reason,
            namer.name.label("named_by"),
            row.named_at,
            row.ended_at,
        )
        .join(absent, absent.id == row.absent_id)
        .join(officer, officer.id == row.officer_id)
        .join(namer, namer.id == row.named_by)
        .where(mine)
        .order_by(row.last_on.desc(), row.id.desc())
        .limit(MOST)
    )
    return tuple(Arranged(**found._mapping) for found in rows)
