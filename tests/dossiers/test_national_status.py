"""The national codes, for every state after every act that can have led there."""

from itertools import product

from portal.dossiers import life, national_status
from portal.dossiers.life import Act, State

CODES = {
    State.FILED: 1,
    State.NOT_RECEIVED: 3,
    State.IN_PROGRESS: 4,
    State.AWAITING_SUPPLEMENT: 5,
    State.AWAITING_DUTY: 6,
    State.WITHDRAWN: 7,
    State.STOPPED: 8,
    State.RESOLVED: 9,
    State.RETURNED: 10,
}


def test_every_state_has_one_code_whatever_act_led_there() -> None:
    assert set(CODES) == set(State)
    for state, act in product(State, Act):
        expected = 2 if (state, act) == (State.IN_PROGRESS, Act.RECEIVED) else CODES[state]
        assert national_status.of(state, act) == expected, (state, act)


def test_codes_are_those_of_the_national_portal() -> None:
    assert list(national_status.WORDS) == list(range(1, 11))
    assert set(CODES.values()) | {2} == set(national_status.WORDS), "every code has a state of ours"


def test_solved_and_returned_are_told_apart() -> None:
    rows = {row.act: row for row in life.TABLE}
    solved = national_status.of(rows[Act.RESOLVED].after, Act.RESOLVED)
    returned = national_status.of(rows[Act.RETURNED].after, Act.RETURNED)
    assert (solved, returned) == (9, 10)


def test_what_is_paused_is_told_apart_from_what_is_worked_on() -> None:
    paused = {row.after for row in life.TABLE if row.clock is life.Clock.PAUSE}
    assert {national_status.of(state, Act.SUPPLEMENT_ASKED) for state in paused} == {5, 6}
