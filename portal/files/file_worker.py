"""The process that looks into files, so that no hostile one is ever parsed in a process that serves people.

`portal.files.file_reading` starts it and sends it one socket a file. For each it makes a child that reads the file
within bounds of memory and time, can open no other file and no connection, answers, and ends. It holds no key and no
setting, and ends when the portal's process does. What passes is in `portal.files.file_wire`.
"""

import os
import resource
import signal
import socket
from collections.abc import Callable, Mapping
from typing import Any

from portal.files import file_kinds, file_signatures, previews
from portal.files.file_refusals import FileRefused
from portal.files.file_wire import WALL_SECONDS, receive, send
from portal.signatures import straight

MEMORY = 400 * 1024 * 1024  # written to by one file's child, what is shared with this process not counted twice
ADDRESSES = 2 * 1024 * 1024 * 1024
CPU_SECONDS = 10


def main() -> None:
    """Serve the socket that is this process's standard input, until it is closed."""
    control = socket.socket(fileno=0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped by the system
    previews.prepare()
    file_signatures.prepare()
    "".encode("cp437")  # what names in archives may be written in: loaded while files may be opened
    while True:
        message, handles, _flags, _address = socket.recv_fds(control, 1, 1)
        if not message:
            return
        if os.fork() == 0:
            _serve(control, handles[0])
        for handle in handles:
            os.close(handle)


def _serve(control: socket.socket, handle: int) -> None:
    """Answer about one file and end, whatever happens."""
    status = 1
    try:
        control.close()
        straight.prepare()
        _bind_hands()
        with socket.socket(fileno=handle) as wire:
            _answer(wire)
        status = 0
    finally:
        os._exit(status)


def _bind_hands() -> None:
    signal.alarm(WALL_SECONDS)
    for what, most in (
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_AS, ADDRESSES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),  # what is open stays; nothing more is opened or connected
    ):
        resource.setrlimit(what, (most, most))


def _answer(wire: socket.socket) -> None:
    asked, data = receive(wire)
    try:
        answer, body = TASKS[asked["task"]](asked, data)
    except FileRefused as refusal:
        answer, body = {"refused": refusal.code, "facts": dict(refusal.facts)}, b""
    except MemoryError:
        answer, body = {"refused": "file_bomb", "facts": {}}, b""
    send(wire, answer, body)


def _examine(asked: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    kind, kept = file_kinds.examine(data, extension=asked["extension"], declared=asked["declared"])
    small = (previews.preview(kept, kind) or b"") if kind in file_kinds.PICTURES else b""
    return {"kind": kind, "preview": len(small)}, small + kept


TASKS: Mapping[str, Callable[[Mapping[str, Any], bytes], tuple[dict[str, Any], bytes]]] = {
    "examine": _examine,
    "signatures": file_signatures.answer_read,
    "prepare": file_signatures.answer_prepare,
}


if __name__ == "__main__":
    main()
