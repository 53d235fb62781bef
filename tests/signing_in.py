"""People for tests, and a browser already signed in: real rows and a real cookie, without the provider.

    person = make_citizen(session)
    sign_in_as(client, person)

Everything is committed, because a request reads with a connection of its own.
"""

import itertools
from datetime import date, timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import clock
from portal.people import commands, queries, register
from portal.people.claims import Claims, Kind
from portal.people.models import SignInSession
from portal.people.queries import Officer, Person, RoleName
from portal.people.tokens import digest, new_token
from portal.transaction import unit_of_work
from portal.units import queries as units

_numbers = itertools.count(1)


def make_citizen(
    session: Session,
    *,
    name: str = "Nguyễn Văn Thử",
    national_id: str | None = None,
    email: str | None = "cong.dan@example.test",
    phone: str | None = "0900000001",
    address: str | None = "1 đường Thử Nghiệm, Phường 1, Thành phố Vũng Tàu",
    born_on: date | None = date(1990, 5, 17),
) -> Person:
    """A citizen of the citizens' provider; each call makes another one, with an id number of their own."""
    number = next(_numbers)
    claims = Claims(
        subject=f"test-citizen-{number}",
        kind="citizen",
        name=name,
        national_id=national_id or f"099190{number:06d}",
        born_on=born_on,
        email=email,
        phone=phone,
        address=address,
    )
    return _enter(session, claims)


def make_organisation(
    session: Session, *, name: str = "Công ty TNHH Thử Nghiệm", tax_code: str = "3500000000"
) -> Person:
    number = next(_numbers)
    kind: Kind = "organisation"
    claims = Claims(
        subject=f"test-organisation-{number}", kind=kind, name=name, tax_code=tax_code, email="cong.ty@example.test"
    )
    return _enter(session, claims)


def make_officer(
    session: Session,
    agency_code: str,
    *roles: RoleName,
    name: str = "Trần Thị Cán Bộ",
    title: str = "Chuyên viên",
) -> Officer:
    """An officer of the unit with these roles (receiver when none is named), in force since 2020."""
    unit = units.by_agency_code(session, agency_code)
    assert unit is not None, f"no unit {agency_code}"
    since = date(2020, 1, 1)
    entries = tuple(register.RoleEntry(unit.id, role, valid_from=since) for role in roles or ("receiver",))
    subject = f"test-officer-{next(_numbers)}"
    with unit_of_work(session):
        entry = register.OfficerEntry(subject, name, title, "can.bo@example.test", entries)
        register.enter_officers(session, [entry], at=clock.now())
        row = register.officer_of(session, subject)
        assert row is not None
        found = queries.officer(session, row.id)
    assert found is not None
    return found


def sign_in_as(client: FlaskClient, who: Person | Officer, *, hours: int = 8) -> str:
    """Sign this browser in as the person or officer; returns the token, as the cookie holds it."""
    token, at = new_token(), clock.now()
    person_id, officer_id = (who.id, None) if isinstance(who, Person) else (None, who.id)
    row = SignInSession(
        token_hash=digest(token),
        person_id=person_id,
        officer_id=officer_id,
        provider="citizen" if isinstance(who, Person) else register.PROVIDER,
        created_at=at,
        expires_at=at + timedelta(hours=hours),
    )
    with client.application.app_context(), unit_of_work() as session:
        session.add(row)
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie["_user_id"] = token
    return token


def account_of(session: Session, token: str) -> queries.Account:
    """The account behind a token of `sign_in_as`, as a view would see it."""
    found = queries.account(session, token, at=clock.now())
    assert found is not None
    return found


def _enter(session: Session, claims: Claims) -> Person:
    with unit_of_work(session):
        token = commands.sign_in(session, provider="citizen", claims=claims, at=clock.now(), hours=8)
        account = account_of(session, token)
        assert account.person_id is not None
        person = queries.person(session, account.person_id)
    assert person is not None
    return person
