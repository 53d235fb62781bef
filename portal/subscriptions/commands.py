"""Asking to be told, confirming it from the letter, and ending it."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal import sealing
from portal.errors import Refused
from portal.ledger import log
from portal.letters import commands as letters
from portal.letters import message
from portal.subscriptions import schedule
from portal.subscriptions.models import Subscription
from portal.subscriptions.queries import digest

About = Literal["dossier", "unit", "procedure"]
Compose = Callable[[str], tuple[str, str]]
"""From a link's token to a letter's subject and body."""

CONFIRM_WITHIN = timedelta(days=3)
WINDOW = timedelta(hours=1)
MOST_OF_A_CLIENT = 20
MOST_UNCONFIRMED = 3


def ask(
    session: Session,
    *,
    address: str,
    about: About,
    code: str,
    language: str,
    client: str,
    compose: Compose,
    at: datetime,
) -> None:
    """Write it down unconfirmed, and a letter with the link that confirms it.

    Nothing is written, and nothing said, where the address has this subscription already or lets several letters lie:
    who asks must not learn what others read, and nobody can be flooded with our letters. Only a keyed digest of
    `client`, the caller's network address, is kept. Raises Invalid("wrong_address"),
    Refused("too_many_subscriptions", until=).
    """
    plain = message.address(address).addr_spec
    index = sealing.blind_index("subscription", plain.lower())
    asking = sealing.blind_index("subscription_client", client)
    _refuse_floods(session, asking, at)
    if _waiting(session, index) >= MOST_UNCONFIRMED:
        return
    token = secrets.token_urlsafe(24)
    facts = {"address": plain, "address_index": index, "client_index": asking, "language": language, "asked_at": at}
    added = _add(session, token, about=about, code=code, **facts)
    if added is not None:
        subject, body = compose(token)
        letters.enqueue(session, key=f"subscription-{added}", to=plain, subject=subject, body=body, at=at)


def confirm(session: Session, *, token: str, at: datetime) -> bool:
    """The reader says yes: what is published from now on is told. False where the link opens nothing."""
    row = session.execute(
        select(Subscription.id, Subscription.about, Subscription.confirmed_at)
        .where(Subscription.token_hash == digest(token))
        .with_for_update()
    ).one_or_none()
    if row is None:
        return False
    if row.confirmed_at is None:
        first = None if row.about == "dossier" else schedule.next_summary(at)
        session.execute(
            update(Subscription)
            .where(Subscription.id == row.id)
            .values(confirmed_at=at, told=log.listed(session), next_at=first)
        )
    return True


def end(session: Session, *, token: str) -> None:
    """The reader has enough: nothing is kept."""
    session.execute(delete(Subscription).where(Subscription.token_hash == digest(token)))


def forget_unconfirmed(session: Session, *, at: datetime) -> None:
    """Delete what nobody confirmed in time."""
    session.execute(
        delete(Subscription).where(Subscription.confirmed_at.is_(None), Subscription.asked_at < at - CONFIRM_WITHIN)
    )


def _add(session: Session, token: str, **facts: object) -> int | None:
    """The new row's id; None where this address has this subscription already."""
    return session.scalar(
        insert(Subscription)
        .values(token=token, token_hash=digest(token), told=0, **facts)
        .on_conflict_do_nothing(index_elements=["address_index", "about", "code"])
        .returning(Subscription.id)
    )


def _refuse_floods(session: Session, client: bytes, at: datetime) -> None:
    """One at a time from one caller, so that many requests at once are counted too."""
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": int.from_bytes(client[:8], signed=True)})
    asked = session.scalar(
        select(func.count()).where(Subscription.client_index == client, Subscription.asked_at > at - WINDOW)
    )
    if (asked or 0) >= MOST_OF_A_CLIENT:
        raise Refused("too_many_subscriptions", until=at + WINDOW)


def _waiting(session: Session, address: bytes) -> int:
    waiting = Subscription.confirmed_at.is_(None)
    return session.scalar(select(func.count()).where(Subscription.address_index == address, waiting)) or 0
