"""A letter as an e-mail message (RFC 5322); pure."""

import unicodedata
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from portal.errors import Invalid

SENDER_NAME = "Hải Đăng"
LONGEST_SUBJECT = 500
LONGEST_BODY = 100_000
LONGEST_ADDRESS = 254


def address(text: str) -> Address:
    """One plain mail address; raises Invalid("wrong_address"). The domain may be written with marks."""
    local_part, at_sign, domain = text.rpartition("@")
    try:
        written = f"{local_part}{at_sign}{domain.encode('idna').decode('ascii')}"
        found = Address(addr_spec=written)
    except (UnicodeError, ValueError, IndexError, MessageError) as error:
        raise Invalid(code="wrong_address") from error
    plain = found.addr_spec == written and written.isascii() and len(written) <= LONGEST_ADDRESS
    if not plain or not local_part or "." not in domain or _has_controls(written):
        raise Invalid(code="wrong_address")
    return found


def check(to: str, subject: str, body: str) -> None:
    """Raises Invalid for what must not become a header, or is no letter. A body goes encoded: it may hold anything."""
    address(to)
    if not subject.strip() or len(subject) > LONGEST_SUBJECT or _has_controls(subject):
        raise Invalid(code="wrong_subject")
    if not body.strip() or len(body) > LONGEST_BODY or any("\ud800" <= character <= "\udfff" for character in body):
        raise Invalid(code="wrong_body")


def compose(
    *, sender: str, to: str, subject: str, body: str, message_id: str, at: datetime, repeat: bool = False
) -> EmailMessage:
    """The message; the same bytes for the same letter. A repeat says so and keeps its Message-ID."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(SENDER_NAME, addr_spec=sender)
    message["To"] = address(to)
    message["Subject"] = subject
    message["Date"] = at
    message["Message-ID"] = f"<{message_id}@{address(sender).domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if repeat:
        message["X-Repeat-Of"] = message["Message-ID"]
    message.set_content(body, charset="utf-8", cte="base64")
    return message


def _has_controls(text: str) -> bool:
    return any(unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") for character in text)
