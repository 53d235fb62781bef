"""Reads of people: who is signed in, and what we know of them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, cast

from sqlalchemy import ARRAY, BigInteger, Date, ScalarSelect, Select, any_, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal import sealing
from portal.clock import local_day
from portal.people import lending, models
from portal.people.tokens import digest
from portal.questions import Question
from portal.reading import Written

AccountKind = Literal["citizen", "organisation", "officer"]
RoleName = Literal["receiver", "specialist", "leader", "editor", "administrator"]


@dataclass(frozen=True, slots=True)
class Role:
    """A right that an officer has in one unit today."""

    unit_id: int
    role: RoleName


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in, as read for this request; it is what Flask-Login calls the user."""

    kind: AccountKind
    person_id: int | None
    officer_id: int | None
    name: str
    provider: str
    roles: tuple[Role, ...] = ()
    standing_in: tuple[tuple[int, int, RoleName], ...] = ()  # whose, in which unit, which role: at the desk alone
    token: str = field(default="", repr=False)

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.token

    @property
    def is_officer(self) -> bool:
        return self.kind == "officer"

    @property
    def edits(self) -> bool:
        """Whether the officer edits the catalogue somewhere."""
        return any(role.role == "editor" for role in self.roles)

    @property
    def unit_ids(self) -> frozenset[int]:
        """Units in which the officer has any role."""
        return frozenset(role.unit_id for role in self.roles)

    def units_as(self, *roles: RoleName) -> frozenset[int]:
        """Units in which the officer has one of these roles."""
        return frozenset(role.unit_id for role in self.roles if role.role in roles)

    def has_role(self, unit_id: int, *roles: RoleName) -> bool:
        """Whether the officer has one of these roles in this unit (any role when none is named)."""
        return any(role.unit_id == unit_id and (not roles or role.role in roles) for role in self.roles)


@dataclass(frozen=True, slots=True)
class Person:
    """A citizen or an organisation, unsealed."""

    id: int
    kind: Literal["citizen", "organisation"]
    name: str
    national_id: str | None
    tax_code: str | None
    born_on: date | None
    email: str | None
    phone: str | None
    address: str | None
    entered: bool = False  # by an officer, as their paper showed them: without an account


@dataclass(frozen=True, slots=True)
class Officer:
    id: int
    name: str
    email: str | None
    title: str
    active: bool


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One sign-in that is still open, for the page where a person sees theirs."""

    provider: str
    created_at: datetime
    expires_at: datetime
    is_this_one: bool


def account(session: Session, token: str, *, at: datetime) -> Account | None:
    """The account behind a browser's token with its roles of today, in one statement; None when not signed in."""
    rows = _ACCOUNT.read(session, hash=digest(token), at=at, day=local_day(at))
    return _account(rows[0], token) if rows else None


def person(session: Session, person_id: int) -> Person | None:
    row = session.execute(select(*_PERSON).where(models.Person.id == person_id)).one_or_none()
    return None if row is None else _person(row)


def named(session: Session, person_ids: Collection[int], *, since: datetime) -> list[int]:
    """Those of these persons who are known by a name, and were at that instant."""
    row = models.Person
    rows = session.execute(select(row.id, row.name).where(row.id.in_(person_ids), row.created_at <= since))
    return sorted(person_id for person_id, name in rows if name)


def known_as(session: Session, provider: str, subject: str) -> Person | None:
    """The person whom the provider knows by this name; None for one who was never here."""
    row = session.execute(
        select(*_PERSON)
        .join(models.Identity, models.Identity.person_id == models.Person.id)
        .where(models.Identity.provider == provider, models.Identity.subject == subject)
    ).one_or_none()
    return None if row is None else _person(row)


def citizens_numbered(session: Session, national_id: str) -> tuple[Person, ...]:
    """The accounts whose provider vouches for this ID number; one person may have some at several providers."""
    index = sealing.blind_index("national_id", national_id)
    rows = session.execute(
        select(*_PERSON)
        .where(models.Person.national_id_index == index, models.Person.kind == "citizen", _SIGNS_IN)
        .order_by(models.Person.id)
        .limit(10)
    )
    return tuple(_person(row) for row in rows)


