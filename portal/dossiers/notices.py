"""Letters to the person about an act: composed here, put into the outbox in the act's transaction."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from portal import logs
from portal.dossiers import called_for, letters_text
from portal.dossiers.letters_text import Facts
from portal.dossiers.life import Act, Outcome, Way
from portal.dossiers.rows import AnyRow
from portal.dossiers.taking_back import Before
from portal.errors import Invalid
from portal.letters import commands as letters
from portal.mandates import queries as mandates
from portal.people import queries as people
from portal.people.queries import Person
from portal.procedures.text import Text
from portal.units import queries as units
from portal.units.queries import Unit

log = logs.logger(__name__)


AGENT = "/agent"  # behind the key of a letter to whoever filed it for the applicant


class _Installed:
    base_url: str = ""


def install(base_url: str) -> None:
    """The portal's own address, for the links in letters."""
    _Installed.base_url = base_url


def send_filed(
    session: Session,
    *,
    applicant: Person,
    agent: Person | None,
    language: str,
    reference: str,
    procedure: Text,
    unit: Unit,
    at: datetime,
) -> None:
    """Confirm a filing, to the applicant and to whoever filed it for them; no letter where no address is known."""
    facts = Facts(reference, procedure.in_(language), unit.name_in(language), _link(reference, applicant))
    mine = replace(facts, agent=agent.name if agent else None)
    _enqueue(session, mine, to=applicant.email, act=Act.FILED, n=0, language=language, at=at)
    if agent is not None:
        theirs = replace(facts, granter=applicant.name)
        _enqueue(session, theirs, to=agent.email, act=Act.FILED, n=0, language=language, at=at, reader=AGENT)


def send(
    session: Session,
    dossier: AnyRow,
    *,
    act: Act,
    due_at: datetime | None,
    note: str | None,
    outcome: Outcome | None,
    at: datetime,
    to_code: str | None = None,
    back: Before | None = None,
    way: Way | None = None,
    postal_number: str | None = None,
) -> None:
    """Tell the person of a later act, and whoever filed it for them while their mandate holds.

    Only where the act has a letter and an address is known. `to_code` is the unit that the dossier went to.
    """
    if (act, outcome) not in letters_text.LETTERS:
        return
    person, agent = people.person(session, dossier.person_id), _agent_now(session, dossier, at)
    if person is None:
        return
    language = dossier.language
    unit = units.by_agency_code(session, code := to_code or _told_of(dossier, act))
    facts = Facts(
        reference=dossier.reference,
        procedure=Text(dossier.procedure_vi, dossier.procedure_en).in_(language),
        unit=unit.name_in(language) if unit else code,
        link=_link(dossier.reference, person),
        due_at=due_at,
        note=note,
        outcome=outcome,
        taken_back=back.told.act if back else None,
        stands=back.state if back else None,
        way=way,
        postal_number=postal_number,
        paper=None if person.entered else _paper(dossier.reference, dossier.steps, called_for.paper_of(act, outcome)),
    )
    _tell(session, facts, to=(person, agent), act=act, n=dossier.steps, language=language, at=at)


def _tell(
    session: Session, facts: Facts, *, to: tuple[Person, Person | None], act: Act, n: int, language: str, at: datetime
) -> None:
    """To the applicant, and to whoever filed it for them."""
    person, agent = to
    _enqueue(session, facts, to=person.email, act=act, n=n, language=language, at=at)
    if agent is not None:
        theirs = replace(facts, granter=person.name)
        _enqueue(session, theirs, to=agent.email, act=act, n=n, language=language, at=at, reader=AGENT)


def _told_of(dossier: AnyRow, act: Act) -> str:
    """The unit that a letter names: what was resolved waits at the desk, all is counted by the receiving unit."""
    own = {Act.RESOLVED: dossier.desk_code, Act.RECOUNTED: dossier.unit_code}
    return str(own.get(act, dossier.holder_code))


def _agent_now(session: Session, dossier: AnyRow, at: datetime) -> Person | None:
    """Whoever may act by the dossier's mandate at this instant."""
    if dossier.mandate_id is None:
        return None
    mandate = mandates.of_dossier(session, dossier.mandate_id, at=at)
    return people.person(session, mandate.agent.person_id or 0) if mandate.holds else None


def _enqueue(
    session: Session,
    facts: Facts,
    *,
    to: str | None,
    act: Act,
    n: int,
    language: str,
    at: datetime,
    reader: str = "",
) -> None:
    words = letters_text.compose(act, language, facts)
    if words is None or to is None:
        return
    try:
        letters.enqueue(session, key=f"{facts.reference}/{n}{reader}", to=to, subject=words[0], body=words[1], at=at)
    except Invalid as refusal:
        # An address that no letter can go to must not keep anybody from filing. Nothing was written yet.
        log.warning("letter_not_written", reference=facts.reference, act=act.value, reason=refusal.code)


def address(path: str) -> str:
    """A whole address of the portal, for a letter."""
    return f"{_Installed.base_url}{path}"


def _paper(reference: str, n: int, form: str | None) -> str | None:
    """Where the paper about that step is, if the act calls for one."""
    if form is None:
        return None
    return address(f"/dossiers/{reference}/{'receipt' if form == 'receipt' else f'notices/{n}'}.pdf")


def _link(reference: str, applicant: Person) -> str:
    """Where the applicant reads on: without an account, where the receipt's code is asked for."""
    return address(f"/track?reference={reference}" if applicant.entered else f"/dossiers/{reference}")
