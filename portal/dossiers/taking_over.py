"""When dossiers that were filed at the counter become an account's: at a sign-in, and by nothing that anybody types.

What the provider vouches for must agree with what an officer read off a paper in three things: the whole number, the
name (marks count) and the day of birth; of an organisation in two: the whole code and the name. One that differs or is
not known hands nothing over; see docs/decisions/counter.md.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.dossiers.models import Dossier
from portal.mandates.rules import same_name
from portal.people import entered
from portal.people import queries as people
from portal.people.queries import Person


def take_over(session: Session, *, person_id: int) -> int:
    """Give the account what was filed at counters for the very same person; how many dossiers."""
    account = people.person(session, person_id)
    if account is None or account.entered:
        return 0
    alike = [one.id for one in entered_alike(session, account)]
    if not alike:
        return 0
    # One row was entered for one draft: with its dossier gone over, nothing names it any more.
    filed = session.scalars(select(Dossier.person_id).where(Dossier.person_id.in_(alike)).distinct()).all()
    moved = session.scalars(
        update(Dossier).where(Dossier.person_id.in_(filed)).values(person_id=person_id).returning(Dossier.id)
    ).all()
    entered.forget(session, filed)
    return len(moved)


def entered_alike(session: Session, person: Person) -> tuple[Person, ...]:
    """Everybody entered at a counter who is this person, as far as number, name and birth can say.

    Of an organisation, as far as code and name can.
    """
    if person.kind == "organisation" and person.tax_code is not None:
        return tuple(one for one in entered.coded(session, person.tax_code) if same_organisation(one, person))
    if person.kind != "citizen" or person.national_id is None:
        return ()
    return tuple(one for one in entered.numbered(session, person.national_id) if same_person(one, person))


def everywhere_alike(session: Session, person: Person) -> tuple[Person, ...]:
    """As `entered_alike`; of one who was entered, their accounts too: what an erasure has to reach."""
    accounts: tuple[Person, ...] = ()
    same = same_organisation if person.kind == "organisation" else same_person
    if person.entered and person.kind == "organisation":
        accounts = people.organisations(session)
    elif person.entered and person.national_id is not None:
        accounts = people.citizens_numbered(session, person.national_id)
    return (*entered_alike(session, person), *(one for one in accounts if same(one, person)))


def same_person(one: Person, other: Person) -> bool:
    known = one.national_id is not None and one.born_on is not None
    return (
        known
        and (one.national_id, one.born_on) == (other.national_id, other.born_on)
        and same_name(one.name, other.name)
    )


def same_organisation(one: Person, other: Person) -> bool:
    if one.tax_code is None or other.tax_code is None or {one.kind, other.kind} != {"organisation"}:
        return False
    return entered.digits(one.tax_code) == entered.digits(other.tax_code) and same_name(one.name, other.name)
