from itertools import pairwise

import pytest

from portal.units.sorting import sort_key


@pytest.mark.parametrize(
    "ordered",
    [
        ["a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "o", "ô", "ơ", "u", "ư", "y"],
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        ["Phường 1", "Phường 2", "Phường 10", "Phường 11", "Phường Nguyễn An Ninh", "Phường Rạch Dừa"],
        ["Xã Bình Ba", "Xã Bình Giã", "Xã Bình Trung", "Xã Bưng Riềng", "Xã Cù Bị", "Xã Đá Bạc"],
        ["Xã Long", "Xã Long Mỹ", "Xã Long Sơn"],
        ["Huyện Châu Đức", "Huyện Côn Đảo", "Huyện Đất Đỏ", "Huyện Long Điền"],
    ],
)
def test_the_key_orders_as_the_vietnamese_alphabet(ordered: list[str]) -> None:
    assert all(sort_key(one) < sort_key(other) for one, other in pairwise(ordered))


def test_decomposed_text_and_capitals_have_the_same_key() -> None:
    assert sort_key("D\u0323inh Va\u0306n") == sort_key("ḍinh văn")
    assert sort_key("Hòa Bình") == sort_key("HO\u0300A BI\u0300NH")
