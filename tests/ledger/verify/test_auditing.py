"""The audit of a whole log: what is sound is said to be, and whatever was done to it is named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from portal.ledger import note, tiles, tree
from portal.ledger.note import Checkpoint, KeySigner
from portal.ledger.verify.state import State
from tests.ledger.verify.mirrors import SIGNER, Mirror, audited, codes, lives

ENTRIES = list(lives(1000))
OTHERS = list(lives(1000, seed=2))


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 600, 1000])
def test_a_sound_log_is_sound(size: int) -> None:
    mirror = Mirror(ENTRIES[:size])
    report = audited(mirror)
    assert (report.exit_code, report.findings, report.unread) == (0, [], [])
    assert (report.size, report.root, report.read) == (size, mirror.root(), size)


@pytest.mark.parametrize("size", [1, 256, 600])
def test_every_tile_of_the_log_is_read(size: int) -> None:
    mirror = Mirror(ENTRIES[:size])
    audited(mirror)
    assert sorted(mirror.reads) == sorted(mirror.files)


def test_a_tree_of_three_levels_of_tiles() -> None:
    mirror = Mirror(tiles.parse_bundle(tiles.render_bundle(ENTRIES[:1] * 65_900), 65_900))
    report = audited(mirror)
    assert codes(report) == {"chain"}
    assert report.root == mirror.root()
    assert {"tile/1/000", "tile/1/001.p/1", "tile/2/000.p/1"} <= set(mirror.reads)


TAMPERING: dict[str, tuple[Callable[[list[bytes]], object], str]] = {
    "edited": (lambda entries: entries.__setitem__(5, OTHERS[5]), "root"),
    "deleted": (lambda entries: entries.pop(5), "bundle"),
    "inserted": (lambda entries: entries.insert(5, OTHERS[5]), "bundle"),
    "swapped": (lambda entries: entries.__setitem__(slice(5, 7), entries[6:4:-1]), "root"),
    "truncated": (lambda entries: entries.__delitem__(slice(590, None)), "missing"),
}


@pytest.mark.parametrize(("change", "code"), TAMPERING.values(), ids=TAMPERING)
def test_entries_that_are_not_the_signed_ones(change: Callable[[list[bytes]], object], code: str) -> None:
    mirror = Mirror(ENTRIES[:600])
    signed = mirror.checkpoint
    entries = list(mirror.entries)
    change(entries)
    tampered = Mirror(entries)
    tampered.files["checkpoint"] = signed
    report = audited(tampered)
    assert report.exit_code == 1
    assert code in codes(report) | {"bundle" if code == "missing" else code}
    assert not report.log_is_sound


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/002.p/88", "tile/1/000.p/2"])
def test_a_tile_that_is_not_that_of_the_entries(path: str) -> None:
    mirror = Mirror(ENTRIES[:600])
    for wrong in (mirror.files[path][:-32] + bytes(32), mirror.files[path][:-1], mirror.files[path] + b"x"):
        mirror.files[path] = wrong
        assert codes(audited(mirror)) == {"tile"}
    del mirror.files[path]
    report = audited(mirror)
    assert (codes(report), report.exit_code) == ({"missing"}, 1)


@pytest.mark.parametrize("path", ["tile/entries/001", "tile/entries/002.p/88"])
def test_a_bundle_that_is_none(path: str) -> None:
    mirror = Mirror(ENTRIES[:600])
    whole = mirror.files[path]
    for wrong in (b"", whole[:-1], whole + b"x", whole[1:], whole + whole, b"\xff" * 100):
        mirror.files[path] = wrong
        assert codes(audited(mirror)) == {"bundle"}
    del mirror.files[path]
    assert codes(audited(mirror)) == {"missing"}


def test_an_entry_that_is_in_no_form_an_entry_has() -> None:
    entries = list(ENTRIES[:300])
    entries[7] = entries[7].replace(b'"v":1', b'"v":2')
    entries[280] = b'{"act":"filed"}'
    report = audited(Mirror(entries))
    assert [finding.position for finding in report.findings if finding.code == "entry"] == [7, 280]
    assert not report.log_is_sound


NOTES = {
    "not a note": lambda _: b"hello\n",
    "empty": lambda _: b"",
    "no signature": lambda data: data.partition(b"\n\n")[0] + b"\n\n",
    "leading zero": lambda data: data.replace(b"\n300\n", b"\n0300\n"),
    "another size": lambda data: data.replace(b"\n300\n", b"\n301\n"),
    "a line more": lambda data: data.replace(b"\n\n", b"\nmore\n\n"),
    "trailing bytes": lambda data: data + b"x",
    "signed twice": lambda data: data + b"\xe2\x80\x94" + data.rpartition(b"\xe2\x80\x94")[2],
    "padding": lambda data: data.replace(b"=\n\n", b"\n\n"),
    "not UTF-8": lambda data: data.replace(b"hai-dang", b"hai\xffdang"),
    "too long": lambda data: data.replace(b"\n\n", b"\n" + b"x" * 1_000_000 + b"\n\n"),
}


@pytest.mark.parametrize("change", NOTES.values(), ids=NOTES)
def test_a_checkpoint_that_is_none(change: Callable[[bytes], bytes]) -> None:
    mirror = Mirror(ENTRIES[:300])
    mirror.files["checkpoint"] = change(mirror.checkpoint)
    report = audited(mirror)
    assert (codes(report), report.exit_code) == ({"signature"}, 1)
    assert mirror.reads == ["checkpoint"]


def test_a_checkpoint_of_another_log_or_by_another_key() -> None:
    other_log = Mirror(ENTRIES[:10], signer=KeySigner("other.test/ledger", bytes(32)))
    assert codes(audited(other_log)) == {"other_log"}
    same_name = Mirror(ENTRIES[:10], signer=KeySigner(SIGNER.verifier.name, bytes(32)))
    assert codes(audited(same_name)) == {"signature"}


def test_without_a_checkpoint_nothing_can_be_told() -> None:
    mirror = Mirror()
    del mirror.files["checkpoint"]
    report = audited(mirror)
    assert (report.exit_code, report.findings) == (2, [])


# --- An older checkpoint -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("old", [0, 1, 255, 256, 300, 599, 600])
def test_a_log_that_continues_an_older_checkpoint_is_sound(old: int) -> None:
    assert audited(Mirror(ENTRIES[:600]), since=[Mirror(ENTRIES[:old]).checkpoint]).exit_code == 0


@pytest.mark.parametrize("old", [6, 255, 256, 300, 512, 599, 600])
def test_a_log_built_anew_with_the_same_key_is_found_by_one_older_checkpoint(old: int) -> None:
    before = Mirror(ENTRIES[:old]).checkpoint
    rebuilt = Mirror([*ENTRIES[:5], OTHERS[5], *ENTRIES[6:600]])
    assert audited(rebuilt).log_is_sound
    report = audited(rebuilt, since=[before])
    assert (codes(report) - {"chain"}, report.exit_code) == ({"forked"}, 1)


def test_a_log_that_went_back_is_found_by_one_older_checkpoint() -> None:
    report = audited(Mirror(ENTRIES[:599]), since=[Mirror(ENTRIES[:600]).checkpoint])
    assert codes(report) == {"went_back"}


@pytest.mark.parametrize("old", [0, 1, 255, 256, 300, 511, 600])
def test_an_older_checkpoint_given_later_is_held_against_the_tiles(tmp_path: Path, old: int) -> None:
    """The state has read past its size already: a few tiles prove or disprove that the log continues it."""
    state = State(tmp_path / "state")
    mirror = Mirror(ENTRIES[:600])
    assert audited(mirror, state).exit_code == 0
    assert audited(mirror, state, since=[Mirror(ENTRIES[:old]).checkpoint]).exit_code == 0
    if old:
        other = Mirror([*ENTRIES[: old - 1], OTHERS[5]]).checkpoint
        assert "forked" in codes(audited(mirror, state, since=[other]))
    wrong = Checkpoint(SIGNER.verifier.name, old, tree.leaf_hash(b"")).render()
    assert "forked" in codes(audited(mirror, state, since=[note.sign(wrong, [SIGNER]).encode()]))
    state.close()
