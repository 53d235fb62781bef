from dataclasses import replace
from itertools import product

import pytest

from portal.dossiers import life, transitions
from portal.dossiers.life import LEADER, RECEIVER, SPECIALIST, Act, Actor, Clock, Party, Proposal, Standing, State
from portal.dossiers.standing import Last, Told
from portal.dossiers.vocabulary import LEDGER_WORDS, TAKEN_BACK
from portal.ledger import standing as ledger_standing
from portal.statistics import facts as statistics_facts

PERSON, HOLDER, RECEIVING, OTHER = 7, 20, 10, 99
ME = Actor.person(PERSON)


def standing(state: State, *, received: bool, extended: bool = False, holder: int = HOLDER) -> Standing:
    return Standing(state, received, extended, PERSON, RECEIVING, holder)


def officer(role: str, unit: int = HOLDER) -> Actor:
    return Actor.officer(1, [(unit, role)])


def test_no_two_rows_of_the_table_say_different_things() -> None:
    keys = [(row.act, row.before, row.received) for row in life.TABLE]
    assert len(keys) == len(set(keys))


def test_every_state_is_reached_and_every_act_but_filing_is_in_the_table() -> None:
    assert {row.after for row in life.TABLE} | {State.FILED} == set(State)
    assert {row.act for row in life.TABLE} == set(Act) - {Act.FILED}


def test_nothing_leads_out_of_a_final_state_but_taking_back_what_led_there() -> None:
    out = {(row.act, row.before) for row in life.TABLE if row.before in life.FINAL}
    assert out == {(Act.CORRECTED, state) for state in life.FINAL - {State.WITHDRAWN}}


@pytest.mark.parametrize("received", [False, True])
def test_a_supplement_takes_the_dossier_back_to_where_it_was(received: bool) -> None:
    where = State.IN_PROGRESS if received else State.FILED
    asked = life.transition(Act.SUPPLEMENT_ASKED, standing(where, received=received))
    given = life.transition(Act.SUPPLEMENT_GIVEN, standing(State.AWAITING_SUPPLEMENT, received=received))
    assert asked is not None
    assert given is not None
    assert (asked.after, given.after) == (State.AWAITING_SUPPLEMENT, where)
    expected = (Clock.PAUSE, Clock.RESUME) if received else (Clock.NONE, Clock.NONE)
    assert (asked.clock, given.clock) == expected


def test_who_never_answered_can_only_be_refused() -> None:
    row = life.transition(Act.RESOLVED, standing(State.AWAITING_SUPPLEMENT, received=True))
    assert row is not None
    assert row.outcomes == life.ONLY_REFUSED
    assert life.transition(Act.RESOLVED, standing(State.AWAITING_SUPPLEMENT, received=False)) is None


def test_a_term_is_extended_once() -> None:
    assert life.transition(Act.EXTENDED, standing(State.IN_PROGRESS, received=True))
    assert life.transition(Act.EXTENDED, standing(State.IN_PROGRESS, received=True, extended=True)) is None


def test_what_each_role_may_do_while_work_goes_on() -> None:
    now = standing(State.IN_PROGRESS, received=True)
    all_staff = {Act.SUPPLEMENT_ASKED, Act.DUTY_ASKED, Act.PASSED, Act.TAKEN_UP, Act.ASSIGNED, Act.OPINION_ASKED}
    assert set(life.possible(now, officer(RECEIVER))) == all_staff
    assert set(life.possible(now, officer(SPECIALIST))) == all_staff | {Act.RESOLVED, Act.PROPOSED}
    assert set(life.possible(now, officer(LEADER))) == all_staff | {
        Act.RESOLVED,
        Act.PROPOSED,
        Act.EXTENDED,
        Act.STOPPED,
    }
    assert life.possible(now, officer("editor")) == ()
    assert life.possible(now, ME) == (Act.WITHDRAWN,)
    assert life.possible(now, Actor.person(PERSON + 1)) == ()


def test_only_the_holding_unit_acts_and_only_it_and_the_receiving_unit_may_look() -> None:
    now = standing(State.IN_PROGRESS, received=True)
    for role in life.ROLES:
        assert life.possible(now, officer(role, RECEIVING)) == ()
        assert life.concerns(now, officer(role, RECEIVING))
        assert life.possible(now, officer(role, OTHER)) == ()
        assert not life.concerns(now, officer(role, OTHER))
    assert not life.concerns(now, Actor.person(PERSON + 1))


def test_a_role_in_one_unit_is_no_role_in_another() -> None:
    by = Actor.officer(1, [(OTHER, LEADER), (HOLDER, RECEIVER)])
    assert Act.RESOLVED not in life.possible(standing(State.IN_PROGRESS, received=True), by)


