"""Processes from files: loaded at every start of an installation, whatever was published meanwhile."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.procedures.schema import Fault
from portal.processes import commands
from portal.processes.sources import Source
from portal.transaction import unit_of_work
from tests.processes.making import ON, content, publish, usual


def test_what_was_loaded_and_has_a_later_version_by_now_is_loaded_again_as_nothing(session: Session) -> None:
    """The installation loads its files at every start, also after an editor published the next version of one."""
    publish(session, usual())
    publish(session, usual(hours=2), version=2, valid_from="2020-03-01")
    again = Source(Path("x.json"), content(usual()))
    with unit_of_work(session):
        assert commands.load(session, [again], at=datetime(2020, 6, 1, tzinfo=UTC), on=ON) == (0, 1)
    other = Source(Path("x.json"), content(usual(hours=3)))
    with pytest.raises(Invalid) as refused, unit_of_work(session):
        commands.load(session, [other], at=datetime(2020, 6, 1, tzinfo=UTC), on=ON)
    assert "version_published" in {fault.code for fault in refused.value.problems if isinstance(fault, Fault)}
