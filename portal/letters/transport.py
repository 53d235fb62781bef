"""How a message leaves: by SMTP, or as an .eml file in a folder."""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Literal, Protocol

TIMEOUT_SECONDS = 30


class NotAccepted(Exception):
    """Certainly nobody got the letter. `reason` is a stable word or the server's reply code."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class NobodyKnows(Exception):
    """The connection ended after the message was handed over and before the server answered."""


class Transport(Protocol):
    @property
    def exact(self) -> bool:
        """Whether handing the same message over twice has one effect."""

    def send(self, message: EmailMessage, *, sender: str, recipient: str) -> None:
        """Hand the message over; raises NotAccepted or NobodyKnows."""


class Folder:
    """Writes `<Message-ID>.eml`, whole or not at all, once."""

    exact = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage, *, sender: str, recipient: str) -> None:
        del sender, recipient  # they stand in the message
        path = self.folder / f"{message['Message-ID'].strip('<>').partition('@')[0]}.eml"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():
                self._write(path, message.as_bytes())
        except OSError as error:
            raise NotAccepted("folder_not_writable") from error

    def _write(self, path: Path, content: bytes) -> None:
        partial = path.with_suffix(f".{os.getpid()}.part")
        try:
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


class Smtp:
    """One connection a letter. The server's certificate is checked in both TLS modes."""

    exact = False

    def __init__(
        self, host: str, port: int, *, tls: Literal["starttls", "tls", "none"], user: str = "", password: str = ""
    ) -> None:
        self.host = host
        self.port = port
        self.tls = tls
        self.user = user
        self.password = password

    def send(self, message: EmailMessage, *, sender: str, recipient: str) -> None:
        with self._connection() as connection:
            with _certain():
                connection.ehlo_or_helo_if_needed()
                _accepted(connection.mail(sender)[0], permanent=False)
                _accepted(connection.rcpt(recipient)[0])
            try:
                code = connection.data(message.as_bytes())[0]
            except smtplib.SMTPDataError as error:  # the server did not want to hear it
                code = error.smtp_code
            except (smtplib.SMTPException, OSError) as error:
                raise NobodyKnows from error
            _accepted(code)

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        with _certain():
            connection = self._connected()
        try:
            yield connection
        finally:
            with suppress(smtplib.SMTPException, OSError):  # the letter's fate is decided by now
                connection.quit()
            connection.close()

    def _connected(self) -> smtplib.SMTP:
        if self.tls == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            if self.tls == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if self.user:
                connection.login(self.user, self.password)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def _certain() -> Iterator[None]:
    """Before the message was handed over every failure is certain; and it is the operator's, not the letter's."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise NotAccepted(f"smtp_{error.smtp_code}") from error
    except UnicodeError as error:
        raise NotAccepted("sign_in_not_ascii") from error
    except ssl.SSLError as error:
        raise NotAccepted("tls_failed") from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotAccepted("no_connection") from error


def _accepted(code: int, *, permanent: bool = True) -> None:
    """Raises NotAccepted unless the reply is a yes; a 5xx to recipient or text will not change."""
    if code not in (250, 251):
        raise NotAccepted(f"smtp_{code}", permanent=permanent and 500 <= code < 600)