def test_an_officer_is_never_taken_for_the_person_with_the_same_number() -> None:
    by = Actor.officer(PERSON, [(OTHER, LEADER)])
    now = standing(State.IN_PROGRESS, received=True)
    assert life.possible(now, by) == ()
    assert not life.concerns(now, by)


def test_what_is_offered_is_what_the_table_allows() -> None:
    actors = [ME, *(officer(role) for role in life.ROLES)]
    for state, received, extended, by in product(State, (False, True), (False, True), actors):
        now = standing(state, received=received, extended=extended)
        for act in Act:
            row = life.transition(act, now)
            allowed = row is not None and life.may(row, now, by)
            assert (act in life.possible(now, by)) == allowed


def test_somebody_has_to_act_in_every_state_that_is_not_final() -> None:
    assert {state for state in State if life.awaited(state) is Party.NOBODY} == life.FINAL


def test_what_the_public_is_not_told_changes_nothing_that_it_is_told() -> None:
    for row in life.TABLE:
        if not row.public:
            assert (row.after, row.clock, row.holder) == (row.before, Clock.NONE, life.Holder.SAME), row.act


def test_work_that_is_undone_is_the_latest_of_the_unit_and_by_whoever_did_it_or_a_leader() -> None:
    mine, other = Last(Act.ASSIGNED, 1, None), Last(Act.ASSIGNED, 5, None)
    assert Act.UNDONE in life.possible(replace(kept(7), last=mine), officer(SPECIALIST))
    assert Act.UNDONE not in life.possible(replace(kept(7), last=other), officer(SPECIALIST))
    assert Act.UNDONE in life.possible(replace(kept(7), last=other), officer(LEADER))
    for act in set(Act) - transitions.UNDOABLE:
        assert Act.UNDONE not in life.possible(replace(kept(7), last=Last(act, 1, None)), officer(LEADER))


def told(act: Act, before: State, officer_id: int = 1, unit_id: int = HOLDER) -> Told:
    return Told(act, 3, before, officer_id, unit_id)


def test_what_the_public_was_told_is_taken_back_by_whoever_told_it_or_a_leader_of_their_unit() -> None:
    mine = replace(kept(None), told=told(Act.PASSED, State.IN_PROGRESS, unit_id=OTHER))
    assert life.possible(mine, officer(SPECIALIST, OTHER)) == (Act.CORRECTED,)
    assert life.concerns(mine, officer(SPECIALIST, OTHER))
    other = replace(mine, told=told(Act.PASSED, State.IN_PROGRESS, officer_id=5, unit_id=OTHER))
    assert life.possible(other, officer(SPECIALIST, OTHER)) == ()
    assert life.possible(other, officer(LEADER, OTHER)) == (Act.CORRECTED,)
    assert Act.CORRECTED not in life.possible(other, officer(LEADER))


def test_who_stands_in_takes_back_what_the_absent_colleague_told_and_they_what_was_told_for_them() -> None:
    theirs = replace(kept(None), told=told(Act.SUPPLEMENT_ASKED, State.IN_PROGRESS, officer_id=7, unit_id=OTHER))
    stand_in = Actor.officer(1, [(OTHER, SPECIALIST)], [(7, OTHER, SPECIALIST)])
    assert life.concerns(theirs, stand_in)
    assert life.possible(theirs, stand_in) == (Act.CORRECTED,)
    row = life.transition(Act.CORRECTED, theirs)
    assert row is not None
    assert [by.for_id for by in life.capacities(row, theirs, stand_in)] == [7], "in their place"
    assert not life.concerns(theirs, officer(SPECIALIST, OTHER))
    for_them = replace(theirs, told=replace(told(Act.SUPPLEMENT_ASKED, State.IN_PROGRESS, 1, OTHER), for_id=7))
    assert life.possible(for_them, Actor.officer(7, [(OTHER, SPECIALIST)])) == (Act.CORRECTED,)


def test_whoever_told_it_takes_it_back_only_in_a_role_in_which_it_is_done() -> None:
    extended = replace(kept(None), told=told(Act.EXTENDED, State.IN_PROGRESS))
    assert Act.CORRECTED in life.possible(extended, officer(LEADER))
    assert Act.CORRECTED not in life.possible(extended, officer(SPECIALIST))


