"""The first act: a draft becomes a dossier, with its reference, its secret and its first entry in the ledger."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, bindparam, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal import sealing
from portal.clock import local_day
from portal.dossiers import drafts, look_up_secrets, notices, private_fields, reach, references, wished_ways, writing
from portal.dossiers.examining import examine
from portal.dossiers.life import Act, State
from portal.dossiers.models import Attachment, Dossier, DossierSecret, DossierView, ReferenceSeries
from portal.dossiers.rows import AnyRow
from portal.dossiers.views import Submitted
from portal.errors import Invalid, NotFound, Refused
from portal.files.virus_scan import Scan
from portal.ledger import commands as ledger
from portal.ledger import entry
from portal.mandates import queries as mandates
from portal.people import queries as people
from portal.people.queries import Person
from portal.procedures import queries as procedures
from portal.procedures.definition import Problem, asked
from portal.procedures.procedure import Procedure
from portal.units import queries as units
from portal.units.queries import Unit

SECRET_BYTES = 32
_INSTANT = DateTime(timezone=True)


@dataclass(frozen=True, slots=True)
class Filing:
    """A draft that may be filed, with all that is to be written."""

    draft: AnyRow
    procedure: Procedure
    person: Person
    unit: Unit
    answers: dict[str, Any]
    files: Sequence[AnyRow]
    language: str
    at: datetime
    secret: bytes
    agent: Person | None = None  # who files it for the person, by the draft's mandate

    @property
    def officer_id(self) -> int | None:
        """Who entered it at the counter; None where it was filed online."""
        found: int | None = self.draft.officer_id
        return found

    @property
    def filing_person_id(self) -> int | None:
        return None if self.officer_id else (self.agent or self.person).id

    @property
    def papers(self) -> dict[str, Any]:
        """What there is on paper, of the components that the answers call for."""
        wanted = {field.key for field in asked(self.procedure.form, self.answers)}
        return {field: noted for field, noted in self.draft.papers.items() if field in wanted}

    @property
    def for_somebody(self) -> dict[str, Any] | None:
        """The agent as they are now, and by which mandate; or who stands at the counter for an organisation.

        None where people file for themselves.
        """
        if self.agent is None:
            at_the_counter: dict[str, Any] | None = self.draft.representative
            return at_the_counter
        return {
            "name": self.agent.name,
            "national_id": self.agent.national_id,
            "mandate": self.draft.mandate_id,
        }

    @property
    def content(self) -> dict[str, Any]:
        told = {"applicant": self.applicant, "agent": self.for_somebody, "wished_ways": self.wished_ways}
        return told | {"answers": self.answers, "papers": self.papers}

    @property
    def wished_ways(self) -> dict[str, Any] | None:
        """How the result is to be returned: what was chosen, else what the page to look over says."""
        draft = self.draft
        chosen = wished_ways.of_json(draft.wished_way)
        wished = wished_ways.meant(chosen, channel=draft.channel, address=self.person.address)
        who = {"person_id": self.filing_person_id, "officer_id": self.officer_id}
        return wished_ways.first(wished, at=self.at, **who)

    @property
    def applicant(self) -> dict[str, Any]:
        """The person as they are now: what the dossier keeps, and commits to."""
        who = self.person
        return {
            "kind": who.kind,
            "name": who.name,
            "national_id": who.national_id,
            "tax_code": who.tax_code,
            "born_on": who.born_on.isoformat() if who.born_on else None,
            "email": who.email,
            "phone": who.phone,
            "address": who.address,
        }


def submit(
    session: Session, *, token: UUID, person_id: int, language: Literal["vi", "en"], at: datetime, on: date
) -> Submitted:
    """Make the draft a dossier. Repeated for the same draft it gives the first answer again and changes nothing.

    NotFound; Invalid(*Problem) while the form, its files or its unit have problems; Refused("procedure_changed")
    when its revision is no longer in force (`drafts.renew` moves it on); Refused("mandate_over") when it is for
    somebody else and the mandate holds no more (`drafts.for_oneself` goes on without).
    """
    draft = drafts.found(session, token=token, person_id=person_id)
    if draft is None:
        return _submitted_before(session, token, person_id)
    filing = _checked(session, draft, person_id=person_id, language=language, at=at, on=on)
    # The counter's row is locked from here to the commit: all reading is done.
    reference = _next_reference(session, filing.unit.agency_code, local_day(at))
    leaf = _append(session, filing, reference)
    proof = look_up_secrets.derive(filing.secret)
    writing.file_dossier(
        session,
        dossier=_dossier(filing, reference, leaf),
        step=_step(filing, leaf),
        secret=_secret(filing, reference, proof),
        content=filing.content,
        file_ids=[file.id for file in filing.files],
    )
    if filing.officer_id is not None:
        _record_view(session, reference, filing.officer_id, at)
    notices.send_filed(
        session,
        applicant=filing.person,
        agent=filing.agent,
        language=language,
        reference=reference,
        procedure=filing.procedure.name,
        unit=filing.unit,
        at=at,
    )
    return Submitted(reference, proof, at, again=False)


def _record_view(session: Session, reference: str, officer_id: int, at: datetime) -> None:
    """Whoever entered a dossier knows what is in it: that is in the log of looks from the beginning."""
    seen = select(
        Dossier.id, literal(officer_id, BigInteger), Dossier.unit_id, Dossier.unit_code, literal(at, _INSTANT)
    )
    columns = ["dossier_id", "officer_id", "unit_id", "unit_code", "at"]
    session.execute(insert(DossierView).from_select(columns, seen.where(Dossier.reference == reference)))


def _submitted_before(session: Session, token: UUID, person_id: int) -> Submitted:
    row = session.execute(
        select(Dossier.reference, Dossier.filed_at, DossierSecret.secret)
        .join(DossierSecret, DossierSecret.dossier_id == Dossier.id)
        .where(Dossier.draft_token == token, reach.written_by(person_id))
    ).one_or_none()
    if row is None:
        raise NotFound
    return Submitted(row.reference, look_up_secrets.derive(sealing.unseal(row.secret)), row.filed_at, again=True)


def _checked(session: Session, draft: AnyRow, *, person_id: int, language: str, at: datetime, on: date) -> Filing:
    """Everything that filing needs, or Invalid with every problem."""
    procedure = _in_force(session, draft, at)
    person, agent = _applicant_and_agent(session, draft, person_id=person_id, at=at)
    files = session.execute(_FILES, {"token": draft.token}).all()
    unit = units.unit(session, draft.unit_id, on=on) if draft.unit_id else None
    reading = examine(
        session,
        procedure.form,
        draft.answers,
        attached={file.field for file in files} | draft.papers.keys(),
        person_id=person.id,
        mandate_id=draft.mandate_id,
        unit_id=draft.unit_id,
        day=local_day(at),
        on=on,
    )
    if unit is None or not procedure.receiving.includes(unit):
        raise Invalid(Problem("unit", "missing"), *reading.problems)
    if reading.problems:
        raise Invalid(*reading.problems)
    called_for = {field.key for field in asked(procedure.form, reading.answers)}
    kept = [file for file in files if file.field in called_for]
    secret = secrets.token_bytes(SECRET_BYTES)
    return Filing(draft, procedure, person, unit, reading.answers, kept, language, at, secret, agent)


def _applicant_and_agent(
    session: Session, draft: AnyRow, *, person_id: int, at: datetime
) -> tuple[Person, Person | None]:
    """For whom the draft is filed, and who does it for them; the mandate cannot end until the filing is committed."""
    writer = people.person(session, person_id)
    if writer is None:
        raise NotFound
    if draft.mandate_id is None:
        return writer, None
    code = draft.procedure_code
    mandate = mandates.held(session, draft.mandate_id, agent_id=person_id, at=at, code=code, lock=True)
    granter = None if mandate is None else people.person(session, mandate.granter.person_id or 0)
    if granter is None:
        raise Refused("mandate_over")
    return granter, writer


def _in_force(session: Session, draft: AnyRow, at: datetime) -> Procedure:
    procedure = procedures.revision(session, draft.revision_id)
    if procedure is None:
        raise LookupError(f"revision {draft.revision_id} is gone")
    if procedure.has_ended(at):
        raise Refused("procedure_changed", procedure=procedure.code)
    if draft.channel == "online" and not procedure.accepts_online:
        raise Refused("not_online")
    return procedure


def _next_reference(session: Session, agency_code: str, day: date) -> str:
    """The next code of that agency and day: no gap and no double, because the counter commits with the dossier."""
    serial = session.execute(_NEXT_SERIAL, {"agency_code": agency_code, "filed_on": day}).scalar_one()
    return references.compose(agency_code, day, serial)


def _append(session: Session, filing: Filing, reference: str) -> bytes:
    public = entry.Act(
        n=0,
        previous=None,
        act=Act.FILED.value,
        at=filing.at,
        reference=reference,
        procedure=filing.procedure.code,
        revision=filing.procedure.number,
        unit=filing.unit.agency_code,
        to=None,
        channel=filing.draft.channel,
        due=None,
        rule=None,
        outcome=None,
    )
    private = private_fields.of_filing(
        applicant=filing.applicant,
        agent=filing.for_somebody,
        answers=filing.answers,
        files=[(file.field, file) for file in filing.files],
        papers=filing.papers,
        officer_id=filing.officer_id,
    )
    sealed = filing.procedure.sealed
    return ledger.append(session, act=public, private=private, secret=filing.secret, sealed=sealed).leaf_hash


def _dossier(filing: Filing, reference: str, leaf: bytes) -> dict[str, Any]:
    return {
        "reference": reference,
        "draft_token": filing.draft.token,
        "person_id": filing.person.id,
        "mandate_id": filing.draft.mandate_id,
        "revision_id": filing.procedure.revision_id,
        "revision_number": filing.procedure.number,
        "procedure_code": filing.procedure.code,
        "procedure_vi": filing.procedure.name.vi,
        "procedure_en": filing.procedure.name.en,
        "sealed": filing.procedure.sealed,
        "unit_id": filing.unit.id,
        "unit_code": filing.unit.agency_code,
        "desk_unit_id": filing.unit.id,
        "desk_code": filing.unit.agency_code,
        "holder_unit_id": filing.unit.id,
        "holder_code": filing.unit.agency_code,
        "channel": filing.draft.channel,
        "language": filing.language,
        "applicant": filing.person.name,
        "state": State.FILED.value,
        "steps": 1,
        "entries": 1,
        "acted_at": filing.at,
        "last_leaf": leaf,
        "urgent_at": filing.at,
        "filed_at": filing.at,
        "extended": False,
    }


def _step(filing: Filing, leaf: bytes) -> dict[str, Any]:
    return {
        "n": 0,
        "act": Act.FILED.value,
        "at": filing.at,
        "unit_id": filing.unit.id,
        "unit_code": filing.unit.agency_code,
        "person_id": filing.filing_person_id,
        "officer_id": filing.officer_id,
        "entry": 0,
        "leaf": leaf,
    }


def _secret(filing: Filing, reference: str, proof: str) -> dict[str, Any]:
    digits = look_up_secrets.last_digits(filing.person.national_id or filing.person.tax_code)
    return {
        "secret": sealing.seal(filing.secret),
        "look_up": look_up_secrets.secret_digest(reference, proof),
        "digits": look_up_secrets.digits_digest(reference, digits) if digits else None,
    }


_FILES = (
    select(Attachment.id, Attachment.field, Attachment.sha256, Attachment.size)
    .where(Attachment.draft_token == bindparam("token"), Attachment.scan != Scan.FOUND)
    .order_by(Attachment.id)
)
_NEXT_SERIAL = (
    upsert(ReferenceSeries)
    .values(agency_code=bindparam("agency_code"), filed_on=bindparam("filed_on"), last=1)
    .on_conflict_do_update(
        index_elements=[ReferenceSeries.agency_code, ReferenceSeries.filed_on], set_={"last": ReferenceSeries.last + 1}
    )
    .returning(ReferenceSeries.last)
)
