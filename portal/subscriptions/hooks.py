"""Web hooks: asked for, proven by a challenge, told in order, given up after days of silence."""

from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
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
    """Shown in answer to the form and nowhere else: the link's token, and the secret that signs."""

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
    form: str,
    client: str,
    allowed: Collection[str],
    at: datetime,
) -> Made:
    """Write it down; it is told nothing before it answered a challenge.

    `form` is the word of the form that asks. The same form with the same wish makes no second one: it gets the first
    again, since of two quick clicks only the second answer is seen, and without the link nobody can end what was made.
    Raises outgoing.NotAllowed, Refused("too_many_web_hooks", until=).
    """
    outgoing.destination(url, allowed=allowed)
    asking = sealing.blind_index("web_hook_client", client)
    _one_at_a_time(session, asking)
    token = _token(form, about, code, url)
    secret = select(WebHook.secret).where(WebHook.token_hash == digest(token))
    if session.scalar(secret) is None:
        _refuse_floods(session, asking, at)
        fresh = {"url": url, "secret": events.new_secret(), "about": about, "code": code, "client_index": asking}
        session.execute(
            insert(WebHook)
            .values(token_hash=digest(token), asked_at=at, told=0, due_at=at, **fresh)
            .on_conflict_do_nothing(index_elements=["token_hash"])
        )
    return Made(token, session.scalars(secret).one())


def _token(form: str, *wish: str) -> str:
    """The link's token, which only this installation can tell from the form."""
    index = sealing.blind_index("web_hook_token", "\0".join((form, *wish)))
    return urlsafe_b64encode(index[:24]).decode()


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


def _one_at_a_time(session: Session, client: bytes) -> None:
    """From one caller, so that many requests at once are counted too, and two clicks find each other's."""
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": int.from_bytes(client[:8], signed=True)})


def _refuse_floods(session: Session, client: bytes, at: datetime) -> None:
    asked = session.scalar(select(func.count()).where(WebHook.client_index == client, WebHook.asked_at > at - WINDOW))
    if (asked or 0) >= MOST_OF_A_CLIENT:
        raise Refused("too_many_web_hooks", until=at + WINDOW)
