import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.procedures.text import Text, fold, words


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đăng ký khai sinh", "dang ky khai sinh"),
        ("ĐƯỜNG", "duong"),
        ("Nguyễn Thị Ánh Tuyết", "nguyen thi anh tuyet"),
        ("ỨỪỬỮỰ ẤẦẨẪẬ ẮẰẲẴẶ ẾỀỂỄỆ ỐỒỔỖỘ ỚỜỞỠỢ", "uuuuu aaaaa aaaaa eeeee ooooo ooooo"),
        ("Birth Registration", "birth registration"),
        ("", ""),
    ],
)
def test_folding_drops_every_mark(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_composed_and_decomposed_text_fold_alike() -> None:
    assert fold(unicodedata.normalize("NFD", "Đăng ký kết hôn")) == fold("Đăng ký kết hôn") == "dang ky ket hon"


def test_words_are_what_stands_between_everything_else() -> None:
    assert words("Luật 60/2014/QH13: “hộ tịch” – 👶 %_\\'") == ["luat", "60", "2014", "qh13", "ho", "tich"]


@given(st.text())
def test_words_hold_only_letters_and_digits(typed: str) -> None:
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words(typed))


def test_a_text_is_vietnamese_unless_english_is_asked_for() -> None:
    text = Text("Có", "Yes")
    assert (text.in_("vi"), text.in_("en"), text.in_("fr")) == ("Có", "Yes", "Có")
