"""Two administrators of the province, and changes that they make."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal import clock
from portal.calendars import commands
from portal.calendars.wishes import Wanted
from portal.people.queries import Officer
from portal.transaction import unit_of_work
from portal.units import queries as units
from tests.filing import REGISTER_DAY, WARD_1
from tests.signing_in import make_officer

STORM = Wanted(0, "off", date(2026, 11, 30), "Nghỉ bão", "Công điện 12/CĐ-UBND ngày 29/11/2026", "Closed for a storm")
FULL = ("07:30-11:30, 13:00-17:00",) * 5
SATURDAY = Wanted(
    0, "hours", date(2026, 1, 1), "Làm việc sáng thứ Bảy", "Thông báo 5/TB-UBND", weekly=(*FULL, "7h30-11h30", "")
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Who enters, who signs, and the province they answer for."""

    session: Session
    one: Officer
    other: Officer
    administers: frozenset[int]

    def enter(self, wanted: Wanted, *, code: str = "H06", at: datetime | None = None, **changes: Any) -> int:
        wanted = replace(wanted, unit_id=unit_id(self.session, code), **changes)
        with unit_of_work(self.session):
            return commands.enter(
                self.session,
                wanted,
                by=self.one.id,
                administers=self.administers,
                at=at or clock.now(),
                on=REGISTER_DAY,
            )

    def sign(self, change_id: int, *, by: Officer | None = None, at: datetime | None = None) -> tuple[str, ...]:
        with unit_of_work(self.session):
            return commands.sign(
                self.session,
                change_id,
                by=(by or self.other).id,
                administers=self.administers,
                at=at or clock.now(),
                on=REGISTER_DAY,
            )

    def make(self, wanted: Wanted, **options: Any) -> tuple[str, ...]:
        return self.sign(self.enter(wanted, **options), at=options.get("at"))


def pair(session: Session, *, administers: frozenset[int] | None = None) -> Pair:
    one = make_officer(session, "H06.01", "administrator", name="Kiều Thị Quản Trị")
    other = make_officer(session, "H06.01", "administrator", name="Phan Văn Quản Trị")
    if administers is None:
        administers = commands.reach(session, {unit_id(session, "H06.01")}, on=REGISTER_DAY)
    return Pair(session, one, other, administers)


def unit_id(session: Session, code: str = WARD_1) -> int:
    unit = units.by_agency_code(session, code)
    assert unit is not None
    return unit.id
