"""Intake at the counter: an officer who receives there writes a draft for a person or organisation without an account.

It is a draft like any other, filled in on the same pages and filed by the same act. What differs: it belongs to that
officer in that unit, its unit is fixed, a component may be noted as paper instead of sent as a file, and the dossier's
channel says how it came. Whose draft it is stands in every query: the officer's, of a unit where they receive today.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal import sealing
from portal.dossiers import drafts, look_up_secrets, paper_notes, reach, references
from portal.dossiers.life import RECEIVER, Actor
from portal.dossiers.models import Dossier, DossierSecret, Step
from portal.dossiers.models import Draft as DraftRow
from portal.dossiers.paper_notes import PaperNote
from portal.dossiers.rows import is_key
from portal.errors import Forbidden, NotFound, Refused
from portal.people import entered
from portal.people.entered import Organisation, Representative, Shown
from portal.procedures import queries as procedures
from portal.procedures.procedure import Procedure
from portal.procedures.text import Text
from portal.units import queries as units
from portal.units.queries import Unit

MOST_DRAFTS = 50  # of one officer
Channel = Literal["counter", "post"]
Kind = Literal["citizen", "organisation"]
CHANNELS: tuple[Channel, ...] = ("counter", "post")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft of the counter in its officer's list."""

    token: UUID
    procedure: Text
    applicant: str
    channel: str
    unit_id: int
    saved_at: datetime


def begin(
    session: Session,
    *,
    token: UUID,
    by: Actor,
    unit_id: int,
    code: str,
    channel: Channel,
    who: Shown | Organisation,
    at: datetime,
    on: date,
) -> None:
    """Enter the person or organisation and begin a draft under `token`; once more with the same token changes nothing.

    Forbidden("not_your_role") outside the units where `by` receives; NotFound; Refused("not_at_counter") where the
    unit does not take this procedure from such an applicant by this channel; Refused("too_many_drafts", limit=).
    """
    officer_id = _receiver(by, unit_id)
    procedure = procedures.published(session, code, at=at)
    unit = units.unit(session, unit_id, on=on) if is_key(unit_id) else None
    if procedure is None or unit is None:
        raise NotFound
    if not takes(procedure, unit, channel, "organisation" if isinstance(who, Organisation) else "citizen"):
        raise Refused("not_at_counter")
    if (session.scalar(select(func.count()).where(DraftRow.officer_id == officer_id)) or 0) >= MOST_DRAFTS:
        raise Refused("too_many_drafts", limit=MOST_DRAFTS)
    if session.scalar(select(Dossier.id).where(Dossier.draft_token == token)) is not None:
        return
    person_id = entered.enter(session, who, officer_id=officer_id, at=at)
    row = {"token": token, "person_id": person_id, "officer_id": officer_id, "unit_id": unit.id, "channel": channel}
    row |= {
        "representative": _representative(who),
        "answers": {},
        "created_at": at,
        "saved_at": at,
        **drafts.of_revision(procedure),
    }
    made = insert(DraftRow).values(**row).on_conflict_do_nothing(index_elements=[DraftRow.token])
    if session.scalar(made.returning(DraftRow.token)) is None:
        entered.forget(session, [person_id])


def _receiver(by: Actor, unit_id: int) -> int:
    if by.officer_id is None or RECEIVER not in by.roles_at(unit_id):
        raise Forbidden("not_your_role")
    return by.officer_id


def _representative(who: Shown | Organisation) -> dict[str, str] | None:
    return asdict(who.representative) if isinstance(who, Organisation) else None


def correct(session: Session, *, token: UUID, by: Actor, who: Shown | Organisation, at: datetime) -> None:
    """Write the applicant of a draft again, as their paper shows them, and who is there for an organisation."""
    person_id = applicant_of(session, token, by=by)
    if person_id is None or drafts.found(session, token=token, person_id=person_id) is None:
        raise NotFound
    entered.correct(session, person_id, who)
    changed = {"representative": _representative(who), "saved_at": at}
    session.execute(update(DraftRow).where(DraftRow.token == token).values(changed))


