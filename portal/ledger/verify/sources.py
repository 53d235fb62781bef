"""Where the bytes of a log are read from: a portal on the web, or a mirror of one in a plain folder.

Nothing that a source answers is believed. An answer is read up to the length that it can have and no further, within
a time; redirects are not followed. What could not be read says nothing about the log (`Unreadable`); what the source
says it does not have (`NotThere`), or what is longer than it can be (`TooLong`), does.
"""

import contextlib
import http.client
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each further try."""
ANSWER_SECONDS = 30.0
WHOLE_SECONDS = 180.0
HEADERS = {"User-Agent": "hai-dang-verify/1", "Accept-Encoding": "identity"}
WATCH_SECONDS = 0.25
CHUNK = 65_536


class Unreadable(Exception):
    """There was no answer that could be judged."""


class NotThere(Exception):
    """The source says that it does not have this."""


class TooLong(Exception):
    """The answer is longer than what was asked for can be."""


class Stopped(Exception):
    """Somebody asked to end."""


class BadAddress(ValueError):
    """Not the address of a portal, nor of a folder."""


class Source(Protocol):
    """`read` gives the bytes at a path below the log's prefix: `checkpoint`, `tile/0/000`, ..."""

    @property
    def name(self) -> str: ...

    def read(self, path: str, most: int) -> bytes: ...


def source_of(address: str, *, stop: threading.Event) -> Source:
    """The folder `file:...` names, or the portal at `http://...` or `https://...`."""
    if address.startswith("file:"):
        return FolderSource(Path(unquote(urlsplit(address).path)))
    return WebSource(address, stop=stop)


