"""Cosignatures against one that a witness of the public network made, and against forgers."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import cosignature, note
from portal.ledger.cosignature import LAST_SECOND, Cosigner
from portal.ledger.note import BadNote, Checkpoint, KeySigner, Signature

# A checkpoint of a certificate log of transparency.dev as one of its witnesses cosigned it in May 2026.
TEXT = "arche2025h1.staging.ct.transparency.dev\n1432088532\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n"
WITNESS = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
LINE = (
    "— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI"
    "+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==\n"
)
OTHERS = (
    "— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bf"
    "TW9g8Ei59RA23oHP7Ry1k3ZFWwQ=\n"
    "— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbq"
    "mNWVuE0tgh0XwzdZsDsUAQ==\n"
)
AT = datetime.fromtimestamp(0x6A122120, UTC)

OURS = Cosigner("witness.example/one", bytes(range(32)))
CHECKPOINT = Checkpoint("hai-dang.test/ledger", 12, bytes(32)).render()


def signed(*lines: str, text: str = TEXT) -> note.Note:
    return note.parse((text + "\n" + "".join(lines)).encode())


def test_the_known_cosignature_is_read() -> None:
    witness = cosignature.parse_witness(WITNESS)
    assert witness.vkey == WITNESS
    assert witness.cosigned(signed(OTHERS, LINE)) == AT
    assert signed(LINE).signatures[0].line == LINE


def test_what_is_signed_is_the_time_and_the_text() -> None:
    """The example of c2sp.org/tlog-cosignature, byte by byte."""
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert cosignature.message(text, 1679315147) == (
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )


@pytest.mark.parametrize(
    "lines",
    [
        OTHERS,
        LINE + LINE,
        LINE.replace("qEiEg", "qEiEh"),
        LINE.replace("BxtqB0D", "BxtqB0E"),
        LINE.replace("— remora", "— romera"),
        LINE.replace("2net5", "2net4"),
    ],
)
def test_a_cosignature_with_anything_wrong_is_none(lines: str) -> None:
    assert cosignature.parse_witness(WITNESS).cosigned(signed(lines)) is None


def test_a_cosignature_under_another_checkpoint_is_none() -> None:
    assert cosignature.parse_witness(WITNESS).cosigned(signed(LINE, text=TEXT.replace("532", "533"))) is None


@given(st.integers(0, LAST_SECOND), st.binary(min_size=32, max_size=32))
def test_a_cosignature_is_read_as_it_was_written(seconds: int, seed: bytes) -> None:
    at, cosigner = datetime.fromtimestamp(seconds, UTC), Cosigner("witness.example/one", seed)
    line = cosigner.cosign(CHECKPOINT, at)
    assert cosigner.witness.time_of(CHECKPOINT, line.value) == at
    assert cosigner.witness.cosigned(signed(line.line, text=CHECKPOINT)) == at
    assert OURS.witness.time_of(CHECKPOINT, line.value) is None or seed == bytes(range(32))


@pytest.mark.parametrize("length", [0, 7, 8, 71, 73])
def test_a_cosignature_of_another_length_is_none(length: int) -> None:
    value = (OURS.cosign(CHECKPOINT, AT).value + b"\0")[:length]
    assert OURS.witness.time_of(CHECKPOINT, value) is None


@pytest.mark.parametrize("seconds", [LAST_SECOND + 1, 2**63, 2**64 - 1])
def test_a_time_that_nobody_can_mean_is_none(seconds: int) -> None:
    key = KeySigner("witness.example/one", bytes(range(32)))
    value = seconds.to_bytes(8, "big") + key.sign(cosignature.message(CHECKPOINT, seconds))
    assert OURS.witness.time_of(CHECKPOINT, value) is None


@given(st.binary(min_size=32, max_size=32), st.from_regex(r"[a-z.]{1,20}/[a-z]{1,9}", fullmatch=True))
def test_keys_are_read_as_they_were_written(seed: bytes, name: str) -> None:
    cosigner = Cosigner(name, seed)
    assert cosignature.parse_cosigner(cosigner.render()).witness == cosigner.witness
    assert cosignature.parse_witness(cosigner.witness.vkey) == cosigner.witness


def test_a_key_is_for_one_use() -> None:
    log = KeySigner("witness.example/one", bytes(range(32)))
    assert log.verifier.key_id != OURS.witness.key_id
    for text in (log.verifier.vkey, log.render(), OURS.render(), WITNESS[:-4], WITNESS.replace("da77", "da78"), ""):
        with pytest.raises(BadNote):
            cosignature.parse_witness(text)
    for text in (OURS.witness.vkey, OURS.render()):
        with pytest.raises(BadNote):
            note.parse_vkey(text)
    for text in (log.render(), OURS.witness.vkey):
        with pytest.raises(BadNote):
            cosignature.parse_cosigner(text)
    with pytest.raises(BadNote):
        note.parse_signer(OURS.render())


def test_a_plain_signature_is_no_cosignature() -> None:
    """The same key must not be made to sign a checkpoint as its log."""
    log = KeySigner("witness.example/one", bytes(range(32)))
    line = Signature(OURS.witness.name, OURS.witness.key_id, log.sign(CHECKPOINT.encode()))
    assert OURS.witness.cosigned(signed(line.line, text=CHECKPOINT)) is None
    assert not signed(OURS.cosign(CHECKPOINT, AT).line, text=CHECKPOINT).signed_by(log.verifier)
    value = OURS.cosign(CHECKPOINT, AT).value
    as_log = replace(line, key_id=log.verifier.key_id, value=value[8:])
    assert not signed(as_log.line, text=CHECKPOINT).signed_by(log.verifier)
