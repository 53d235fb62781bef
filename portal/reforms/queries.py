"""What is to be handed over, and what was: reads, as finished values."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.dossiers import at_units, counter, opinions
from portal.people import queries as people
from portal.reforms.models import HandOver
from portal.units import queries as units
from portal.units.queries import Succession, Unit


@dataclass(frozen=True, slots=True)
class Order:
    """An order to hand over, and how far it is."""

    id: int
    old_unit_id: int
    new_unit_id: int
    decision: str
    ordered_by: int
    ordered_at: datetime
    officers: int
    dossiers: int
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ending:
    """A unit that has ended, as it was on its last day, with its successors as they are now and what is still with it.

    `running` counts dossiers by state, `officers` those with a role there today, `opinions` questions that wait for its
    answer, `drafts` what is being written at its counter. `orders`: what was handed over so far, the newest last.
    """

    unit: Unit
    successors: tuple[Unit, ...]
    on: date
    decision: str
    running: dict[str, int]
    officers: int
    opinions: int
    drafts: int
    orders: tuple[Order, ...]

    @property
    def order(self) -> Order | None:
        """The newest one."""
        return self.orders[-1] if self.orders else None

    @property
    def divided(self) -> bool:
        return len(self.successors) > 1

    @property
    def dossiers(self) -> int:
        return sum(self.running.values())

    @property
    def waits(self) -> bool:
        """Whether an administrator has something to order."""
        return bool(self.dossiers or self.officers or self.opinions or self.drafts) and (
            self.order is None or self.order.done_at is not None
        )


def endings(session: Session, *, on: date, today: date) -> tuple[Ending, ...]:
    """Units that ended by a day of the register and have successors, newest first; in a fixed number of statements.

    Roles of officers are those of `today`, whatever day the register is read for.
    """
    ended = _ended(units.every_succession(session), on=on)
    if not ended:
        return ()
    facts = units.every_fact(session)
    running = at_units.running(session, unit_ids=ended)
    officers = people.officers_at(session, unit_ids=ended, on=today)
    questions = opinions.open_at(session, unit_ids=ended)
    drafts = counter.waiting_at(session, unit_ids=ended)
    orders = _orders(session, ended)
    found = [
        Ending(
            unit=_as_it_was(facts, old_id, found[0].on),
            successors=tuple(unit for one in found if (unit := _as_it_is(facts, one.new_id, on))),
            on=found[0].on,
            decision=found[0].decision,
            running=running.get(old_id, {}),
            officers=officers.get(old_id, 0),
            opinions=questions.get(old_id, 0),
            drafts=drafts.get(old_id, 0),
            orders=tuple(orders.get(old_id, ())),
        )
        for old_id, found in ended.items()
    ]
    return tuple(sorted(found, key=lambda ending: (-ending.on.toordinal(), ending.unit.agency_code)))


def in_reach(session: Session, found: Iterable[Ending], *, unit_ids: Collection[int], on: date) -> tuple[Ending, ...]:
    """Those that an administrator of these units may order: of either unit, or of one above the old or the new one."""
    now = frozenset[int]().union(*(units.within(session, unit_id, on=on) for unit_id in unit_ids))
    kept, found = [], list(found)
    for day in {ending.on for ending in found}:
        then = frozenset[int]().union(
            *(units.within(session, unit_id, on=day - timedelta(days=1)) for unit_id in unit_ids)
        )
        kept += [
            ending
            for ending in found
            if ending.on == day and (ending.unit.id in then or now & {unit.id for unit in ending.successors})
        ]
    return tuple(ending for ending in found if ending in kept)


def _ended(successions: Iterable[Succession], *, on: date) -> dict[int, list[Succession]]:
    ended: dict[int, list[Succession]] = {}
    for one in successions:
        if one.on <= on:
            ended.setdefault(one.old_id, []).append(one)
    return ended


def _as_it_was(facts: Iterable[Unit], unit_id: int, ended_on: date) -> Unit:
    last = ended_on - timedelta(days=1)
    return max((fact for fact in facts if fact.id == unit_id and fact.valid_from <= last), key=lambda f: f.valid_from)


def _as_it_is(facts: Iterable[Unit], unit_id: int, on: date) -> Unit | None:
    for fact in facts:
        if fact.id == unit_id and fact.valid_from <= on and (fact.valid_to is None or on < fact.valid_to):
            return fact
    return None


def _orders(session: Session, old_unit_ids: Iterable[int]) -> dict[int, list[Order]]:
    rows = session.execute(
        select(HandOver.__table__).where(HandOver.old_unit_id.in_(list(old_unit_ids))).order_by(HandOver.id)
    )
    found: dict[int, list[Order]] = {}
    for row in rows:
        found.setdefault(row.old_unit_id, []).append(Order(*row))
    return found


def unfinished(session: Session) -> tuple[int, ...]:
    """The orders that are not carried out yet, the oldest first."""
    return tuple(session.scalars(select(HandOver.id).where(HandOver.done_at.is_(None)).order_by(HandOver.id)))
