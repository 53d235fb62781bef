"""Web hooks: asked for, proven by a challenge, told in order, given up after days of silence."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from portal import outgoing, sealing
from portal.errors import Refused
from portal.ledger import log
from portal.subscriptions import events
from portal.subscriptions.commands import About
from portal.subscriptions.models import WebHook
from portal.subscriptions.queries import digest

WINDOW = timedelta(hours=1)
MOST_OF_A_CLIENT = 10
PROVE_WITHIN = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)
LEASE = timedelta(minutes=5)  # longer than a turn of slow requests takes
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Made:
    """Shown once: the link's token, and the secret that signs."""

    token: str
    secret: str


@dataclass(frozen=True, slots=True)
class Known:
    """A web hook as its owner sees it."""

    url: str
    about: str
    code: str
    asked_at: datetime
    confirmed_at: datetime | None
    failing_since: datetime | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A web hook whose turn it is. `challenge` is what it must answer while it is unproven."""

    id: int
    url: str
    secret: str
    about: str
    code: str
    told: int
    proven: bool
    challenge: str


def ask(
    session: Session,
    *,
    url: str,
    about: About,
    code: str,
    client: str,
    allowed: Collection[str],
    at: datetime,
) -> Made:
    """Write it down; it is told nothing before it answered a challenge.

    Raises outgoing.NotAllowed, Refused("too_many_web_hooks", until=).
    """
    outgoing.destination(url, allowed=allowed)
    asking = sealing.blind_index("web_hook_client", client)
    _refuse_floods(session, asking, at)
    made = Made(secrets.token_urlsafe(24), events.new_secret())
    session.add(
        WebHook(
            token_hash=digest(made.token),
            url=url,
            secret=made.secret,
            client_index=asking,
            about=about,
            code=code,
            asked_at=at,
            told=0,
            due_at=at,
        )
    )
    return made


def by_token(session: Session, token: str) -> Known | None:
    row = session.execute(
        select(
            WebHook.url, WebHook.about, WebHook.code, WebHook.asked_at, WebHook.confirmed_at, WebHook.failing_since
        ).where(WebHook.token_hash == digest(token))
    ).one_or_none()
    return None if row is None else Known(**row._mapping)


def end(session: Session, *, token: str) -> None:
    """Nothing is kept."""
    session.execute(delete(WebHook).where(WebHook.token_hash == digest(token)))


def take_turn(session: Session, *, at: datetime) -> Turn | None:
    """The web hook that waited longest and has something coming; nobody else takes it before the lease is over."""
    listed = log.listed(session)
    row = session.execute(
        select(WebHook)
        .where(WebHook.due_at <= at, or_(WebHook.confirmed_at.is_(None), WebHook.told < listed))
        .order_by(WebHook.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar_one_or_none()
    if row is None:
        return None
    session.execute(update(WebHook).where(WebHook.id == row.id).values(due_at=at + LEASE))
    challenge = sealing.blind_index("web_hook_challenge", row.secret).hex()
    proven = row.confirmed_at is not None
    return Turn(row.id, row.url, row.secret, row.about, row.code, row.told, proven, challenge)


def record_proof(session: Session, hook_id: int, *, at: datetime) -> None:
    """It answered: what is published from now on is told."""
    _set(session, hook_id, confirmed_at=at, told=log.listed(session), due_at=at, failures=0, failing_since=None)


def record_told(session: Session, hook_id: int, *, told: int, at: datetime) -> None:
    _set(session, hook_id, told=told, due_at=at, failures=0, failing_since=None)


def record_failure(session: Session, hook_id: int, *, at: datetime) -> None:
    """Later again, each time after a longer pause; after days without an answer it is forgotten."""
    row = session.execute(
        select(WebHook.failures, WebHook.failing_since, WebHook.confirmed_at, WebHook.asked_at).where(
            WebHook.id == hook_id
        )
    ).one_or_none()
    if row is None:
        return
    since = row.failing_since or at
    given_up = at - since > GIVE_UP_AFTER if row.confirmed_at else at - row.asked_at > PROVE_WITHIN
    if given_up:
        session.execute(delete(WebHook).where(WebHook.id == hook_id))
        return
    pause = min(FIRST_PAUSE * 2 ** min(row.failures, 20), LONGEST_PAUSE)
    _set(session, hook_id, failures=row.failures + 1, failing_since=since, due_at=at + pause)


def _set(session: Session, hook_id: int, **values: object) -> None:
    session.execute(update(WebHook).where(WebHook.id == hook_id).values(**values))


def _refuse_floods(session: Session, client: bytes, at: datetime) -> None:
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": int.from_bytes(client[:8], signed=True)})
    asked = session.scalar(select(func.count()).where(WebHook.client_index == client, WebHook.asked_at > at - WINDOW))
    if (asked or 0) >= MOST_OF_A_CLIENT:
        raise Refused("too_many_web_hooks", until=at + WINDOW)
