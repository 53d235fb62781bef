"""Why a paper is not signed yet, in words: what trying again cannot mend is not said to be tried again."""

from flask import Flask

from portal.signature_words import waiting_words

AGAIN = "Cổng tự thử lại"


def test_a_pdf_that_takes_no_signature_is_not_promised_one(app: Flask) -> None:
    words = waiting_words("not_signable")
    assert words == "Tệp PDF này hỏng, có mật khẩu hoặc không cho ký thêm."
    assert AGAIN not in words


def test_what_may_come_right_is_tried_again_by_the_portal(app: Flask) -> None:
    for reason in ("no_certificate", "expired", "signing_service_silent", "original_waits"):
        assert AGAIN in waiting_words(reason)