class FolderSource:
    """A mirror: the files of the log under their addresses, in this folder or in its folder `ledger`."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise BadAddress(f"{folder} is not a folder")
        below = folder / "ledger"
        self._folder = below if below.is_dir() else folder

    @property
    def name(self) -> str:
        return str(self._folder)

    def read(self, path: str, most: int) -> bytes:
        try:
            with (self._folder / path).open("rb") as file:
                data = file.read(most + 1)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise NotThere(f"{path} is not there") from error
        except OSError as error:
            raise Unreadable(f"{path}: {error.strerror}") from error
        return _short_enough(path, data, most)


class Keeping:
    """Another source, of which every answer is kept in a folder: a mirror of what was read."""

    def __init__(self, source: Source, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise BadAddress(f"{folder} is not empty: a mirror is of one audit")
        except OSError as error:
            raise BadAddress(f"{folder}: {error.strerror}") from error
        self._source, self._folder = source, folder

    @property
    def name(self) -> str:
        return self._source.name

    def read(self, path: str, most: int) -> bytes:
        data = self._source.read(path, most)
        file = self._folder / path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        except OSError as error:
            raise Unreadable(f"{file} cannot be kept: {error.strerror}") from error
        return data


class WebSource:
    """A portal. Each thread that reads has a connection of its own, kept open."""

    def __init__(
        self,
        address: str,
        *,
        stop: threading.Event,
        pauses: Sequence[float] = PAUSES,
        answer_seconds: float = ANSWER_SECONDS,
        whole_seconds: float = WHOLE_SECONDS,
    ) -> None:
        parts = urlsplit(address)
        try:
            self._host, self._port = parts.hostname or "", parts.port
        except ValueError as error:
            raise BadAddress(f"{address} has no such port") from error
        if parts.scheme not in ("http", "https") or not self._host or parts.query or parts.fragment:
            raise BadAddress(f"{address} is not an address like https://portal.example or file:/a/folder")
        self._secure = parts.scheme == "https"
        self._prefix = parts.path.rstrip("/") + "/ledger/"
        self._name = address.rstrip("/")
        self._stop = stop
        self._pauses = pauses
        self._answer_seconds, self._whole_seconds = answer_seconds, whole_seconds
        self._of_thread = threading.local()
        self._under_way: dict[http.client.HTTPConnection, float] = {}
        threading.Thread(target=_watch, args=(weakref.ref(self), stop), daemon=True, name="verify-watch").start()

    @property
    def name(self) -> str:
        return self._name

    def read(self, path: str, most: int) -> bytes:
        """The body; tried again where that may help. A part that is missing may be on its way, so that too."""
        for pause in self._pauses:
            try:
                return self._once(path, most)
            except (_Again, NotThere):
                if self._stop.wait(pause):
                    raise Stopped from None
        try:
            return self._once(path, most)
        except _Again as error:
            if self._stop.is_set():
                raise Stopped from None
            raise Unreadable(str(error)) from error

    def _once(self, path: str, most: int) -> bytes:
        connection = self._connection()
        whole = False
        self._under_way[connection] = time.monotonic() + self._whole_seconds
        try:
            connection.request("GET", self._prefix + path, headers=HEADERS)
            answer = connection.getresponse()
            self._check_status(path, answer)
            data = self._body(path, answer, most)
            answer.close()  # read to its end: the connection is free for the next one
            whole = not answer.will_close
        except (OSError, http.client.HTTPException) as error:
            raise _Again(f"{path}: {_reason(error)}") from error
        finally:
            del self._under_way[connection]
            if not whole:
                connection.close()
        return _short_enough(path, data, most)

    def _connection(self) -> http.client.HTTPConnection:
        held: http.client.HTTPConnection | None = getattr(self._of_thread, "connection", None)
        if held is None:
            if self._secure:
                context = ssl.create_default_context()
                held = http.client.HTTPSConnection(
                    self._host, self._port, timeout=self._answer_seconds, context=context
                )
            else:
                held = http.client.HTTPConnection(self._host, self._port, timeout=self._answer_seconds)
            self._of_thread.connection = held
        return held

    def _check_status(self, path: str, answer: http.client.HTTPResponse) -> None:
        if answer.status in (404, 410):
            raise NotThere(f"{path}: the server says {answer.status}")
        if 300 <= answer.status < 400:
            elsewhere = (answer.getheader("Location") or "")[:200]
            raise Unreadable(f"{path}: the server sends us to {elsewhere!r}; if you trust it, audit that address")
        if answer.status in (408, 425, 429) or answer.status >= 500:
            raise _Again(f"{path}: the server says {answer.status}")
        if answer.status != 200:
            raise Unreadable(f"{path}: the server says {answer.status}")
        if answer.getheader("Content-Encoding", "identity") != "identity":
            raise Unreadable(f"{path}: the server sends an encoding nobody asked for")

    def _body(self, path: str, answer: http.client.HTTPResponse, most: int) -> bytes:
        data = bytearray()
        while len(data) <= most:
            part = answer.read1(min(CHUNK, most + 1 - len(data)))
            if not part:
                break
            data += part
        else:
            raise TooLong(f"{path} is longer than {most} bytes")
        if self._stop.is_set():
            raise Stopped
        if answer.length or time.monotonic() > self._under_way[self._connection()]:
            raise _Again(f"{path}: the answer broke off, or took too long")
        return bytes(data)

    def end_those_due(self, now: float) -> None:
        """Cut off the requests that take longer than they may: their threads wake up with an error."""
        for connection, due in list(self._under_way.items()):
            if due <= now and connection.sock is not None:
                with contextlib.suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)


def _watch(source: "weakref.ref[WebSource]", stop: threading.Event) -> None:
    """As long as the source lives: no answer may take for ever, and none is waited for after somebody asked to end."""
    asked = False
    while not asked:
        asked = stop.wait(WATCH_SECONDS)
        watched = source()
        if watched is None:
            return
        watched.end_those_due(float("inf") if asked else time.monotonic())
        del watched


class _Again(Exception):
    """It may work a moment later."""


def _short_enough(path: str, data: bytes, most: int) -> bytes:
    if len(data) > most:
        raise TooLong(f"{path} is longer than {most} bytes")
    return data


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text)[:200]