def test_what_may_be_taken_back_is_public_and_done_by_officers_and_is_no_promise() -> None:
    rows = [row for row in life.TABLE if row.act in TAKEN_BACK]
    assert all(row.public and row.roles is not None for row in rows)
    assert {row.act for row in rows} == TAKEN_BACK
    public = {row.act for row in life.TABLE if row.public and row.roles is not None}
    kept_for_good = {Act.RECEIVED, Act.RECOUNTED, Act.HANDED_OVER, Act.OPINION_GIVEN, Act.DUTY_DONE, Act.CORRECTED}
    assert public - TAKEN_BACK == kept_for_good


def test_what_the_folds_of_the_log_take_back_is_what_may_be_taken_back() -> None:
    words = {LEDGER_WORDS.get(act, (act.value, None))[0] for act in TAKEN_BACK}
    assert words == ledger_standing.TAKEN_BACK == statistics_facts.TAKEN_BACK


def test_only_what_the_public_was_not_told_is_undone() -> None:
    assert {row.act for row in life.TABLE if not row.public} - {Act.UNDONE} == transitions.UNDOABLE


def test_a_duty_pauses_and_goes_on_as_a_supplement_does() -> None:
    asked = life.transition(Act.DUTY_ASKED, standing(State.IN_PROGRESS, received=True))
    done = life.transition(Act.DUTY_DONE, standing(State.AWAITING_DUTY, received=True))
    assert asked is not None
    assert done is not None
    assert (asked.after, asked.clock) == (State.AWAITING_DUTY, Clock.PAUSE)
    assert (done.after, done.clock) == (State.IN_PROGRESS, Clock.RESUME)
    assert life.possible(standing(State.AWAITING_DUTY, received=True), ME) == (Act.WITHDRAWN,)


def test_only_a_leader_stops_a_dossier_and_nothing_follows() -> None:
    now = standing(State.IN_PROGRESS, received=True)
    assert Act.STOPPED in life.possible(now, officer(LEADER))
    assert Act.STOPPED not in life.possible(now, officer(SPECIALIST))


def kept(by: int | None) -> Standing:
    return replace(standing(State.IN_PROGRESS, received=True), keeper_id=by)


def test_a_dossier_is_taken_up_by_one_and_let_go_by_them_or_a_leader() -> None:
    assert Act.TAKEN_UP in life.possible(kept(None), officer(SPECIALIST))
    assert Act.TAKEN_UP not in life.possible(kept(5), officer(SPECIALIST))
    assert Act.GIVEN_BACK not in life.possible(kept(None), officer(SPECIALIST))
    assert Act.GIVEN_BACK in life.possible(kept(1), officer(SPECIALIST))
    assert Act.GIVEN_BACK not in life.possible(kept(5), officer(SPECIALIST))
    assert Act.GIVEN_BACK in life.possible(kept(5), officer(LEADER))


def test_what_was_proposed_is_answered_by_another_leader_and_decided_by_none_but_leaders() -> None:
    made = replace(kept(5), proposal=Proposal.MADE, proposer_id=5)
    assert {Act.APPROVED, Act.SENT_BACK, Act.RESOLVED} <= set(life.possible(made, officer(LEADER)))
    assert {Act.APPROVED, Act.SENT_BACK, Act.RESOLVED, Act.PROPOSED}.isdisjoint(
        life.possible(made, officer(SPECIALIST))
    )
    own = replace(made, proposer_id=1)
    assert {Act.APPROVED, Act.SENT_BACK}.isdisjoint(life.possible(own, officer(LEADER)))
    approved = replace(made, proposal=Proposal.APPROVED)
    assert Act.RESOLVED in life.possible(approved, officer(SPECIALIST))
    assert {Act.APPROVED, Act.SENT_BACK}.isdisjoint(life.possible(approved, officer(LEADER)))


def test_an_opinion_is_given_by_the_unit_that_was_asked_which_can_do_nothing_else() -> None:
    now = replace(kept(None), asked_unit_id=OTHER)
    assert life.possible(now, officer(SPECIALIST, OTHER)) == (Act.OPINION_GIVEN,)
    assert life.concerns(now, officer(SPECIALIST, OTHER))
    assert Act.OPINION_GIVEN not in life.possible(now, officer(SPECIALIST))
    assert not life.concerns(kept(None), officer(SPECIALIST, OTHER))


def test_each_refusal_says_what_stands_in_the_way() -> None:
    assert life.obstacle(Act.TAKEN_UP, kept(5)) == "already_kept"
    assert life.obstacle(Act.GIVEN_BACK, kept(None)) == "not_kept"
    assert life.obstacle(Act.APPROVED, kept(None)) == "nothing_proposed"
    assert life.obstacle(Act.RETURNED, kept(None)) == "wrong_state"
    assert life.obstacle(Act.EXTENDED, replace(kept(None), extended=True)) == "already_extended"
