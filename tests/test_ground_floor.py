from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock, sealing
from portal.transaction import unit_of_work


def test_a_unit_of_work_that_fails_leaves_nothing(session: Session) -> None:
    session.execute(text("create table probe (n int)"))
    session.commit()
    with pytest.raises(ZeroDivisionError), unit_of_work() as work:
        work.execute(text("insert into probe values (1)"))
        raise ZeroDivisionError
    assert session.execute(text("select count(*) from probe")).scalar() == 0


def test_a_sealed_value_differs_each_time_and_opens_again() -> None:
    sealing.install_key(bytes(range(32)))
    once, again = sealing.seal("Nguyễn".encode()), sealing.seal("Nguyễn".encode())
    assert once != again
    assert sealing.unseal(once).decode() == "Nguyễn"


def test_an_instant_just_after_midnight_in_viet_nam_is_a_new_day() -> None:
    assert clock.local_day(datetime(2020, 6, 14, 17, 0, tzinfo=UTC)).day == 15
