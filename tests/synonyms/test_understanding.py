"""What a question means by synonyms: pure, no database."""

from hypothesis import given
from hypothesis import strategies as st

from portal.procedures.indexing import Question, question
from portal.synonyms.understanding import Meaning, understood

COFFEE = Meaning(("mo", "quan", "ca", "phe"), ("1.001612",), ())
LICENCE = Meaning(("gplx",), (), ("giay", "phep", "lai", "xe"))
KNOWN = [COFFEE, LICENCE]
WORDS = st.lists(st.sampled_from(["mo", "quan", "ca", "phe", "gplx", "khai", "sinh"]), min_size=1, max_size=8)


def asked(typed: str) -> Question:
    return understood(question(typed), KNOWN)


def test_a_phrase_names_its_procedures_with_and_without_marks() -> None:
    assert asked("mở quán cà phê").named == asked("MO QUAN CA PHE!").named == ("1.001612",)


def test_a_phrase_inside_a_sentence_is_heard() -> None:
    assert asked("tôi muốn mở quán cà phê ở đâu").named == ("1.001612",)


def test_a_phrase_that_is_a_small_part_of_much_else_is_only_a_guess() -> None:
    found = asked("mở quán cà phê khai sinh kết hôn khai tử thường trú")
    assert (found.named, found.perhaps) == ((), ("1.001612",))


def test_a_letter_wrong_in_a_phrase_is_only_a_guess() -> None:
    found = asked("mở qaun cà phê")
    assert (found.named, found.perhaps) == ((), ("1.001612",))


def test_a_phrase_is_known_while_it_is_typed() -> None:
    assert asked("mở quán c").begun == ("1.001612",)
    assert asked("mo").begun == ()


def test_other_words_take_the_place_of_the_phrase() -> None:
    assert asked("đổi gplx hết hạn").others == (("doi", "giay", "phep", "lai", "xe", "het", "han"),)


def test_what_fits_nothing_stays_as_it_was() -> None:
    assert asked("khai sinh") == question("khai sinh")


@given(words=WORDS, more=st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=5))  # 12 words are looked at
def test_a_phrase_is_found_wherever_it_stands_in_a_row(words: list[str], more: list[str]) -> None:
    known = [Meaning(tuple(dict.fromkeys(words)), ("1.000001",), ())]
    typed = " ".join(dict.fromkeys([*(f"x{word}" for word in more), *words]))
    assert understood(question(typed), known).perhaps == ("1.000001",)


@given(typed=st.text(max_size=100), words=WORDS, means=WORDS)
def test_any_question_is_understood_within_bounds(typed: str, words: list[str], means: list[str]) -> None:
    found = understood(question(typed), [Meaning(tuple(words), ("1.000001",), tuple(means))] * 5)
    assert found.words == question(typed).words
    assert all(len(other) <= 12 for other in found.perhaps_others)
    assert len(found.perhaps_others) <= 3