def organisations(session: Session) -> tuple[Person, ...]:
    """Every account of an organisation: for what happens once in a long while, such as a lawful erasure."""
    rows = session.execute(select(*_PERSON).where(models.Person.kind == "organisation", _SIGNS_IN))
    return tuple(_person(row) for row in rows)


def officer(session: Session, officer_id: int) -> Officer | None:
    row = session.execute(select(*_OFFICER).where(models.Officer.id == officer_id)).one_or_none()
    return None if row is None else Officer(**row._mapping)


def officer_subject(session: Session, officer_id: int) -> str | None:
    """Who the officer is at the officers' sign-in."""
    return session.scalar(select(models.Identity.subject).where(models.Identity.officer_id == officer_id).limit(1))


def officer_names(session: Session, officer_ids: Collection[int]) -> dict[int, str]:
    """Names of these officers, in one statement (none when there is nobody to ask for)."""
    return names_asked(officer_ids).answer(session) if officer_ids else {}


def names_asked(officer_ids: Collection[int]) -> Question[dict[int, str]]:
    return Question(_NAMES, {"ids": list(officer_ids)}, lambda rows: {row.id: row.name for row in rows})


def name_of(officer_id: InstrumentedAttribute[int | None]) -> ScalarSelect[str]:
    """The name of the officer of another statement's row, as a column."""
    return select(models.Officer.name).where(models.Officer.id == officer_id).scalar_subquery()


def officers_gone() -> Select[int]:
    """The ids of officers whose account was ended, for a condition."""
    return select(models.Officer.id).where(~models.Officer.active)


