"""What clamd says is taken for a verdict only where it is one."""

import threading
import time

import pytest
from pydantic import ValidationError

from portal.files.virus_scan import Clamd, Scan, ScannerSilent
from portal.settings import Settings
from tests.dossiers import clamd as stand_in
from tests.letters.mail_server import free_port


@pytest.mark.parametrize("unix", [True, False])
def test_a_file_is_sent_whole_and_its_verdict_comes_back(unix: bool) -> None:
    data = bytes(range(256)) * 4096 * 3
    with stand_in.clamd(unix=unix) as there:
        scanner = Clamd(there.address)
        assert scanner.scan([data[:100_000], data[100_000:]]) is Scan.CLEAN
        assert scanner.scan([b"x" + stand_in.MALWARE]) is Scan.FOUND
        assert scanner.scan([]) is Scan.CLEAN
    assert there.seen == [data, b"x" + stand_in.MALWARE, b""]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"OK\0",
        b"stream: OK",
        b"stream: OK\n",
        b"stream: OKAY\0",
        b" stream: OK\0",
        b"stream:  FOUND\0",
        b"stream: OK\nstream: X FOUND\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"COMMAND READ TIMED OUT\0",
        b"\xff" * 10_000,
    ],
)
def test_an_answer_that_is_no_verdict_is_silence(answer: bytes) -> None:
    with stand_in.clamd() as there:
        there.answer = answer
        with pytest.raises(ScannerSilent):
            Clamd(there.address).scan([b"data"])


def test_a_scanner_that_is_away_hangs_up_or_hangs_is_silence_within_its_time() -> None:
    began = time.monotonic()
    with pytest.raises(ScannerSilent):
        Clamd(f"127.0.0.1:{free_port()}").scan([b"data"])
    with pytest.raises(ScannerSilent):
        Clamd("unix:/nowhere/clamd.ctl").scan([b"data"])
    with stand_in.clamd() as there:
        there.hang_up = True
        with pytest.raises(ScannerSilent):
            Clamd(there.address).scan([b"data"])
        there.hang_up, there.hang = False, threading.Event()
        with pytest.raises(ScannerSilent):
            Clamd(there.address, seconds=0.5).scan([b"data"])
        there.hang.set()
    assert time.monotonic() - began < 10


def test_a_file_longer_than_the_scanner_takes_is_silence_not_clean() -> None:
    with stand_in.clamd() as there, pytest.raises(ScannerSilent):
        Clamd(there.address).scan([bytes(stand_in.STREAM_MAX + 1)])


@pytest.mark.parametrize(
    "address", ["", "unix:/run/clamav/clamd.ctl", "127.0.0.1:3310", "clamav.local:3310", "[::1]:3310"]
)
def test_the_setting_takes_a_socket_file_or_a_host_and_port(address: str) -> None:
    assert Settings(clamd=address).clamd == address


@pytest.mark.parametrize(
    "address", ["/run/clamav/clamd.ctl", "unix:clamd.ctl", "localhost", "http://localhost:3310", "a b:1"]
)
def test_the_setting_refuses_what_is_neither(address: str) -> None:
    with pytest.raises(ValidationError):
        Settings(clamd=address)
