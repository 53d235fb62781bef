"""Signed notes against the example of the format's own documentation, and against forgers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import note
from portal.ledger.note import BadNote, Checkpoint, KeySigner

# The example of golang.org/x/mod/sumdb/note.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNED = (
    TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
LOG = KeySigner("hai-dang.test/ledger", bytes(range(32)))
OTHER = KeySigner("hai-dang.test/ledger", bytes(32))


def test_the_known_note_is_written_and_read() -> None:
    signer = note.parse_signer(SKEY)
    assert signer.render() == SKEY
    assert signer.verifier.vkey == VKEY
    assert note.sign(TEXT, [signer]) == SIGNED
    assert note.open_note(SIGNED.encode(), note.parse_vkey(VKEY)) == TEXT


@pytest.mark.parametrize(
    "data",
    [
        SIGNED[:-1],
        SIGNED.replace("cryptography", "Cryptography"),
        SIGNED.replace("\n\n", "\n"),
        SIGNED.replace("x08go", "x08gp"),
        SIGNED.replace("— ", "- "),
        SIGNED.replace("AM=", "AN="),
        SIGNED.replace("AM=", "AM"),
        SIGNED.replace("PeterNeumann x", "Peter+Neumann x"),
        SIGNED.replace("PeterNeumann x", "Someone x"),
        SIGNED + SIGNED.split("\n\n")[1],
        SIGNED + "\n",
        "\n" + SIGNED.split("\n\n")[1],
        TEXT,
        TEXT + "\n",
        SIGNED.replace("you", "y\tu"),
        "",
        TEXT + "\n" + SIGNED.split("\n\n")[1] * 101,
    ],
)
def test_a_note_with_anything_wrong_is_refused(data: str) -> None:
    with pytest.raises(BadNote):
        note.open_note(data.encode(), note.parse_vkey(VKEY))


def test_a_note_that_is_not_utf8_or_too_long_is_refused() -> None:
    for data in (b"\xff\n\n" + SIGNED.encode(), b"x" * 1_000_001):
        with pytest.raises(BadNote):
            note.parse(data)


def test_a_signature_of_a_stranger_beside_ours_does_no_harm() -> None:
    stranger = KeySigner("someone.else", bytes(range(1, 33)))
    data = note.sign("text\n", [stranger, LOG]).encode()
    assert note.open_note(data, LOG.verifier) == "text\n"
    with pytest.raises(BadNote):
        note.open_note(data, OTHER.verifier)


@pytest.mark.parametrize(
    "vkey",
    [
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY.replace("Peter", "Pieter"),
        VKEY + "=",
        VKEY[:-4],
        VKEY.replace("+AR", "+BR"),
        "Peter Neumann" + VKEY[12:],
        "",
        "a+b",
        SKEY,
    ],
)
def test_a_wrong_key_is_refused(vkey: str) -> None:
    with pytest.raises(BadNote):
        note.parse_vkey(vkey)


def test_a_wrong_private_key_is_refused() -> None:
    for text in (VKEY, SKEY.replace("c74f20a3", "c74f20a4"), SKEY[:-4]):
        with pytest.raises(BadNote):
            note.parse_signer(text)


@given(st.binary(min_size=32, max_size=32), st.from_regex(r"[a-z.]{1,20}/[a-z]{1,9}", fullmatch=True))
def test_keys_are_read_as_they_were_written(seed: bytes, name: str) -> None:
    signer = KeySigner(name, seed)
    assert note.parse_signer(signer.render()).verifier == signer.verifier
    assert note.parse_vkey(signer.verifier.vkey) == signer.verifier


@given(st.integers(0, 2**62), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_written(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(LOG.verifier.name, size, root)
    assert note.parse_checkpoint(checkpoint.render()) == checkpoint
    assert note.open_checkpoint(note.sign(checkpoint.render(), [LOG]).encode(), LOG.verifier) == checkpoint


GOOD = Checkpoint("hai-dang.test/ledger", 12, bytes(32)).render()


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("12", "012"),
        GOOD.replace("12", "-1"),
        GOOD.replace("12", "+12"),
        GOOD.replace("12", "1٢"),
        GOOD.replace("12", ""),
        GOOD.replace("12", "12 "),
        GOOD[:-1],
        GOOD + "extension\n",
        GOOD.replace("AAA=", "AAB="),
        GOOD.replace("AAAA=", "AAA=="),
        GOOD.replace("AAAA", "", 1),
        GOOD.split("\n", 1)[1],
        "\n" + GOOD,
        "",
    ],
)
def test_any_other_form_of_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        note.parse_checkpoint(text)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    data = note.sign(Checkpoint("another.log", 1, bytes(32)).render(), [LOG]).encode()
    with pytest.raises(BadNote):
        note.open_checkpoint(data, LOG.verifier)