def officers_in(session: Session, unit_id: int, *, roles: Collection[str], on: date) -> tuple[Officer, ...]:
    """The active officers who have one of these roles in the unit on that day, by name."""
    held = models.OfficerRole
    mine = (
        select(held.officer_id)
        .where(
            held.unit_id == unit_id,
            held.role.in_(sorted(roles)),
            held.valid_from <= on,
            or_(held.valid_to.is_(None), held.valid_to > on),
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(*_OFFICER)
        .where(models.Officer.active, models.Officer.id.in_(mine))
        .order_by(models.Officer.name, models.Officer.id)
        .limit(500)
    )
    return tuple(Officer(**row._mapping) for row in rows)


def roles_of(session: Session, officer_id: int, *, on: date) -> tuple[Role, ...]:
    """What an active officer may do on that day, and where; nothing for one who left."""
    row = models.OfficerRole
    found = session.execute(
        select(row.unit_id, row.role)
        .join(models.Officer, models.Officer.id == row.officer_id)
        .where(row.officer_id == officer_id, models.Officer.active)
        .where(row.valid_from <= on, or_(row.valid_to.is_(None), row.valid_to > on))
        .order_by(row.unit_id, row.role)
    )
    return tuple(Role(one.unit_id, cast(RoleName, one.role)) for one in found)


def everybody_at(session: Session, unit_id: int, *, on: date) -> tuple[Officer, ...]:
    """Everybody who has a role in the unit on that day, whether they can sign in or not, by name."""
    row = models.OfficerRole
    mine = (
        select(row.officer_id)
        .where(row.unit_id == unit_id, row.valid_from <= on, or_(row.valid_to.is_(None), row.valid_to > on))
        .scalar_subquery()
    )
    rows = session.execute(
        select(*_OFFICER).where(models.Officer.id.in_(mine)).order_by(models.Officer.name, models.Officer.id).limit(500)
    )
    return tuple(Officer(**row._mapping) for row in rows)


def officers_at(session: Session, *, unit_ids: Collection[int], on: date) -> dict[int, int]:
    """How many officers have a role in each unit on that day; units without any are left out."""
    row = models.OfficerRole
    rows = session.execute(
        select(row.unit_id, func.count(row.officer_id.distinct()).label("number"))
        .where(row.unit_id.in_(list(unit_ids)), row.valid_from <= on, or_(row.valid_to.is_(None), row.valid_to > on))
        .group_by(row.unit_id)
    )
    return {found.unit_id: found.number for found in rows}


def open_sessions(session: Session, account: Account, *, at: datetime) -> tuple[OpenSession, ...]:
    """This account's open sign-ins, newest first, fifty at most."""
    row = models.SignInSession
    owner = (
        row.officer_id == account.officer_id if account.officer_id is not None else row.person_id == account.person_id
    )
    found = session.execute(
        select(row.token_hash, row.provider, row.created_at, row.expires_at)
        .where(owner, row.ended_at.is_(None), row.expires_at > at)
        .order_by(row.created_at.desc())
        .limit(50)
    )
    mine = digest(account.token)
    return tuple(OpenSession(r.provider, r.created_at, r.expires_at, r.token_hash == mine) for r in found)


_PERSON = (
    models.Person.id,
    models.Person.kind,
    models.Person.name,
    models.Person.national_id,
    models.Person.tax_code,
    models.Person.born_on,
    models.Person.email,
    models.Person.phone,
    models.Person.address,
    models.Person.entered_by.is_not(None).label("entered"),
)
_SIGNS_IN = models.Person.entered_by.is_(None)
_OFFICER = (
    models.Officer.id,
    models.Officer.name,
    models.Officer.email,
    models.Officer.title,
    models.Officer.active,
)


def _roles_in_force() -> ScalarSelect[Any]:
    row = models.OfficerRole
    day = bindparam("day", type_=Date)
    return (
        select(func.jsonb_agg(func.jsonb_build_array(row.unit_id, row.role)))
        .where(
            row.officer_id == models.SignInSession.officer_id,
            row.valid_from <= day,
            or_(row.valid_to.is_(None), row.valid_to > day),
        )
        .scalar_subquery()
    )


def _standing_in() -> ScalarSelect[Any]:
    array = func.jsonb_agg(func.jsonb_build_array(*lending.COLUMNS))
    lent = lending.lent_to(models.SignInSession.officer_id, bindparam("day", type_=Date), [array])
    return lent.correlate(models.SignInSession).scalar_subquery()


_ACCOUNT = Written(
    select(
        models.SignInSession.person_id,
        models.SignInSession.officer_id,
        models.SignInSession.provider,
        models.Person.kind,
        models.Person.name,
        models.Officer.name.label("officer_name"),
        _roles_in_force().label("roles"),
        _standing_in().label("standing_in"),
    )
    .outerjoin_from(models.SignInSession, models.Person, models.Person.id == models.SignInSession.person_id)
    .outerjoin(models.Officer, models.Officer.id == models.SignInSession.officer_id)
    .where(
        models.SignInSession.token_hash == bindparam("hash"),
        models.SignInSession.ended_at.is_(None),
        models.SignInSession.expires_at > bindparam("at"),
        or_(models.SignInSession.officer_id.is_(None), models.Officer.active),
    )
)


_NAMES = Written(
    select(models.Officer.id, models.Officer.name).where(
        models.Officer.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))
    )
)


def _person(row: Any) -> Person:
    values: dict[str, Any] = {**row._mapping}
    values["born_on"] = date.fromisoformat(row.born_on) if row.born_on else None
    return Person(**values)


def _account(row: Any, token: str) -> Account:
    if row.officer_id is None:
        return Account(row.kind, row.person_id, None, row.name, row.provider, token=token)
    roles = tuple(Role(unit_id, role) for unit_id, role in sorted(row.roles or []))
    lent = tuple((absent_id, unit_id, role) for absent_id, unit_id, role in sorted(row.standing_in or []))
    return Account("officer", None, row.officer_id, row.officer_name, row.provider, roles, lent, token)
