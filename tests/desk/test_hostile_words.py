"""Whatever is typed into an act's form: kept as it was, shown as text, refused in words where it cannot be kept."""

import html
import unicodedata

import pytest

from tests.desk.conftest import Desk, Ward

NFC = "Thiếu giấy chứng sinh của bệnh viện Bà Rịa."


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "</textarea><h1>Đã duyệt</h1>",
        "{{ config }} {% raw %} %(act)s ${7*7}",
        "'; drop table dossier; --",
        "Giấy tờ 👨‍👩‍👧 thiếu 🙏",
        "a\u0300" * 300,
        "dòng một\r\ndòng hai\n\n\ndòng bốn",
    ],
)
def test_words_are_shown_as_words(ward: Ward, receiver: Desk, words: str) -> None:
    """To the officer and to the applicant, as text and nothing else."""
    reference = ward.filed()
    page = receiver.done(reference, "ask-supplement", reason=words)
    wanted = unicodedata.normalize("NFC", " ".join(words.split()))
    for shown in (page.source, ward.as_applicant(reference).source):
        assert wanted in " ".join(html.unescape(shown).split())
        assert "<script>alert" not in shown
        assert shown.count("<h1") == 1


def test_typed_words_come_back_into_their_field_as_they_were(ward: Ward, receiver: Desk) -> None:
    words = "</textarea><b>" + "x" * 2001
    page = receiver.do(ward.filed(), "decline", reason=words)
    assert page.status == 422
    assert page.typed("decline-reason") == words
    assert "</textarea><b>" not in page.source


@pytest.mark.parametrize(("length", "written"), [(2001, "2.001"), (10_000, "10.000"), (300_000, "300.000")])
def test_what_is_too_long_is_told_with_its_length_and_kept(
    ward: Ward, receiver: Desk, length: int, written: str
) -> None:
    reference = ward.filed()
    page = receiver.do(reference, "decline", reason="đ" * length)
    assert page.status == 422
    assert page.error("decline-reason") == f"Hãy viết ngắn lại, nhiều nhất 2.000 ký tự (bạn đã viết {written})."
    assert page.typed("decline-reason") == "đ" * length
    assert ward.steps(reference) == ["filed"]


def test_two_thousand_characters_are_not_too_long(ward: Ward, receiver: Desk) -> None:
    receiver.done(ward.filed(), "decline", reason="đ" * 2000)


def test_letters_and_marks_apart_are_the_same_words(ward: Ward, receiver: Desk) -> None:
    page = receiver.done(ward.filed(), "ask-supplement", reason=unicodedata.normalize("NFD", NFC))
    assert NFC in page.text


@pytest.mark.parametrize("hidden", ["\x07", "\x1b[31m", "\u202e", "\u2066", "\ufdd0"])
def test_hidden_characters_are_refused_in_words(ward: Ward, receiver: Desk, hidden: str) -> None:
    reference = ward.filed()
    page = receiver.do(reference, "ask-supplement", reason=f"Thiếu{hidden} giấy")
    assert page.status == 422
    assert page.error("ask-supplement-reason") == "Có ký tự ẩn không dùng được. Hãy xóa đi và gõ lại."
    assert ward.steps(reference) == ["filed"]


def test_a_nul_is_no_text_at_all(ward: Ward, receiver: Desk) -> None:
    reference = ward.filed()
    assert receiver.do(reference, "ask-supplement", reason="a\0b").status == 400
    assert ward.steps(reference) == ["filed"]


@pytest.mark.parametrize(
    "reference", ["x", "%00", "H06.31.01-261301-0001", "<b>", "..%2f..", "'--", "đ" * 2000, "H06.31.01-200101-0001%0a"]
)
def test_an_address_that_is_no_dossier_is_not_found(receiver: Desk, reference: str) -> None:
    for suffix in ("", "/files/1", "/files/99999999999999999999999"):
        assert receiver.get(f"/desk/dossiers/{reference}{suffix}").status in (400, 404, 405)
