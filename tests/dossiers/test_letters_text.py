from dataclasses import replace
from datetime import UTC, datetime

import pytest

from portal.dossiers.letters_text import LETTERS, STANDS, TAKEN_BACK, Facts, compose
from portal.dossiers.life import Act, Outcome, State, Way
from portal.dossiers.vocabulary import TAKEN_BACK as MAY_BE_TAKEN_BACK

REFERENCE = "H06.30.01-200615-0007"
LINK = f"https://portal.test/dossiers/{REFERENCE}"


def facts(outcome: Outcome | None, note: str = "Cần bản chụp rõ hơn.") -> Facts:
    due_at = datetime(2020, 6, 18, 2, 0, tzinfo=UTC)
    return Facts(REFERENCE, "Đăng ký khai sinh", "Phường 1", LINK, due_at, note, outcome)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("act", "outcome"), LETTERS)
def test_every_letter_names_the_dossier_and_the_way_to_it(act: Act, outcome: Outcome | None, language: str) -> None:
    words = compose(act, language, facts(outcome))
    assert words is not None
    subject, body = words
    assert REFERENCE in subject
    assert "\n" not in subject
    assert LINK in body
    assert "{" not in subject + body


@pytest.mark.parametrize(("language", "words"), [("vi", "09:00 ngày 18/06/2020"), ("en", "09:00 on 18/06/2020")])
def test_a_due_instant_is_told_as_a_clock_in_viet_nam_shows_it(language: str, words: str) -> None:
    letter = compose(Act.RECEIVED, language, facts(None))
    assert letter is not None
    assert words in letter[1]


def test_words_with_braces_in_them_are_only_words() -> None:
    letter = compose(Act.SUPPLEMENT_ASKED, "vi", facts(None, note="{link} {0} %s {unit.__class__}"))
    assert letter is not None
    assert "{link} {0} %s {unit.__class__}" in letter[1]


def test_passing_a_dossier_between_offices_sends_nothing() -> None:
    assert compose(Act.PASSED, "vi", facts(None)) is None


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("state", STANDS)
def test_the_letter_about_what_was_taken_back_says_what_and_why_and_what_stands(state: State, language: str) -> None:
    assert set(TAKEN_BACK) == MAY_BE_TAKEN_BACK
    for act, words in TAKEN_BACK.items():
        told = replace(facts(None, note="Ghi nhầm hồ sơ."), taken_back=act, stands=state)
        letter = compose(Act.CORRECTED, language, told)
        assert letter is not None
        assert "Ghi nhầm hồ sơ." in letter[1]
        assert words[language == "en"] in letter[1]
        assert ("18/06/2020" in letter[1]) == (state is State.IN_PROGRESS)
        assert "{" not in letter[1]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("way", Way)
def test_the_letter_about_a_result_that_was_handed_over_says_how(way: Way, language: str) -> None:
    told = compose(Act.RETURNED, language, replace(facts(None), way=way))
    numbered = compose(Act.RETURNED, language, replace(facts(None), way=way, postal_number="EM1"))
    assert told is not None and numbered is not None
    assert {"vi": "Cách trả: ", "en": "How: "}[language] in told[1]
    assert "EM1" in numbered[1]
    assert "{" not in told[1] + numbered[1]
