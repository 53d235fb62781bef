"""Verbs of people: signing in and out, and how to reach a person."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import sealing
from portal.clock import local_day
from portal.errors import Forbidden, NotFound
from portal.people import register
from portal.people.claims import Claims
from portal.people.models import ApiToken, Identity, OfficerRole, Person, SignInSession
from portal.people.queries import Account
from portal.people.tokens import digest, new_token


def sign_in(
    session: Session, *, provider: str, claims: Claims, at: datetime, hours: int, leave_url: str | None = None
) -> str:
    """Open a sign-in for the owner of (provider, subject) and return its fresh token.

    A person unknown so far is entered; an officer must be known: Forbidden("unknown_officer"),
    Forbidden("inactive_officer"), Forbidden("officer_without_role").
    """
    person_id: int | None = None
    officer_id: int | None = None
    if provider == register.PROVIDER:
        officer_id = _known_officer(session, claims, at=at)
    else:
        person_id = _person_of(session, provider, claims, at=at)
    token = new_token()
    session.add(
        SignInSession(
            token_hash=digest(token),
            person_id=person_id,
            officer_id=officer_id,
            provider=provider,
            created_at=at,
            expires_at=at + timedelta(hours=hours),
            leave_url=leave_url,
        )
    )
    session.flush()
    return token


def sign_out(session: Session, token: str, *, at: datetime) -> str | None:
    """End this sign-in; returns where the provider's own sign-out begins, where it has one. Safe to repeat."""
    row = session.get(SignInSession, digest(token), with_for_update=True)
    if row is None or row.ended_at is not None:
        return None
    leave_url, row.leave_url, row.ended_at = row.leave_url, None, at
    session.flush()
    return leave_url


def sign_out_elsewhere(session: Session, account: Account, *, at: datetime) -> int:
    """End every other open sign-in of this account; returns how many."""
    row = SignInSession
    owner = (
        row.officer_id == account.officer_id if account.officer_id is not None else row.person_id == account.person_id
    )
    ended = session.execute(
        update(row)
        .where(owner, row.ended_at.is_(None), row.expires_at > at, row.token_hash != digest(account.token))
        .values(ended_at=at, leave_url=None)
        .returning(row.token_hash)
    )
    return len(ended.all())


def end_all(session: Session, *, at: datetime) -> int:
    """End every open sign-in of everybody; returns how many."""
    row = SignInSession
    ended = session.execute(
        update(row)
        .where(row.ended_at.is_(None), row.expires_at > at)
        .values(ended_at=at, leave_url=None)
        .returning(row.token_hash)
    )
    return len(ended.all())


def forget_ended(session: Session, *, before: datetime) -> int:
    """Delete sign-ins that ended or expired before this instant; returns how many."""
    row = SignInSession
    gone = session.execute(
        delete(row).where(or_(row.expires_at < before, row.ended_at < before)).returning(row.token_hash)
    )
    return len(gone.all())


def update_contact(
    session: Session, person_id: int, *, email: str | None, phone: str | None, address: str | None
) -> None:
    """Keep how to reach the person; what they say here wins over what the provider says."""
    row = session.get(Person, person_id, with_for_update=True)
    if row is None:
        raise NotFound("person")
    row.email, row.phone, row.address = email, phone, address
    session.flush()


def lock(session: Session, person_id: int) -> None:
    """Hold the person's row until the transaction ends: what is counted for each person is then counted one by one."""
    if session.scalar(select(Person.id).where(Person.id == person_id).with_for_update()) is None:
        raise NotFound("person")


def _known_officer(session: Session, claims: Claims, *, at: datetime) -> int:
    officer = register.officer_of(session, claims.subject)
    if officer is None:
        raise Forbidden("unknown_officer")
    if not officer.active:
        raise Forbidden("inactive_officer")
    if not _has_a_role(session, officer.id, at=at):
        raise Forbidden("officer_without_role")
    return officer.id


def _has_a_role(session: Session, officer_id: int, *, at: datetime) -> bool:
    today = local_day(at)
    in_force = select(OfficerRole.id).where(
        OfficerRole.officer_id == officer_id,
        OfficerRole.valid_from <= today,
        or_(OfficerRole.valid_to.is_(None), OfficerRole.valid_to > today),
    )
    return session.execute(in_force.limit(1)).first() is not None


def _person_of(session: Session, provider: str, claims: Claims, *, at: datetime) -> int:
    """The person of (provider, subject), entered on the first visit; two first visits at once make one person."""
    person = _found(session, provider, claims.subject)
    if person is None:
        try:
            with session.begin_nested():
                return _enter_person(session, provider, claims, at=at)
        except IntegrityError:
            person = _found(session, provider, claims.subject)
            if person is None:
                raise
    _refresh(person, claims)
    session.flush()
    return person.id


def _found(session: Session, provider: str, subject: str) -> Person | None:
    return session.execute(
        select(Person)
        .join(Identity, Identity.person_id == Person.id)
        .where(Identity.provider == provider, Identity.subject == subject)
    ).scalar_one_or_none()


def _enter_person(session: Session, provider: str, claims: Claims, *, at: datetime) -> int:
    person = Person(kind=claims.kind, name=claims.name, created_at=at)
    _refresh(person, claims)
    session.add(person)
    session.flush()
    session.add(Identity(provider=provider, subject=claims.subject, person_id=person.id, created_at=at))
    session.flush()
    return person.id


def _refresh(person: Person, claims: Claims) -> None:
    """Take over what the provider vouches for; contact data only where we have none."""
    person.name = claims.name
    if claims.national_id:
        person.national_id = claims.national_id
        person.national_id_index = sealing.blind_index("national_id", claims.national_id)
    person.tax_code = claims.tax_code or person.tax_code
    person.born_on = claims.born_on.isoformat() if claims.born_on else person.born_on
    person.email = person.email or claims.email
    person.phone = person.phone or claims.phone
    person.address = person.address or claims.address


def erase(session: Session, person_id: int) -> None:
    """Take out everything that tells who this was, and every way to sign in or read as them; an empty husk stays.

    Whoever signs in under the same identity afterwards is entered anew, as somebody unknown.
    """
    session.execute(delete(SignInSession).where(SignInSession.person_id == person_id))
    session.execute(delete(ApiToken).where(ApiToken.person_id == person_id))
    session.execute(delete(Identity).where(Identity.person_id == person_id))
    numbers = ("national_id", "national_id_index", "tax_code", "tax_code_index")
    nothing = dict.fromkeys((*numbers, "born_on", "email", "phone", "address"))
    session.execute(update(Person).where(Person.id == person_id).values(name="", **nothing))
