"""Telling people and programs what a monitor found: a web hook and e-mail.

A web hook gets a POST of JSON: `at`, `reason` ("findings", "could_not_tell", "well_again", "overdue", "key_announced"),
`text` for a person, and `report`, the same object that `--json` prints. Any answer from 200 to 299 means it arrived;
else it is sent again with the next look, at least once in all.
"""

import json
import smtplib
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any, Protocol

from portal.ledger import entry

SECONDS = 30
MOST_WAITING = 1000


class BadChannel(ValueError):
    """Not an address to tell anything to."""


class NotTold(Exception):
    """It did not arrive."""


@dataclass(frozen=True, slots=True)
class Message:
    at: datetime
    reason: str
    title: str
    text: str
    report: dict[str, object]

    def render(self) -> bytes:
        members = {
            "at": entry.instant_text(self.at),
            "reason": self.reason,
            "text": f"{self.title}\n{self.text}",
            "report": self.report,
        }
        return json.dumps(members, ensure_ascii=False).encode()


class Channel(Protocol):
    @property
    def name(self) -> str: ...

    def send(self, message: Message) -> None:
        """Raises `NotTold`."""
        ...


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        return None


class WebHook:
    def __init__(self, url: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise BadChannel("a web hook is an address that begins with https:// or http://")
        self.name = url
        self._opener = urllib.request.build_opener(_NoRedirects)

    def send(self, message: Message) -> None:
        request = urllib.request.Request(  # noqa: S310  (the scheme is checked above)
            self.name, message.render(), {"Content-Type": "application/json"}, method="POST"
        )
        try:
            self._opener.open(request, timeout=SECONDS).close()
        except OSError as error:
            raise NotTold(f"{self.name}: {error}") from error


class Mail:
    """E-mail by a server that takes it without a password, encrypted where the server can."""

    def __init__(self, to: str, server: str, sender: str | None) -> None:
        host, colon, port = server.rpartition(":")
        if not colon or not host or not port.isdecimal():
            raise BadChannel("a mail server is given as HOST:PORT")
        self.name = f"{to} by {server}"
        self._to, self._from = to, sender or to
        self._host, self._port = host, int(port)

    def send(self, message: Message) -> None:
        letter = EmailMessage()
        letter["Subject"], letter["To"], letter["From"] = message.title, self._to, self._from
        letter.set_content(message.text)
        try:
            with smtplib.SMTP(self._host, self._port, timeout=SECONDS) as server:
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls()
                server.send_message(letter)
        except (OSError, smtplib.SMTPException) as error:
            raise NotTold(f"{self.name}: {error}") from error


class Telling:
    """Every message to every channel, in order; what did not arrive waits for the next look."""

    def __init__(self, channels: Sequence[Channel]) -> None:
        self._waiting: list[tuple[Channel, deque[Message]]] = [(one, deque(maxlen=MOST_WAITING)) for one in channels]

    def add(self, message: Message) -> None:
        for _, waiting in self._waiting:
            waiting.append(message)

    def send(self) -> list[str]:
        """Send what waits; returns what did not work."""
        failed = []
        for channel, waiting in self._waiting:
            try:
                while waiting:
                    channel.send(waiting[0])
                    waiting.popleft()
            except NotTold as error:
                failed.append(str(error))
        return failed
