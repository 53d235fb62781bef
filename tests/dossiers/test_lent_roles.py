"""An officer who stands in for a colleague: what the table lets them do, as whom, and that two eyes stay two eyes."""

from dataclasses import replace

import pytest

from portal.dossiers import life
from portal.dossiers.life import LEADER, RECEIVER, SPECIALIST, Act, Actor, Proposal, Standing, State
from portal.dossiers.standing import Last

PERSON, HOLDER, DESK, OTHER = 7, 20, 10, 99
ME, ABSENT, SECOND = 1, 5, 6


def kept(by: int | None) -> Standing:
    return Standing(State.IN_PROGRESS, True, False, PERSON, DESK, HOLDER, keeper_id=by)


def stand_in(*lent: tuple[int, int, str], own: str = SPECIALIST) -> Actor:
    return Actor.officer(ME, [(HOLDER, own)], lent)


def as_whom(act: Act, now: Standing, by: Actor) -> list[int | None]:
    """In which capacities it may be done, the one that is taken first."""
    row = life.transition(act, now)
    assert row is not None
    return [one.for_id for one in life.capacities(row, now, by)]


def test_nobody_approves_what_they_proposed_nor_what_the_one_they_stand_in_for_proposed() -> None:
    by = stand_in((ABSENT, HOLDER, LEADER), own=LEADER)
    made = replace(kept(8), proposal=Proposal.MADE)
    others = replace(made, proposer_id=8)
    assert Act.APPROVED in life.possible(others, by)
    for proposed in (
        replace(made, proposer_id=ME),
        replace(made, proposer_id=ABSENT),
        replace(made, proposer_id=8, proposer_for_id=ME),
        replace(made, proposer_id=8, proposer_for_id=ABSENT),
    ):
        for act in (Act.APPROVED, Act.SENT_BACK):
            row = life.transition(act, proposed)
            assert row is not None
            assert life.capacities(row, proposed, by) == ()
            assert life.bar(row, proposed, by) == "four_eyes"
    absent = Actor.officer(ABSENT, [(HOLDER, LEADER)])
    assert Act.APPROVED not in life.possible(replace(made, proposer_id=ME, proposer_for_id=ABSENT), absent)
    elsewhere = stand_in((ABSENT, OTHER, LEADER), own=LEADER)
    assert Act.APPROVED in life.possible(replace(made, proposer_id=ABSENT), elsewhere)


def test_nobody_decides_in_a_leaders_place_over_what_they_proposed_themself() -> None:
    by = stand_in((ABSENT, HOLDER, LEADER))
    made = replace(kept(8), proposal=Proposal.MADE)
    assert as_whom(Act.RESOLVED, replace(made, proposer_id=8), by) == [ABSENT]
    for proposer in (ME, ABSENT):
        own = replace(made, proposer_id=proposer)
        assert Act.RESOLVED not in life.possible(own, by)
        row = life.transition(Act.RESOLVED, own)
        assert row is not None
        assert life.bar(row, own, by) == "four_eyes"
    leader = Actor.officer(ME, [(HOLDER, LEADER)])
    assert Act.RESOLVED in life.possible(replace(made, proposer_id=ME), leader), "a leader answers for it themself"
    specialist = Actor.officer(ME, [(HOLDER, SPECIALIST)])
    row = life.transition(Act.RESOLVED, made)
    assert row is not None
    assert life.bar(row, replace(made, proposer_id=ME), specialist) == "not_your_role"


def test_a_lent_role_does_what_the_absent_one_could_and_says_for_whom() -> None:
    by = stand_in((ABSENT, HOLDER, LEADER))
    assert Act.EXTENDED not in life.possible(kept(None), stand_in())
    assert as_whom(Act.EXTENDED, kept(None), by) == [ABSENT]
    assert as_whom(Act.SUPPLEMENT_ASKED, kept(None), by) == [None, ABSENT], "the own role is enough"


def test_an_act_on_what_the_absent_one_has_is_done_for_them_even_where_the_own_role_is_enough() -> None:
    by = stand_in((ABSENT, HOLDER, SPECIALIST), (SECOND, HOLDER, LEADER))
    assert as_whom(Act.SUPPLEMENT_ASKED, kept(ABSENT), by)[0] == ABSENT
    assert as_whom(Act.SUPPLEMENT_ASKED, kept(8), by)[0] is None
    assert as_whom(Act.STOPPED, kept(ABSENT), by) == [SECOND], "what only the second lends is done for the second"


def test_the_keepers_right_and_the_doers_right_are_lent_too() -> None:
    by = stand_in((ABSENT, HOLDER, SPECIALIST))
    assert as_whom(Act.GIVEN_BACK, kept(ABSENT), by) == [ABSENT]
    assert Act.GIVEN_BACK not in life.possible(kept(8), by)
    done = replace(kept(8), last=Last(Act.ASSIGNED, ABSENT, None))
    assert as_whom(Act.UNDONE, done, by) == [ABSENT]
    for_the_absent = replace(kept(8), last=Last(Act.ASSIGNED, 9, None, for_id=ABSENT))
    assert Act.UNDONE in life.possible(for_the_absent, Actor.officer(ABSENT, [(HOLDER, SPECIALIST)]))


def test_roles_of_two_absent_ones_are_not_put_together() -> None:
    by = Actor.officer(ME, [(HOLDER, RECEIVER)], [(ABSENT, HOLDER, SPECIALIST), (SECOND, HOLDER, LEADER)])
    assert as_whom(Act.RESOLVED, replace(kept(None), proposal=Proposal.MADE), by) == [SECOND]


@pytest.mark.parametrize("act", [Act.EXTENDED, Act.STOPPED, Act.SUPPLEMENT_ASKED])
def test_what_is_lent_in_one_unit_is_worth_nothing_in_another(act: Act) -> None:
    stranger = Actor.officer(ME, [(OTHER, SPECIALIST)], [(ABSENT, OTHER, LEADER)])
    assert act not in life.possible(kept(ABSENT), stranger)
    assert not life.concerns(kept(ABSENT), stranger)
    by = Actor.officer(ME, [(HOLDER, SPECIALIST)], [(ABSENT, OTHER, LEADER)])
    assert as_whom(Act.SUPPLEMENT_ASKED, kept(ABSENT), by) == [None], "the absent one is none of this unit's"


def test_an_opinion_is_given_for_the_absent_one_of_the_unit_that_is_asked() -> None:
    now = replace(kept(ABSENT), asked_unit_id=OTHER)
    by = Actor.officer(ME, [(OTHER, "editor")], [(ABSENT, OTHER, SPECIALIST)])
    assert as_whom(Act.OPINION_GIVEN, now, by) == [ABSENT]
