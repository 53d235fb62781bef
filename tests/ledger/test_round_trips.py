"""Whatever one of the ledger's writers writes, its reader reads back; what it reads, the writer would write again.

Keys, checkpoints, tiles, bundles, entries, openings, lists of keys and announcements have theirs in the tests named
after them; here are notes with any texts and several signers, instants, and readers that are given noise.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import commitment, entry, key_entry, keyring, note, tiles
from portal.ledger.commitment import BadOpening
from portal.ledger.entry import BadEntry
from portal.ledger.note import BadNote, KeySigner
from portal.ledger.tiles import BadTile

LINES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12)
TEXTS = st.lists(LINES, min_size=1, max_size=5).map(lambda lines: "\n".join(lines) + "\n")
SIGNERS = [KeySigner(f"signer-{number}", bytes([number]) * 32) for number in range(6)]
ALMOST = st.text('{}":,+-— \n0123456789abcTZ=/AQgwkey.file', max_size=80)


@given(TEXTS, st.lists(st.sampled_from(SIGNERS), min_size=1, max_size=6, unique=True))
def test_a_note_is_read_as_it_was_written_and_each_signature_holds(text: str, signers: list[KeySigner]) -> None:
    written = note.sign(text, signers)
    read = note.parse(written.encode())
    assert read.text == text
    assert [line.name for line in read.signatures] == [signer.verifier.name for signer in signers]
    assert [read.signed_by(signer.verifier) for signer in SIGNERS] == [signer in signers for signer in SIGNERS]


@given(st.integers(0, 253_402_300_799))
def test_an_instant_is_read_as_it_was_written(second: int) -> None:
    at = datetime.fromtimestamp(second, UTC)
    assert entry.instant(entry.instant_text(at)) == at


def note_again(data: bytes) -> bytes:
    read = note.parse(data)
    return (read.text + "\n" + "".join(line.line for line in read.signatures)).encode()


AGAIN: dict[str, Callable[[bytes], bytes]] = {
    "note": note_again,
    "list of keys": lambda data: keyring.parse(data.decode()).render().encode(),
    "announcement": lambda data: key_entry.render(key_entry.parse(data)),
    "entry": lambda data: entry.render(*entry.parse(data)),
    "opening": lambda data: commitment.parse_opening(data).render(),
    "bundle": lambda data: tiles.render_bundle(tiles.parse_bundle(data, 1)),
}


@pytest.mark.parametrize("form", AGAIN)
@given(text=ALMOST)
def test_whatever_is_read_at_all_is_in_its_one_form(form: str, text: str) -> None:
    try:
        again = AGAIN[form](text.encode())
    except (BadNote, BadEntry, BadOpening, BadTile):
        return
    assert again == text.encode()
