"""Letters as they land in the outbox folder."""

import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

PATIENCE_SECONDS = 60.0


def letters_about(outbox: Path, reference: str, *, at_least: int) -> list[EmailMessage]:
    """Letters that name the dossier; waits until there are as many."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(found := _about(outbox, reference)) < at_least and time.monotonic() < deadline:
        time.sleep(0.2)
    assert len(found) >= at_least, f"{len(found)} letters about {reference} instead of {at_least}"
    return found


def letters_to(outbox: Path, address: str, *, at_least: int) -> list[EmailMessage]:
    """Letters to this address, oldest first; waits until there are as many."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(found := _to(outbox, address)) < at_least and time.monotonic() < deadline:
        time.sleep(0.2)
    assert len(found) >= at_least, f"{len(found)} letters to {address} instead of {at_least}"
    return found


def _about(outbox: Path, reference: str) -> list[EmailMessage]:
    return [letter for letter in _all(outbox) if reference in f"{letter['Subject']}\n{letter.get_content()}"]


def _to(outbox: Path, address: str) -> list[EmailMessage]:
    mine = [letter for letter in _all(outbox) if letter["To"] == address]
    return sorted(mine, key=lambda letter: letter["Date"].datetime)


def _all(outbox: Path) -> list[EmailMessage]:
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in outbox.glob("*.eml")]
