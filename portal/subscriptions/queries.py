"""Reading subscriptions."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.subscriptions.models import Subscription


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription as its reader sees it."""

    id: int
    address: str
    about: str
    code: str
    language: str
    confirmed_at: datetime | None


def by_token(session: Session, token: str) -> Subscribed | None:
    """The subscription that this link opens; None once it was ended, or where there was none."""
    row = session.execute(
        select(
            Subscription.id,
            Subscription.address,
            Subscription.about,
            Subscription.code,
            Subscription.language,
            Subscription.confirmed_at,
        ).where(Subscription.token_hash == digest(token))
    ).one_or_none()
    return None if row is None else Subscribed(**row._mapping)


def digest(token: str) -> bytes:
    """What the database knows of a link's token."""
    return sha256(token.encode()).digest()
