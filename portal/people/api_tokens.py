"""Tokens with which a person's own programs read that person's dossiers: made, shown as a list, ended, recognised.

Only a digest of a token rests here, so it can be shown once only. A token that is ended is deleted; one past its term
stays in its owner's list for some weeks, so that they see why a program stopped.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal import sealing
from portal.clock import local_day
from portal.errors import NotFound, Refused
from portal.people.models import ApiToken, Person, WrongToken
from portal.people.tokens import API_TOKEN, digest, new_api_token

MOST_LIVE = 10
TERMS = (30, 90, 365)  # days
NAME_MAX = 60
LISTED = 50
WRONG_PER_HOUR = 30
WINDOW = timedelta(hours=1)


class Scope(StrEnum):
    """What a token may do."""

    READ = "dossiers:read"  # the own dossiers: where each stands, what was done, what is next
    ANSWERS = "dossiers:answers"  # and what was filed: answers, names of files


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose token came with this request, and what it may do."""

    token_id: int
    person_id: int
    scopes: frozenset[str]
    last_used_on: date | None

    def may(self, scope: Scope) -> bool:
        return scope.value in self.scopes


@dataclass(frozen=True, slots=True)
class Listed:
    """One token as its owner sees it."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None


def create(
    session: Session,
    *,
    person_id: int,
    name: str,
    scopes: Collection[Scope],
    days: int,
    at: datetime,
    form: str | None = None,
) -> str:
    """A new token; what is returned is known to nobody afterwards.

    `form` is the word of the form that asks: Refused("made_already") where it made a token that is still there.
    Refused("too_many_tokens", limit=) where the person has so many that work; two at once are counted one by one.
    """
    if not scopes or days not in TERMS:
        raise ValueError("a token needs a scope and one of the terms")
    if session.scalar(select(Person.id).where(Person.id == person_id).with_for_update()) is None:
        raise NotFound("person")
    form_hash = None if form is None else digest(form)
    if form_hash is not None and session.scalar(select(ApiToken.id).where(ApiToken.form_hash == form_hash)) is not None:
        raise Refused("made_already")
    live = select(func.count()).where(ApiToken.person_id == person_id, ApiToken.expires_at > at)
    if (session.scalar(live) or 0) >= MOST_LIVE:
        raise Refused("too_many_tokens", limit=MOST_LIVE)
    token = new_api_token()
    session.add(
        ApiToken(
            token_hash=digest(token),
            form_hash=form_hash,
            person_id=person_id,
            name=name,
            scopes=sorted(scope.value for scope in scopes),
            created_at=at,
            expires_at=at + timedelta(days=days),
            last_used_on=None,
        )
    )
    session.flush()
    return token


def end(session: Session, token_id: int, *, person_id: int) -> bool:
    """End one of the person's tokens, from this instant; False where it is not theirs or ended before."""
    gone = session.scalar(
        delete(ApiToken).where(ApiToken.id == token_id, ApiToken.person_id == person_id).returning(ApiToken.id)
    )
    return gone is not None


def of_person(session: Session, *, person_id: int) -> tuple[Listed, ...]:
    """The person's tokens, newest first, those past their term too."""
    row = ApiToken
    found = session.execute(
        select(row.id, row.name, row.scopes, row.created_at, row.expires_at, row.last_used_on)
        .where(row.person_id == person_id)
        .order_by(row.id.desc())
        .limit(LISTED)
    )
    return tuple(Listed(r.id, r.name, tuple(r.scopes), r.created_at, r.expires_at, r.last_used_on) for r in found)


def bearer(session: Session, token: str, *, at: datetime) -> Bearer | None:
    """Whose token this is, in one statement; None for one that is unknown, ended or past its term."""
    if not API_TOKEN.fullmatch(token):
        return None
    row = session.execute(
        select(ApiToken.id, ApiToken.person_id, ApiToken.scopes, ApiToken.last_used_on).where(
            ApiToken.token_hash == digest(token), ApiToken.expires_at > at
        )
    ).one_or_none()
    return None if row is None else Bearer(row.id, row.person_id, frozenset(row.scopes), row.last_used_on)


def note_use(session: Session, found: Bearer, *, at: datetime) -> None:
    """Keep the day of the last use, no instant: for a day that is kept, nothing is written."""
    day = local_day(at)
    older = or_(ApiToken.last_used_on.is_(None), ApiToken.last_used_on < day)
    session.execute(update(ApiToken).where(ApiToken.id == found.token_id, older).values(last_used_on=day))


def count_wrong(session: Session, *, client: str, at: datetime) -> datetime | None:
    """Count a wrong token of this network address; until when it must wait, once there were too many in the hour."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    key = sealing.blind_index("api_token_client", client)
    attempts = session.scalar(
        upsert(WrongToken)
        .values(client=key, hour=hour, attempts=1)
        .on_conflict_do_update(
            index_elements=[WrongToken.client, WrongToken.hour], set_={"attempts": WrongToken.attempts + 1}
        )
        .returning(WrongToken.attempts)
    )
    return hour + WINDOW if (attempts or 0) > WRONG_PER_HOUR else None


def forget(session: Session, *, before: datetime) -> int:
    """Delete tokens whose term ended before this instant, and the counters of hours before it; how many tokens."""
    session.execute(delete(WrongToken).where(WrongToken.hour < before))
    return len(session.scalars(delete(ApiToken).where(ApiToken.expires_at < before).returning(ApiToken.id)).all())
