"""ClamAV itself, Debian's, with one signature of our own: what it says of real files is what the portal does."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.files.virus_scan import Clamd, Scan, ScannerSilent
from tests.dossiers.clamd import MALWARE
from tests.dossiers.corpus import PLAIN_PDF, honest, office

READY_SECONDS = 60
LARGEST = 20 * 1024 * 1024


@pytest.fixture(scope="module")
def scanner() -> Iterator[Clamd]:
    """A clamd of its own in a folder of its own, whoever runs the tests; it ends with them."""
    with tempfile.TemporaryDirectory(prefix="clamav-") as name:
        folder = Path(name)
        (folder / "signatures").mkdir()
        (folder / "signatures" / "ours.ndb").write_text(f"Test.Ours:0:*:{MALWARE.hex()}\n", encoding="ascii")
        process = subprocess.Popen(
            [_clamd(), "--config-file", str(_configuration(folder))],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            found = Clamd(f"unix:{folder / 'clamd.ctl'}")
            _wait(process, found)
            yield found
        finally:
            process.terminate()
            process.wait(20)


def _clamd() -> str:
    found = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, "script/test installs Debian's clamav-daemon where it may"
    return found


def _configuration(folder: Path) -> Path:
    lines = {
        "LocalSocket": folder / "clamd.ctl",
        "DatabaseDirectory": folder / "signatures",
        "TemporaryDirectory": folder,
        "LogFile": folder / "clamd.log",
        "Foreground": "yes",
        "StreamMaxLength": "25M",
        "MaxThreads": "2",
    }
    if os.geteuid() == 0:
        lines["User"] = "root"  # the folder is ours
    path = folder / "clamd.conf"
    path.write_text("".join(f"{name} {value}\n" for name, value in lines.items()), encoding="utf-8")
    return path


def _wait(process: subprocess.Popen[bytes], scanner: Clamd) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            scanner.scan([b"ready?"])
        except ScannerSilent:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"clamd did not start (exit code {process.poll()})")


def test_every_honest_file_is_clean(scanner: Clamd) -> None:
    for name, data in honest().items():
        assert scanner.scan([data]) is Scan.CLEAN, name


def test_malware_is_found_in_the_open_and_inside_an_office_file(scanner: Clamd) -> None:
    assert scanner.scan([b"x" * 5000, MALWARE, b"x" * 5000]) is Scan.FOUND
    assert scanner.scan([PLAIN_PDF + MALWARE]) is Scan.FOUND
    assert scanner.scan([office(parts={"word/media/a.bin": MALWARE})]) is Scan.FOUND


def test_the_largest_file_is_scanned_and_a_longer_one_is_no_verdict(scanner: Clamd) -> None:
    assert scanner.scan([bytes(LARGEST)]) is Scan.CLEAN
    with pytest.raises(ScannerSilent):
        scanner.scan([bytes(26 * 1024 * 1024)])


def test_several_files_at_a_time_each_get_their_own_verdict(scanner: Clamd) -> None:
    files = [b"y" * 1000 + (MALWARE if turn % 2 else b"") for turn in range(20)]
    with ThreadPoolExecutor(4) as at_once:
        verdicts = list(at_once.map(lambda data: scanner.scan([data]), files))
    assert verdicts == [Scan.CLEAN, Scan.FOUND] * 10
