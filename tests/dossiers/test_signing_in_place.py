"""Whoever stands in signs with their own certificate or not at all: nobody's signature is lent."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands, paper_signing
from portal.dossiers.life import Actor, Outcome
from portal.dossiers.signed_papers import Paper
from portal.files import signature_reading
from portal.people import stand_ins
from portal.people.queries import Officer
from portal.transaction import unit_of_work
from tests import filing
from tests.dossiers.test_paper_signing import RESULT, Desk, data_of, papers, received, stored
from tests.signatures.installed import signing
from tests.signing_in import make_citizen, make_officer
from tests.standing_in import stand_in


@pytest.fixture
def second(session: Session) -> Officer:
    """A specialist with a certificate of their own."""
    return make_officer(session, filing.WARD_1, "specialist", name="Đặng Văn Mẫu Thay")


@pytest.fixture
def desk(session: Session, tmp_path: Path, second: Officer) -> Iterator[Desk]:
    receiver, leader = (filing.officer_of(session, filing.WARD_1, role) for role in ("receiver", "leader"))
    person = make_citizen(session)
    with signing(tmp_path / "signing", session, receiver, leader, second) as authority:
        yield Desk(authority, receiver, leader, person, filing.file_dossier(session, person))


def in_place(session: Session, command: Any, desk: Desk, by: Officer, seen: int, **facts: Any) -> None:
    own = filing.actor(by, session)
    lent = stand_ins.lent_to(session, by.id, on=clock.local_day(clock.now()))
    session.rollback()
    actor = Actor.officer(by.id, own.roles, lent)
    with unit_of_work(session):
        command(session, reference=desk.reference, by=actor, seen=seen, at=clock.now(), on=filing.REGISTER_DAY, **facts)


def signed(session: Session, desk: Desk) -> Paper:
    result = papers(session, desk)[-1]
    paper_signing.sign(result.id, at=clock.now())
    return papers(session, desk)[-1]


def signers(session: Session, desk: Desk, paper: Paper) -> list[str]:
    return [str(one.signer) for one in signature_reading.read(data_of(session, desk, paper), at=clock.now()).found]


def test_what_is_decided_in_the_place_of_a_leader_waits_where_the_stand_in_has_no_certificate(
    session: Session, desk: Desk
) -> None:
    received(session, desk)
    filing.act(session, commands.take_up, desk.reference, desk.leader)
    specialist = filing.officer_of(session, filing.WARD_1, "specialist")
    stand_in(session, desk.leader, specialist)
    in_place(session, commands.resolve, desk, specialist, 3, outcome=Outcome.GRANTED, files=(stored(RESULT),))
    paper = signed(session, desk)
    assert (paper.signed_at, paper.waits_for) == (None, "no_certificate")


def test_what_is_decided_in_the_place_of_a_leader_is_signed_by_who_stands_in(
    session: Session, desk: Desk, second: Officer
) -> None:
    received(session, desk)
    filing.act(session, commands.take_up, desk.reference, desk.leader)
    stand_in(session, desk.leader, second)
    in_place(session, commands.resolve, desk, second, 3, outcome=Outcome.GRANTED, files=(stored(RESULT),))
    found = signers(session, desk, signed(session, desk))
    assert found[0] == f"{second.name} (DEMO)"
    assert all(desk.leader.name not in one for one in found)


def test_what_is_approved_in_the_place_of_a_leader_is_signed_by_who_approved(
    session: Session, desk: Desk, second: Officer
) -> None:
    received(session, desk)
    specialist = filing.officer_of(session, filing.WARD_1, "specialist")
    words: dict[str, Any] = {"outcome": Outcome.GRANTED, "reason": "Đủ điều kiện."}
    filing.act(session, commands.propose, desk.reference, specialist, **words)
    stand_in(session, desk.leader, second)
    in_place(session, commands.approve, desk, second, 3)
    filing.act(session, commands.resolve, desk.reference, specialist, outcome=Outcome.GRANTED, files=(stored(RESULT),))
    found = signers(session, desk, signed(session, desk))
    assert found[0] == f"{second.name} (DEMO)"
    assert all(desk.leader.name not in one for one in found)


def test_who_decides_otherwise_than_was_approved_signs_that_themself(
    session: Session, desk: Desk, second: Officer
) -> None:
    """A leader's approval of one decision puts their name to no other."""
    received(session, desk)
    words: dict[str, Any] = {"outcome": Outcome.REFUSED, "reason": "Không đủ điều kiện."}
    filing.act(session, commands.propose, desk.reference, second, **words)
    filing.act(session, commands.approve, desk.reference, desk.leader)
    filing.act(session, commands.resolve, desk.reference, second, outcome=Outcome.GRANTED, files=(stored(RESULT),))
    found = signers(session, desk, signed(session, desk))
    assert found[0] == f"{second.name} (DEMO)"
    assert all(desk.leader.name not in one for one in found)
