"""Letters as messages: what is refused, and what arrives."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from portal.errors import Invalid
from portal.letters.message import check, compose

GOOD: dict[str, Any] = {
    "sender": "portal@hai-dang.example",
    "to": "nguyen.van.an@example.test",
    "subject": "Hồ sơ H06.31.01-200615-0001 đã được tiếp nhận",
    "body": "Kính gửi ông Nguyễn Văn An,\n\nHồ sơ của ông đã được tiếp nhận.\n",
    "message_id": "0123456789abcdef",
    "at": datetime(2020, 6, 15, 2, 0, tzinfo=UTC),
}


def test_a_letter_arrives_as_it_was_written() -> None:
    parsed = message_from_bytes(compose(**GOOD).as_bytes(), policy=default)
    assert parsed["To"] == "nguyen.van.an@example.test"
    assert parsed["From"] == "Hải Đăng <portal@hai-dang.example>"
    assert parsed["Subject"] == GOOD["subject"]
    assert parsed["Message-ID"] == "<0123456789abcdef@hai-dang.example>"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["X-Repeat-Of"] is None
    assert parsed.get_content().replace("\r\n", "\n") == GOOD["body"]


def test_the_bytes_of_a_letter_are_always_the_same_and_safe_for_any_server() -> None:
    once = compose(**GOOD).as_bytes()
    assert once == compose(**GOOD).as_bytes()
    assert once.isascii()
    assert all(len(line) <= 998 for line in once.split(b"\r\n"))
    assert b"\n" not in once.replace(b"\r\n", b"")


def test_a_repeat_says_so_and_keeps_its_message_id() -> None:
    first, again = compose(**GOOD), compose(**GOOD, repeat=True)
    assert again["Message-ID"] == first["Message-ID"] == again["X-Repeat-Of"]


def test_a_domain_with_marks_is_written_in_ascii() -> None:
    assert compose(**{**GOOD, "to": "an@münchen.example"})["To"] == "an@xn--mnchen-3ya.example"


@pytest.mark.parametrize(
    "to",
    [
        "",
        "an",
        "an@",
        "@example.test",
        "an@localhost",
        "an@example.test\r\nBcc: all@example.test",
        "an@example.test\nBcc: all@example.test",
        "an@example.test, binh@example.test",
        "An <an@example.test>",
        "an@example.test\0",
        "ân@example.test",
        "an an@example.test",
        "an@exam ple.test",
        "a" * 250 + "@example.test",
        "an@" + "a" * 70 + ".test",
    ],
)
def test_an_address_that_is_none_or_hides_another_is_refused(to: str) -> None:
    with pytest.raises(Invalid) as raised:
        check(to, "Thư", "Nội dung")
    assert raised.value.code == "wrong_address"


@pytest.mark.parametrize(
    "subject", ["", "  ", "Thư\r\nBcc: all@example.test", "Thư\nX: y", "Thư\u2028X: y", "Thư\0", "t" * 501]
)
def test_a_subject_that_would_be_more_than_a_subject_is_refused(subject: str) -> None:
    with pytest.raises(Invalid) as raised:
        check("an@example.test", subject, "Nội dung")
    assert raised.value.code == "wrong_subject"


def test_a_body_may_hold_anything_but_must_be_there() -> None:
    check("an@example.test", "Thư", "Lời nhắn:\r\n.\r\nBcc: all@example.test\0\u202e\U0001f600")
    for body in ("", " \n", "x" * 100_001, "\ud800"):
        with pytest.raises(Invalid) as raised:
            check("an@example.test", "Thư", body)
        assert raised.value.code == "wrong_body"
