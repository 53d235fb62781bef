"""A unit is divided: each successor gets what is chosen for it, one of them the rest, and nothing happens twice."""

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.dossiers import commands, opinions
from portal.dossiers.life import Actor, State
from portal.errors import Forbidden, Refused
from portal.people.queries import Role
from portal.reforms import commands as reforms
from portal.reforms import queries as reading
from portal.reforms import upkeep
from portal.reforms.commands import BATCH, Shared
from portal.transaction import unit_of_work
from tests.dossiers.making import Made, bring_to, make_dossier, staff
from tests.dossiers.records import check_chain, record
from tests.reforms.dividing import OTHER, divide
from tests.reforms.test_handing_over import (
    AFTER,
    AT,
    PROVINCE,
    SUCCESSOR,
    WARD_1,
    act,
    filed,
    number_of,
    order,
    see,
)
from tests.signing_in import make_citizen, make_officer

WARD_2 = "H06.31.02"
ANSWER = "Không nằm trong quy hoạch."


@pytest.fixture(autouse=True)
def divided(session: Session) -> Iterator[None]:
    before = upkeep._Installed.register_day
    upkeep.install(AFTER)
    divide(session, WARD_1)
    yield
    upkeep._Installed.register_day = before


def share(
    session: Session, references: Sequence[str], officers: Sequence[int] = (), *, new: str = OTHER, by: str = PROVINCE
) -> Shared:
    administrator = make_officer(session, by, "administrator")
    with unit_of_work(session):
        return reforms.share(
            session,
            old_unit_id=number_of(session, WARD_1),
            new_unit_id=number_of(session, new),
            references=references,
            officer_ids=officers,
            by_officer_id=administrator.id,
            roles=(Role(number_of(session, by), "administrator"),),
            at=AT,
            on=AFTER,
        )


def roles_of(session: Session, officer_id: int) -> set[tuple[int, str]]:
    session.rollback()
    held = "select unit_id, role from officer_role where officer_id = :o and valid_to is null"
    return {(row.unit_id, row.role) for row in session.execute(text(held), {"o": officer_id})}


def test_what_is_chosen_goes_to_one_and_the_rest_to_the_other(session: Session) -> None:
    chosen, rest = filed(session), filed(session)
    going, staying = (make_officer(session, WARD_1, "receiver") for _ in range(2))
    due = see(session, chosen).due_at
    assert share(session, [chosen.reference], [going.id]) == (1, 1)
    now = see(session, chosen)
    assert (now.holder.code, now.desk.code, now.due_at) == (OTHER, OTHER, due)
    assert see(session, rest).holder.code == WARD_1
    assert roles_of(session, going.id) == {(number_of(session, OTHER), "receiver")}
    assert roles_of(session, staying.id) == {(number_of(session, WARD_1), "receiver")}
    upkeep.carry_out(order(session))
    assert see(session, rest).holder.code == SUCCESSOR
    assert see(session, chosen).holder.code == OTHER
    assert roles_of(session, staying.id) == {(number_of(session, SUCCESSOR), "receiver")}
    for made in (chosen, rest):
        found = record(session, made.reference)
        check_chain(found)
        assert found.steps[-1].act == "handed_over"


def test_sent_twice_it_is_done_once(session: Session) -> None:
    made = filed(session)
    assert share(session, [made.reference]) == (1, 0)
    assert share(session, [made.reference]) == (0, 0)
    assert share(session, [made.reference], new=SUCCESSOR) == (0, 0)
    assert see(session, made).holder.code == OTHER
    session.rollback()
    (ending,) = (found for found in reading.endings(session, on=AFTER, today=AFTER) if found.unit.agency_code == WARD_1)
    assert [(one.new_unit_id, one.dossiers) for one in ending.orders] == [(number_of(session, OTHER), 1)]
    assert (ending.divided, ending.dossiers) == (True, 0)


def test_what_is_not_the_units_stays_where_it_is(session: Session) -> None:
    ended = filed(session, State.RETURNED)
    assert share(session, [ended.reference, "H06.31.02-250701-0001"]) == (0, 0)
    assert see(session, ended).holder.code == WARD_1


def test_nobody_divides_it_who_does_not_administer_it_nor_beyond_its_successors(session: Session) -> None:
    made = filed(session)
    with pytest.raises(Forbidden):
        share(session, [made.reference], by="H06.32")
    with pytest.raises(Refused, match="not_a_successor"):
        share(session, [made.reference], new="H29.703")
    with pytest.raises(Refused, match="too_many"):
        share(session, [str(number) for number in range(BATCH + 1)])


def asked(session: Session) -> Made:
    """A dossier of Ward 2, whose officers asked Ward 1 for its opinion."""
    other = make_dossier(session, make_citizen(session), agency_code=WARD_2)
    made = bring_to(session, other, State.IN_PROGRESS)
    facts = {"to_unit_id": number_of(session, WARD_1), "question": "Có trong quy hoạch không?", "hours": 8}
    return act(session, made, "ask_opinion", staff(session, made.unit), **facts)


def waiting(session: Session, code: str) -> list[str]:
    session.rollback()
    return [row.reference for row in opinions.waiting_for(session, unit_ids=[number_of(session, code)])]


def test_questions_that_wait_are_answered_by_whoever_gets_the_rest(session: Session) -> None:
    made = asked(session)
    officer = make_officer(session, WARD_1, "specialist")
    share(session, [], [officer.id])
    assert (waiting(session, OTHER), waiting(session, WARD_1)) == ([], [made.reference])
    order(session)
    assert (waiting(session, SUCCESSOR), waiting(session, WARD_1)) == ([made.reference], [])
    (task,) = opinions.waiting_for(session, unit_ids=[number_of(session, SUCCESSOR)])
    successor, reference = number_of(session, SUCCESSOR), made.reference
    by = Actor.officer(make_officer(session, SUCCESSOR, "specialist").id, [(successor, "specialist")])
    with unit_of_work(session):
        commands.give_opinion(
            session,
            reference=reference,
            by=by,
            opinion_id=task.id,
            at=AT,
            on=AFTER,
            answer=ANSWER,
        )
    assert waiting(session, SUCCESSOR) == []


def test_a_question_between_units_that_became_one_stays_to_be_answered(session: Session) -> None:
    made = asked(session)
    divide(session, WARD_1, to=WARD_2, on=date(2025, 1, 1))
    order(session, new=WARD_2, on=date(2025, 1, 1))
    assert waiting(session, WARD_2) == [made.reference]


def test_the_database_lets_a_question_go_to_a_successor_and_nowhere_else(session: Session) -> None:
    asked(session)
    for unit in (number_of(session, "H06.31.03"), number_of(session, WARD_2)):
        with pytest.raises(IntegrityError, match="asked and given once"):
            session.execute(text("update opinion set unit_id = :n"), {"n": unit})
        session.rollback()


def test_a_unit_that_has_nothing_left_but_a_question_still_waits_to_be_handed_over(session: Session) -> None:
    asked(session)
    (ending,) = (found for found in reading.endings(session, on=AFTER, today=AFTER) if found.unit.agency_code == WARD_1)
    assert (ending.opinions, ending.dossiers, ending.waits) == (1, 0, True)
