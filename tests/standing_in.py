"""Stand-ins for tests, named as people name them and committed.

stand_in(session, absent, colleague)         # today and tomorrow, in Ward 1, named by the absent one
"""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal import clock
from portal.people import stand_ins
from portal.people.queries import Officer
from portal.transaction import unit_of_work
from tests.filing import WARD_1, unit_id_of


def today() -> date:
    """Asked for when it is needed: a run of the tests may go over midnight in Viet Nam."""
    return clock.local_day(clock.now())


def stand_in(
    session: Session,
    absent: Officer,
    colleague: Officer,
    *,
    by: Officer | None = None,
    agency_code: str = WARD_1,
    first_on: date | None = None,
    last_on: date | None = None,
    reason: str = "Nghỉ phép",
    at: datetime | None = None,
) -> int:
    """Its number."""
    at = at or clock.now()
    first_on = first_on or clock.local_day(at)
    wanted = stand_ins.Wanted(
        absent_id=absent.id,
        officer_id=colleague.id,
        unit_id=unit_id_of(session, agency_code),
        first_on=first_on,
        last_on=last_on or first_on + timedelta(days=1),
        reason=reason,
    )
    with unit_of_work(session):
        return stand_ins.name(session, wanted, by=(by or absent).id, at=at)
