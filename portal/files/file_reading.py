"""Asks the file worker about a file: the parent's side of `portal.files.file_worker`.

One worker a process, started with the first file, started again should it die. It forks a child for every file, so
files cannot see one another, and two at a time are enough to keep what they may use of memory small.
"""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from portal import logs
from portal.files import file_wire
from portal.files.file_places import PIECE
from portal.files.file_refusals import FileRefused
from portal.settings import ROOT

log = logs.logger(__name__)

AT_ONCE = 2
PATIENCE_SECONDS = file_wire.WALL_SECONDS + 10
WORKER = "portal.files.file_worker"  # by name: what it loads to decode pictures stays out of this process


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that may be kept: `data` is what to keep of it, `preview` a small JPEG where it is a picture."""

    media_type: str
    data: bytes
    preview: bytes | None


@dataclass(frozen=True, slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    control: socket.socket
    owner: int  # the process that started it: a fork of that must have another


class _State:
    worker: _Worker | None = None
    lock = threading.Lock()
    places = threading.BoundedSemaphore(AT_ONCE)


def examine(data: bytes, *, extension: str, declared: str | None) -> Examined:
    """Raises FileRefused; "file_bomb" too where the child was stopped for what the file made it do."""
    answer, body = asked({"task": "examine", "extension": extension, "declared": declared}, data)
    if "refused" in answer:
        raise FileRefused(answer["refused"], **answer["facts"])
    small = answer["preview"]
    return Examined(answer["kind"], body[small:], body[:small] or None)


def bounded(stream: IO[bytes], limit: int) -> bytes:
    """All that is sent, up to so many bytes. Raises FileRefused("file_too_large" | "file_empty")."""
    data = bytearray()
    while piece := stream.read(PIECE):
        data += piece
        if len(data) > limit:
            raise FileRefused("file_too_large", limit=limit)
    if not data:
        raise FileRefused("file_empty")
    return bytes(data)


def asked(message: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """What a child answers to one task; FileRefused("file_bomb") where it was stopped."""
    with _State.places, _job() as wire:
        wire.settimeout(PATIENCE_SECONDS)
        try:
            file_wire.send(wire, message, data)
            return file_wire.receive(wire)
        except (ConnectionError, TimeoutError) as error:
            log.warning("file_reader_stopped", error=type(error).__name__, size=len(data))
            raise FileRefused("file_bomb") from None


def _job() -> socket.socket:
    """Our end of a socket whose other end a child of the worker holds."""
    ours, theirs = socket.socketpair()
    with theirs, _State.lock:
        for again in (False, True):
            worker = _started(fresh=again)
            try:
                socket.send_fds(worker.control, [b"."], [theirs.fileno()])
            except OSError:
                log.warning("file_worker_gone")
            else:
                return ours
    ours.close()
    raise RuntimeError("the file worker does not start")


def _started(*, fresh: bool) -> _Worker:
    worker = _State.worker
    if worker is None or fresh or worker.owner != os.getpid() or worker.process.poll() is not None:
        worker = _State.worker = _start()
    return worker


def _start() -> _Worker:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", WORKER],
            cwd=ROOT,
            env={"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
        )
    return _Worker(process, ours, os.getpid())
