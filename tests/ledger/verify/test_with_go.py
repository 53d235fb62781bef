"""The Go program of docs/verifying.md, made of packages that nobody here wrote, against sound and unsound logs."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.ledger.note import KeySigner
from tests.ledger.verify.mirrors import SIGNER, VKEY, Mirror, lives
from tests.ledger.verify.servers import serving
from tests.ledger.verify.test_documents import GO, GO_PROGRAM, pasted

ENTRIES = list(lives(600))
SIZES = (0, 1, 255, 256, 257, 600)


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    said: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the program lies; Go keeps beside it what it has compiled."""
    made = tmp_path_factory.mktemp("go")
    (made / "audit.go").write_text(GO_PROGRAM)
    return made


def audited(folder: Path, mirror: Mirror, *, key: str = VKEY, more: str = "") -> Answer:
    with serving(mirror) as server:
        done = pasted(f"{GO.strip()} {more}", folder, portal=server.url, key=key)
    return Answer(done.returncode, done.stdout + done.stderr)


@pytest.mark.parametrize("size", SIZES)
def test_a_sound_log_is_called_sound(folder: Path, size: int) -> None:
    answer = audited(folder, Mirror(ENTRIES[:size]))
    assert (answer.code, f"Sound: {size} entries of hai-dang.test/ledger" in answer.said) == (0, True), answer.said
    assert (f"entry {size - 1} is in the tree" in answer.said) is (size > 0)


def test_any_entry_is_proven_by_its_number(folder: Path) -> None:
    mirror = Mirror(ENTRIES)
    for number in (0, 255, 256, 599):
        assert f"entry {number} is in the tree" in audited(folder, mirror, more=str(number)).said
    for unknown in ("600", "-1", "x"):
        assert audited(folder, mirror, more=unknown).code != 0


def edited(mirror: Mirror) -> None:
    """An entry is another one, and nothing is signed anew."""
    name = "tile/entries/001"
    mirror.files[name] = mirror.files[name].replace(b"H06.31", b"H06.32", 1)


def rehashed(mirror: Mirror) -> None:
    """The province hashes what it changed, and leaves the signed root as it was."""
    signed = mirror.checkpoint
    changed = Mirror([ENTRIES[0].replace(b"H06.31", b"H06.32"), *ENTRIES[1:]])
    mirror.files = {**changed.files, "checkpoint": signed}


def swapped(mirror: Mirror) -> None:
    signed = mirror.checkpoint
    mirror.files = {**Mirror([ENTRIES[1], ENTRIES[0], *ENTRIES[2:]]).files, "checkpoint": signed}


def cut_short(mirror: Mirror) -> None:
    mirror.files["tile/entries/000"] = mirror.files["tile/entries/000"][:-3]


def one_entry_less(mirror: Mirror) -> None:
    """Left out of the last bundle, under the address of the whole."""
    name = "tile/entries/002.p/88"
    mirror.files[name] = Mirror(ENTRIES[:599]).files["tile/entries/002.p/87"]


def bundle_gone(mirror: Mirror) -> None:
    del mirror.files["tile/entries/001"]


def hash_changed(mirror: Mirror) -> None:
    """Only a tile of hashes, on the way of the last entry's proof."""
    name = "tile/0/002.p/88"
    mirror.files[name] = b"\0" * 32 + mirror.files[name][32:]


def root_changed(mirror: Mirror) -> None:
    root = base64.b64encode(mirror.root())
    mirror.files["checkpoint"] = mirror.checkpoint.replace(root, base64.b64encode(bytes(32)))


def not_signed(mirror: Mirror) -> None:
    mirror.files["checkpoint"] = mirror.checkpoint.partition(b"\n\n")[0] + b"\n\n"


@pytest.mark.parametrize(
    "tamper",
    [edited, rehashed, swapped, cut_short, one_entry_less, bundle_gone, hash_changed, root_changed, not_signed],
)
def test_a_log_that_was_tampered_with_is_not(folder: Path, tamper: Callable[[Mirror], None]) -> None:
    mirror = Mirror(ENTRIES)
    tamper(mirror)
    answer = audited(folder, mirror)
    assert answer.code != 0, answer.said
    assert "Sound" not in answer.said


def test_another_key_opens_nothing(folder: Path) -> None:
    other = KeySigner(SIGNER.verifier.name, bytes(32)).verifier.vkey
    answer = audited(folder, Mirror(ENTRIES[:3]), key=other)
    assert (answer.code != 0, "Sound" not in answer.said) == (True, True)
