"""Files are looked into by a process that can do no harm, within bounds of memory and time."""

import io
import os
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from portal.files import file_reading
from portal.files.file_refusals import FileRefused
from portal.settings import ROOT
from tests.dossiers import corpus
from tests.dossiers.open_documents import odt

HONEST, HOSTILE = corpus.honest(), corpus.hostile()
EXTENSIONS = ("pdf", "jpg", "png", "heic", "docx", "xlsx", "odt")
LIMIT = 20 * 1024 * 1024
IN_CHILD = "import sys, {module}; from portal.files import file_worker; file_worker._bind_hands(); {work}"


def examine(data: bytes, name: str) -> file_reading.Examined:
    return file_reading.examine(data, extension=name.rpartition(".")[2].lower(), declared=None)


def python(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def worker() -> psutil.Process:
    examine(corpus.PLAIN_PDF, "a.pdf")
    found = file_reading._State.worker
    assert found is not None
    return psutil.Process(found.process.pid)


def test_the_portal_itself_loads_no_decoder() -> None:
    """What decodes pictures stays in the worker."""
    code = (
        "import sys, portal.application; print(sorted(m for m in sys.modules if m in ('PIL', 'pi_heif', '_pi_heif')))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert shown.stdout.strip() == "[]"


def test_the_worker_knows_no_key_no_setting_and_nothing_of_the_framework() -> None:
    process = worker()
    assert set(process.environ()) <= {"LANG", "MALLOC_ARENA_MAX", "LC_CTYPE"}
    libraries = {Path(found.path).name for found in process.memory_maps()}
    assert not [name for name in libraries if "psycopg" in name or "cryptography" in name]


@pytest.mark.parametrize(
    ("module", "work"),
    [
        ("socket", "socket.socket().connect(('127.0.0.1', 9))"),
        ("pathlib", "pathlib.Path('/etc/hostname').read_bytes()"),
        ("subprocess", "subprocess.run(['/bin/true'])"),
        ("array", "array.array('b', bytes(1)) * (600 * 1024 * 1024)"),
    ],
)
def test_a_files_child_can_open_nothing_call_nobody_and_take_no_more_memory(module: str, work: str) -> None:
    done = python(IN_CHILD.format(module=module, work=work))
    assert done.returncode != 0
    assert "Too many open files" in done.stderr or "MemoryError" in done.stderr, done.stderr


def test_a_files_child_that_spins_is_ended() -> None:
    work = "resource.setrlimit(resource.RLIMIT_CPU, (1, 1)); [None for _ in iter(int, 1)]"
    assert python(IN_CHILD.format(module="resource", work=work)).returncode < 0, "by a signal"


def test_the_whole_hostile_corpus_stays_within_memory_and_time() -> None:
    """Each file within 10 seconds of a processor, its child within 400 MB more than the worker at rest."""
    with watched(worker()) as most:
        for name, (data, _) in {**HOSTILE, **_heavy()}.items():
            with suppress(FileRefused):
                examine(data, name)
    assert 0 < most.memory < 400 * 1024 * 1024
    assert 0 < most.seconds < 10


@dataclass
class Most:
    """Of one child, not their sum: one that has answered may not be gone yet when the next one begins."""

    memory: int = 0  # beyond what it shares with the process
    seconds: float = 0.0  # of a processor: however busy the machine is


@contextmanager
def watched(process: psutil.Process) -> Iterator[Most]:
    """The most that any of its children takes meanwhile."""
    most, done = Most(), threading.Event()
    shared = process.memory_info().rss

    def look() -> None:
        while not done.wait(0.01):
            for child in process.children():
                with suppress(psutil.NoSuchProcess):
                    most.memory = max(most.memory, child.memory_info().rss - shared)
                    most.seconds = max(most.seconds, sum(child.cpu_times()[:2]))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield most
    finally:
        done.set()
        looking.join()


def _heavy() -> dict[str, tuple[bytes, str]]:
    """As much work as a file of 20 MB can make, by kind."""
    noise = os.urandom(LIMIT - 4096)
    names = corpus.pdf(*[b"<< /A#62c /D >>"] * 200_000)
    return {
        "noise.pdf": (corpus.pdf(corpus.CATALOG, corpus.stream(noise, b"", deflate=False)), ""),
        "names.pdf": (names, ""),
        "streams.pdf": (corpus.pdf(*[corpus.stream(b"x")] * 90_000), ""),
        "noise.docx": (corpus.office(parts={"word/a.xml": noise}), ""),
        "noise.odt": (odt({"a.xml": noise}), ""),
        "markers.jpg": (b"\xff\xd8\xff\xda\x00\x02" + b"\xff\x00" * (LIMIT // 2 - 10) + b"\xff\xd9", ""),
        "segments.jpg": (b"\xff\xd8" + b"\xff\xfe\x00\x02" * (LIMIT // 4 - 10) + b"\xff\xd9", ""),
        "chunks.png": (corpus.png()[:33] + corpus.chunk(b"tEXt", b"") * (LIMIT // 12 - 10), ""),
        "flat.png": (_flat_png(10_000, 9_999), ""),
    }


def _flat_png(width: int, height: int) -> bytes:
    """A hundred million pixels in a few hundred kilobytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes((width * 3 + 1) * height), 1)
    start = b"\x89PNG\r\n\x1a\n" + corpus.chunk(b"IHDR", header)
    return start + corpus.chunk(b"IDAT", rows) + corpus.chunk(b"IEND", b"")


def test_a_picture_too_large_to_look_at_is_kept_without_a_preview() -> None:
    examined = examine(_flat_png(10_000, 9_999), "flat.png")
    assert (examined.media_type, examined.preview) == ("image/png", None)


def test_a_photograph_as_telephones_take_them_has_a_preview() -> None:
    out = io.BytesIO()
    Image.effect_noise((4000, 3000), 60).convert("RGB").save(out, "JPEG", quality=85)
    examined = examine(out.getvalue(), "photo.jpg")
    assert examined.preview is not None
    assert len(examined.preview) < 200_000


def test_a_worker_that_was_killed_is_started_again() -> None:
    process = worker()
    process.kill()
    process.wait(10)
    assert examine(corpus.PLAIN_PDF, "a.pdf").media_type == "application/pdf"
    assert file_reading._State.worker is not None
    assert file_reading._State.worker.process.pid != process.pid


def test_the_worker_ends_with_the_process_that_started_it() -> None:
    code = (
        "from portal.files import file_reading\n"
        "from tests.dossiers import corpus\n"
        "file_reading.examine(corpus.PLAIN_PDF, extension='pdf', declared=None)\n"
        "print(file_reading._State.worker.process.pid, flush=True)\n"
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    left = int(done.stdout)
    until = time.monotonic() + 10
    while psutil.pid_exists(left) and time.monotonic() < until:
        time.sleep(0.05)
    assert not psutil.pid_exists(left)


@settings(max_examples=150)
@given(st.sampled_from(EXTENSIONS), st.data())
def test_whatever_comes_is_taken_or_refused(extension: str, data: st.DataObject) -> None:
    """Honest files with bytes changed, cut or put together, under any name."""
    chosen = data.draw(st.sampled_from(sorted(HONEST)))
    broken = bytearray(HONEST[chosen])
    for _ in range(data.draw(st.integers(0, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    more = data.draw(st.sampled_from([b"", b"\0", HONEST["plain.pdf"], HONEST["photo.png"], b"PK\x03\x04"]))
    cut = data.draw(st.integers(0, len(broken)))
    try:
        file_reading.examine(bytes(broken[:cut]) + more, extension=extension, declared=None)
    except FileRefused as refusal:
        assert refusal.code != "file_bomb"
