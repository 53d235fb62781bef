"""The list of digests is one that `sha256sum` reads, and its seal is nobody's without the keys."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.backups import sums
from portal.backups.faults import NotDone
from portal.sealing import Box

KEY = Box(bytes(32), sums.PURPOSE)
NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\n\r\\/") | st.sampled_from("\x85\u2028\udcff"), min_size=1
)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    for name in ("one", "Hồ sơ 2"):
        (tmp_path / name).write_text(name)
    digests = {name: str(sums.digest_of(tmp_path / name)) for name in ("one", "Hồ sơ 2")}
    sums.write(tmp_path, digests, key=KEY)
    return tmp_path


def test_what_is_listed_is_read_again_and_checked_by_the_tools_of_others(backup: Path) -> None:
    digests = sums.read(backup, key=KEY)
    sums.check(backup, digests)
    assert set(digests) == {"one", "Hồ sơ 2"}
    tool = shutil.which("sha256sum")
    assert tool is not None
    subprocess.run([tool, "--check", "--strict", sums.FILE], cwd=backup, check=True, capture_output=True)


@given(st.dictionaries(NAMES.filter(lambda name: name not in {".", ".."}), st.binary(min_size=32, max_size=32)))
def test_any_list_is_read_as_it_was_written(digests: dict[str, bytes]) -> None:
    written = {name: digest.hex() for name, digest in digests.items()}
    assert sums.parse(sums.render(written)) == written


@pytest.mark.parametrize(
    "line", ["", "x", "0" * 64, f"{'0' * 64}  /etc/passwd", f"{'0' * 64}  a/../../b", f"{'g' * 64}  a"]
)
def test_a_list_that_leads_elsewhere_or_nowhere_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        sums.parse(f"{line}\n".encode())


@pytest.mark.parametrize("name", ["a\nb", "a\rb", "a\\b"])
def test_a_name_that_cannot_be_listed_is_told(name: str) -> None:
    with pytest.raises(NotDone, match="cannot be listed"):
        sums.render({name: "0" * 64})


def test_a_changed_list_another_key_and_a_missing_seal_are_told(backup: Path) -> None:
    with pytest.raises(NotDone, match="keys of this installation"):
        sums.read(backup, key=Box(b"x" * 32, sums.PURPOSE))
    listed = (backup / sums.FILE).read_bytes()
    (backup / sums.FILE).write_bytes(listed + listed)
    with pytest.raises(NotDone, match="keys of this installation"):
        sums.read(backup, key=KEY)
    (backup / sums.SEAL).unlink()
    with pytest.raises(NotDone, match="not a whole backup"):
        sums.read(backup, key=KEY)


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_text("two")])
def test_a_changed_or_missing_file_is_named(backup: Path, harm: object) -> None:
    harm(backup / "one")  # type: ignore[operator]
    with pytest.raises(NotDone, match="one is missing or was changed"):
        sums.check(backup, sums.read(backup, key=KEY))


def test_a_file_that_cannot_be_read_is_told(backup: Path) -> None:
    (backup / "one").unlink()
    (backup / "one").symlink_to("one")
    with pytest.raises(NotDone, match="symbolic links"):
        sums.check(backup, sums.read(backup, key=KEY))