def note_papers(
    session: Session, *, token: UUID, person_id: int, section: str, notes: Mapping[str, PaperNote], at: datetime
) -> None:
    """Keep which components of a section there are on paper; those of it that are not in `notes` are not any more.

    NotFound for an unknown section, and for a draft that a person writes: what is on paper only an officer sees.
    """
    row = drafts.locked(session, token=token, person_id=person_id)
    procedure = procedures.revision(session, row.revision_id)
    part = procedure.form.section(section) if procedure else None
    if part is None or row.officer_id is None:
        raise NotFound
    here = {field.key for field in part.fields if field.type == "file"}
    kept = {field: noted for field, noted in row.papers.items() if field not in here}
    kept |= paper_notes.to_json({field: note for field, note in notes.items() if field in here})
    session.execute(update(DraftRow).where(DraftRow.token == token).values(papers=kept, saved_at=at))


def applicant_of(session: Session, token: UUID, *, by: Actor) -> int | None:
    """For whom this officer writes the draft; None where it is not theirs (any more)."""
    return session.scalar(select(DraftRow.person_id).where(DraftRow.token == token, reach.counter_draft(by)))


def representative_of(session: Session, token: UUID, *, by: Actor) -> Representative | None:
    """Who stands there for the organisation of a draft of this officer's."""
    known = session.scalar(select(DraftRow.representative).where(DraftRow.token == token, reach.counter_draft(by)))
    return None if known is None else Representative(**known)


def drafts_of(session: Session, *, by: Actor) -> tuple[Waiting, ...]:
    """The drafts that this officer has not filed, the last saved first."""
    row = DraftRow
    columns = (row.token, row.procedure_vi, row.procedure_en, row.person_id, row.channel, row.unit_id, row.saved_at)
    rows = session.execute(
        select(*columns).where(reach.counter_draft(by)).order_by(row.saved_at.desc()).limit(100)
    ).all()
    names = entered.names(session, [one.person_id for one in rows]) if rows else {}
    return tuple(
        Waiting(
            one.token,
            Text(one.procedure_vi, one.procedure_en),
            names.get(one.person_id, ""),
            one.channel,
            one.unit_id,
            one.saved_at,
        )
        for one in rows
    )


def hand_over(
    session: Session, *, from_unit_id: int, to_unit_id: int, officer_ids: Collection[int] | None = None
) -> int:
    """Lay drafts of a unit that ended at the counter of its successor, where their officers file them; how many.

    `officer_ids`: only theirs. When they were saved stays as it is.
    """
    here = [DraftRow.unit_id == from_unit_id, DraftRow.officer_id.is_not(None)]
    if officer_ids is not None:
        here.append(DraftRow.officer_id.in_(list(officer_ids)))
    moved = session.scalars(update(DraftRow).where(*here).values(unit_id=to_unit_id).returning(DraftRow.token))
    return len(moved.all())


def waiting_at(session: Session, *, unit_ids: Collection[int]) -> dict[int, int]:
    """How many drafts there are at the counter of each unit; units without any are left out."""
    here = (DraftRow.unit_id.in_(list(unit_ids)), DraftRow.officer_id.is_not(None))
    rows = session.execute(select(DraftRow.unit_id, func.count()).where(*here).group_by(DraftRow.unit_id))
    return {unit_id: number for unit_id, number in rows if unit_id is not None}


def reference_of_draft(session: Session, token: UUID, *, by: Actor) -> str | None:
    """The dossier that a draft of this officer became."""
    return session.scalar(select(Dossier.reference).where(Dossier.draft_token == token, _entered_by(by)))


def receipt_secret(session: Session, reference: str, *, by: Actor) -> str | None:
    """The look-up secret for the receipt that is handed over: for whoever entered the dossier, and receives there."""
    sealed = session.scalar(
        select(DossierSecret.secret)
        .join(Dossier, Dossier.id == DossierSecret.dossier_id)
        .where(Dossier.reference == references.tidy(reference), _entered_by(by))
    )
    return None if sealed is None else look_up_secrets.derive(sealing.unseal(sealed))


def _entered_by(by: Actor) -> ColumnElement[bool]:
    first = select(Step.dossier_id).where(
        Step.dossier_id == Dossier.id, Step.n == 0, Step.officer_id.is_not(None), Step.officer_id == by.officer_id
    )
    return and_(first.exists(), Dossier.desk_unit_id.in_(reach.received_at(by)))


def takes(procedure: Procedure, unit: Unit, channel: Channel, kind: Kind = "citizen") -> bool:
    """Whether the unit takes it from a citizen, or an organisation, by this channel."""
    here = procedure.receiving.includes(unit) and kind in procedure.audience
    return here and procedure.offered_by(unit).accepts(channel)
