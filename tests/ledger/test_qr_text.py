"""Base45 against the examples of RFC 9285, and proofs as texts of QR codes."""

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import base45, qr_text
from portal.ledger.base45 import NotBase45
from portal.ledger.proof_file import MAX_BYTES, BadProof
from tests.ledger.small_log import rendered


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")],
)
def test_the_examples_of_the_rfc(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@given(st.binary(max_size=50))
def test_bytes_come_back(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(st.text(base45.ALPHABET, max_size=9))
def test_each_run_of_bytes_has_one_spelling(text: str) -> None:
    try:
        data = base45.decode(text)
    except NotBase45:
        return
    assert base45.encode(data) == text


@pytest.mark.parametrize("text", ["0", "BB8B", "::", ":::", "GGW", "V5", "bb8", "BB\n", "BB٣"])
def test_what_is_no_base45_is_refused(text: str) -> None:
    with pytest.raises(NotBase45):
        base45.decode(text)


@given(st.binary(max_size=400))
def test_a_text_gives_the_bytes_back(data: bytes) -> None:
    assert qr_text.parse(qr_text.render(data)) == data


@given(st.text(base45.ALPHABET, max_size=60))
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadProof):
        qr_text.parse("HD1:" + text)


def test_a_proof_fits_a_code_of_letters() -> None:
    """The text has only letters that a QR code packs two to eleven bits."""
    text = qr_text.render(rendered())
    code = segno.make_qr(text, error="l", boost_error=False)
    assert code.mode == "alphanumeric"


def test_the_largest_proof_is_read_and_one_byte_more_is_not() -> None:
    assert len(qr_text.parse(qr_text.render(bytes(MAX_BYTES)))) == MAX_BYTES
    for text in (qr_text.render(bytes(MAX_BYTES + 1)), "HD1:" + "0" * qr_text.MAX_LETTERS):
        with pytest.raises(BadProof) as refused:
            qr_text.parse(text)
        assert refused.value.problem == "too_large"
