"""What passes between the portal and its file worker: `length (4 bytes) || JSON || file`, both ways."""

import json
import socket
import struct
from collections.abc import Mapping
from typing import Any

WALL_SECONDS = 30  # after which a file's child ends itself
MOST_MESSAGE = 64 * 1024


def send(wire: socket.socket, message: Mapping[str, Any], data: bytes) -> None:
    head = json.dumps({**message, "size": len(data)}).encode()
    wire.sendall(struct.pack(">I", len(head)) + head)
    wire.sendall(data)


def receive(wire: socket.socket) -> tuple[dict[str, Any], bytes]:
    """Raises ConnectionError where the other side ends in the middle."""
    length = struct.unpack(">I", _read_exactly(wire, 4))[0]
    if length > MOST_MESSAGE:
        raise ConnectionError("not a message of ours")
    message: dict[str, Any] = json.loads(_read_exactly(wire, length))
    return message, _read_exactly(wire, message["size"])


def _read_exactly(wire: socket.socket, size: int) -> bytes:
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        more = wire.recv_into(view[got:])
        if more == 0:
            raise ConnectionError("ended in the middle")
        got += more
    return bytes(data)
