"""Asking a witness over the network (c2sp.org/tlog-witness): one request, one answer, read with care.

Nothing that a witness answers is believed but a signature by the key that the policy names. An answer is read up to
the length that it can have, within a time; redirects are not followed. Never called inside a transaction.
"""

import functools
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from portal.ledger import note
from portal.ledger.cosignature import Witness
from portal.ledger.note import BadNote, Signature
from portal.ledger.policy import Asked
from portal.ledger.witness import request
from portal.ledger.witness.request import BadRequest, Request

SECONDS = 5.0
MOST_BYTES = 16_384
CLOCK_MAY_DIFFER = timedelta(minutes=10)
"""A cosignature is made when it is asked for: one that says another time bounds nothing."""


class Cosigned(NamedTuple):
    """The witness has signed. `line` is as it stands under the checkpoint."""

    at: datetime
    line: Signature


class Elsewhere(NamedTuple):
    """The witness last cosigned this log at another size than it was told."""

    size: int


class Differs(NamedTuple):
    """The witness has seen another tree of this log than the one it was shown."""

    reason: str


class Failed(NamedTuple):
    """No answer that helps. `refused`: the witness was reached and said no; asking again will not change that."""

    reason: str
    refused: bool = False


Answer = Cosigned | Elsewhere | Differs | Failed


class _Raw(NamedTuple):
    status: int
    content_type: str
    body: bytes


def ask(witness: Asked, asked: Request, *, now: datetime, seconds: float = SECONDS) -> Answer:
    """Show the witness a checkpoint and take its answer. Never raises for what the witness does."""
    try:
        raw = _post(witness.address or "", request.render(asked), seconds)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Failed(f"no answer ({type(error).__name__})")
    if raw.status == http.client.OK:
        return _signed(witness.key, asked, raw.body, now)
    if raw.status == http.client.CONFLICT:
        return _conflict(asked, raw)
    if raw.status == http.client.UNPROCESSABLE_ENTITY:
        return Differs(f"it does not find its tree of {asked.old} entries in ours")
    reasons = {
        http.client.NOT_FOUND: "it does not know this log: give it the log's public key",
        http.client.FORBIDDEN: "it does not accept the log's signature: give it the log's present key",
        http.client.BAD_REQUEST: "it could not read the request",
    }
    return Failed(reasons.get(raw.status, f"it answered {raw.status}"), refused=raw.status in reasons)


def _signed(key: Witness, asked: Request, body: bytes, now: datetime) -> Answer:
    """Lines of other keys are left aside, as the format says."""
    try:
        lines = note.parse_signatures(body.decode())
        signed = note.parse(asked.note)
    except (BadNote, UnicodeDecodeError):
        return Failed("its answer is not a cosignature")
    own = [line for line in lines if (line.name, line.key_id) == (key.name, key.key_id)]
    at = key.time_of(signed.text, own[0].value) if len(own) == 1 else None
    if at is None:
        return Failed("its answer is not a cosignature by its key")
    if abs(at - now) > CLOCK_MAY_DIFFER:
        return Failed(f"its clock says {at.isoformat()}")
    return Cosigned(at, own[0])


def _conflict(asked: Request, raw: _Raw) -> Answer:
    """Another size than it was told; or that very size, the checkpoint's, and then another root."""
    try:
        size = request.parse_size(raw.body)
    except BadRequest:
        return Failed("it did not say at which size it is")
    if size != asked.old and raw.content_type == request.SIZE_TYPE:
        return Elsewhere(size)
    if size == note.parse_checkpoint(note.parse(asked.note).text).size:
        return Differs(f"it has another tree of {size} entries")
    return Failed("it contradicts itself")


def _post(address: str, body: bytes, seconds: float) -> _Raw:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or parts.hostname is None:
        raise ValueError("not the address of a witness")
    connection = (
        http.client.HTTPSConnection(parts.hostname, parts.port, timeout=seconds, context=_tls())
        if parts.scheme == "https"
        else http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds)
    )
    try:
        connection.connect()
        with _cut_off_after(seconds, connection.sock):
            headers = {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "hai-dang-ledger/1"}
            connection.request("POST", f"{parts.path.rstrip('/')}/add-checkpoint", body, headers)
            response = connection.getresponse()
            data = response.read(MOST_BYTES + 1)
    finally:
        connection.close()
    if len(data) > MOST_BYTES:
        raise ValueError("the answer is too long")
    content_type = response.headers.get("Content-Type", "").partition(";")[0].strip()
    return _Raw(response.status, content_type, data)


@functools.cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextmanager
def _cut_off_after(seconds: float, connection: socket.socket) -> Iterator[None]:
    """The library's time limit is for each piece that arrives; this one is for all of them."""

    def cut_off() -> None:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:  # it ended by itself just then
            return

    timer = threading.Timer(seconds, cut_off)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
