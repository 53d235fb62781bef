"""Reads of one draft, one dossier, one file. Whose it is stands in every `where`; lists are in `lists`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from portal import sealing
from portal.dossiers import look_up_secrets, models, paper_notes, reach, references, returns, wished_ways
from portal.dossiers.draft_views import Draft
from portal.dossiers.life import Act, Actor, Outcome, Proposal, State, Way
from portal.dossiers.lists import drafts_of, held_by, of_person, uses_of, views_of, views_of_dossier
from portal.dossiers.places import places
from portal.dossiers.queueing import queue
from portal.dossiers.represented import Agent, Applicant
from portal.dossiers.rows import AnyRow, AnySelect, is_key
from portal.dossiers.tallies import counts
from portal.dossiers.views import Dossier, File, Place, Step, StoredFile
from portal.files.virus_scan import OPENABLE, Scan
from portal.procedures.text import Text

__all__ = [
    "counts",
    "draft",
    "drafts_of",
    "file_asked_about",
    "file_for_desk",
    "file_of_person",
    "for_archive",
    "for_desk",
    "held_by",
    "mandate_paper",
    "of_person",
    "open_to",
    "own_file",
    "owned",
    "queue",
    "receipt_secret",
    "reference_of_draft",
    "uses_of",
    "views_of",
    "views_of_dossier",
]

_FILE = (
    models.Attachment.id,
    models.Attachment.field,
    models.Attachment.name,
    models.Attachment.media_type,
    models.Attachment.size,
    models.Attachment.sha256,
    models.Attachment.added_at,
    models.Attachment.by_step.label("step"),
    models.Attachment.scan,
    models.Attachment.preview,
    models.Attachment.signatures,
    models.Attachment.from_result,
)
_OPENABLE = models.Attachment.scan.in_([state.value for state in OPENABLE])


def draft(session: Session, token: UUID, *, person_id: int) -> Draft | None:
    """The person's draft with its files, in two statements; None where it is not theirs, or is a dossier by now."""
    table = models.Draft
    row = session.execute(
        select(
            table.token,
            table.procedure_code,
            table.revision_id,
            table.procedure_vi,
            table.procedure_en,
            table.unit_id,
            table.mandate_id,
            table.channel,
            table.papers,
            table.answers,
            table.wished_way,
            table.created_at,
            table.saved_at,
            table.earlier_revisions,
        ).where(table.token == token, reach.own_draft(person_id))
    ).one_or_none()
    if row is None:
        return None
    return Draft(
        token=row.token,
        procedure_code=row.procedure_code,
        revision_id=row.revision_id,
        procedure=Text(row.procedure_vi, row.procedure_en),
        unit_id=row.unit_id,
        raw=row.answers,
        files=_files(session, models.Attachment.draft_token == token),
        created_at=row.created_at,
        saved_at=row.saved_at,
        earlier_revisions=tuple(row.earlier_revisions),
        mandate_id=row.mandate_id,
        channel=row.channel,
        papers=paper_notes.of_json(row.papers),
        chosen_way=wished_ways.of_json(row.wished_way),
    )


def reference_of_draft(session: Session, token: UUID, *, person_id: int) -> str | None:
    """The dossier that a draft of the person's became."""
    return session.scalar(
        select(models.Dossier.reference).where(models.Dossier.draft_token == token, reach.written_by(person_id))
    )


def owned(session: Session, reference: str, *, person_id: int) -> Dossier | None:
    """The person's own dossier, whole, in four statements; None where there is none, or not theirs."""
    return _dossier(session, reference, reach.own(person_id))


def open_to(session: Session, reference: str, *, person_id: int, at: datetime) -> Dossier | None:
    """As `owned`, and besides what the person filed by a mandate that holds now; `agent_id` says so."""
    found = _dossier(session, reference, reach.open_to(person_id, at=at))
    return found if found is None or found.person_id == person_id else replace(found, agent_id=person_id)


def for_desk(
    session: Session, reference: str, *, unit_ids: Collection[int], by: Actor | None = None, on: date | None = None
) -> Dossier | None:
    """The dossier, whole, with every step, if one of these units holds it or is its desk; None for all others.

    `by`: an officer of theirs, who reaches too what they may take back.

    `on`: the day of the register by which it may go back to who passed it here; only where acts are offered.
    """
    return _dossier(session, reference, reach.at_desks(unit_ids, by), every_step=True, on=on)


def for_archive(session: Session, reference: str) -> Dossier | None:
    """The dossier, whole, whoever it belongs to: for the operator's own commands, never for a page."""
    return _dossier(session, reference, true())


def receipt_secret(session: Session, reference: str, *, person_id: int) -> str | None:
    """The look-up secret of the person's own dossier, for its receipt: never for an agent, whom it would outlast."""
    sealed = session.scalar(
        select(models.DossierSecret.secret)
        .join(models.Dossier, models.Dossier.id == models.DossierSecret.dossier_id)
        .where(models.Dossier.reference == references.tidy(reference), reach.own(person_id))
    )
    return None if sealed is None else look_up_secrets.derive(sealing.unseal(sealed))


def file_of_person(session: Session, file_id: int, *, person_id: int, at: datetime) -> StoredFile | None:
    """A file of one of the person's drafts, of their own dossiers, or of those they filed by a mandate that holds.

    One in quarantine is given to nobody.
    """
    if not is_key(file_id):
        return None
    statement = _stored_files().where(
        models.Attachment.id == file_id,
        _OPENABLE,
        or_(reach.open_to(person_id, at=at), reach.own_draft(person_id)),
    )
    return _stored_file(session.execute(statement).one_or_none())


def own_file(session: Session, file_id: int, *, person_id: int) -> StoredFile | None:
    """A file of one of the person's own dossiers."""
    if not is_key(file_id):
        return None
    statement = _stored_files().where(models.Attachment.id == file_id, _OPENABLE, reach.own(person_id))
    return _stored_file(session.execute(statement).one_or_none())


def file_for_desk(
    session: Session, file_id: int, *, unit_ids: Collection[int], by: Actor | None = None
) -> StoredFile | None:
    """A file of a dossier that is reached as `for_desk` says."""
    if not is_key(file_id):
        return None
    statement = _stored_files().where(models.Attachment.id == file_id, _OPENABLE, reach.at_desks(unit_ids, by))
    return _stored_file(session.execute(statement).one_or_none())


def file_asked_about(session: Session, file_id: int) -> StoredFile | None:
    """A file that the caller knows was chosen for whoever asks (see `opinions.task`)."""
    return _stored_file(
        session.execute(_stored_files().where(models.Attachment.id == file_id, _OPENABLE)).one_or_none()
    )


def mandate_paper(session: Session, mandate_id: int) -> StoredFile | None:
    """The scanned paper of a mandate that the caller may see, where its granter attached one and it was scanned."""
    statement = _stored_files().where(models.Attachment.mandate_id == mandate_id, _OPENABLE)
    return _stored_file(session.execute(statement.order_by(models.Attachment.id).limit(1)).one_or_none())


def _dossier(
    session: Session, reference: str, whose: ColumnElement[bool], *, every_step: bool = False, on: date | None = None
) -> Dossier | None:
    """With its public steps alone, unless the desk asks: what is not public is not for the dossier's person either."""
    content = models.DossierContent
    row = session.execute(
        select(
            models.Dossier.__table__,
            content.applicant.label("content_applicant"),
            content.agent,
            content.answers,
            content.papers,
            content.wished_ways,
        )
        .outerjoin(content, content.dossier_id == models.Dossier.id)
        .where(models.Dossier.reference == references.tidy(reference), whose)
    ).one_or_none()
    if row is None:
        return None
    steps = session.execute(
        select(models.Step.__table__)
        .where(models.Step.dossier_id == row.id, true() if every_step else models.Step.entry.is_not(None))
        .order_by(models.Step.n)
    ).all()
    files = _files(session, models.Attachment.dossier_id == row.id)
    codes = [code for step in steps for code in (step.unit_code, step.to_code) if code]
    origin = returns.origin_of(session, steps, holder_unit_id=row.holder_unit_id, on=on) if on else None
    codes += [origin.unit.agency_code] if origin else []
    names = places(session, [row.unit_code, row.desk_code, row.holder_code, *codes])
    found = replace(_whole(row, steps, files, names), said_ways=wished_ways.of_dossier(row.wished_ways))
    return replace(found, came_from=names[origin.unit.agency_code]) if origin else found


def _whole(row: AnyRow, steps: Sequence[AnyRow], files: tuple[File, ...], names: dict[str, Place]) -> Dossier:
    return Dossier(
        id=row.id,
        reference=row.reference,
        person_id=row.person_id,
        applicant=_applicant(row.content_applicant),
        mandate_id=row.mandate_id,
        agent=None if row.agent is None else Agent(**{**row.agent, "hidden": tuple(row.agent.get("hidden", ()))}),
        agent_id=None,
        procedure_code=row.procedure_code,
        revision_id=row.revision_id,
        procedure=Text(row.procedure_vi, row.procedure_en),
        unit_id=row.unit_id,
        unit=names[row.unit_code],
        desk_unit_id=row.desk_unit_id,
        desk=names[row.desk_code],
        holder_unit_id=row.holder_unit_id,
        holder=names[row.holder_code],
        channel=row.channel,
        language=row.language,
        sealed=row.sealed,
        state=State(row.state),
        filed_at=row.filed_at,
        received_at=row.received_at,
        due_at=row.due_at,
        rule=row.rule,
        paused_at=row.paused_at,
        resolved_at=row.resolved_at,
        returned_at=row.returned_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        extended=row.extended,
        answers=row.answers or {},
        papers=paper_notes.of_json(row.papers),
        files=files,
        steps=tuple(_step(step, names, row.person_id) for step in steps),
        keeper_id=row.keeper_id,
        proposal=Proposal(row.proposal) if row.proposal else None,
        proposer_id=row.proposer_id,
        proposer_for_id=row.proposer_for_id,
    )


def _step(row: AnyRow, names: dict[str, Place], owner_id: int) -> Step:
    return Step(
        n=row.n,
        act=Act(row.act),
        at=row.at,
        unit=names[row.unit_code],
        to=names[row.to_code] if row.to_code else None,
        officer_id=row.officer_id,
        due_at=row.due_at,
        rule=row.rule,
        outcome=Outcome(row.outcome) if row.outcome else None,
        note=row.note,
        entry=row.entry,
        leaf=row.leaf,
        by_agent=row.person_id is not None and row.person_id != owner_id,
        to_officer_id=row.to_officer_id,
        kept_by=row.keeper_id,
        for_officer_id=row.for_officer_id,
        before=State(row.before) if row.before else None,
        unit_id=row.unit_id,
        way=Way(row.way) if row.way else None,
        postal_number=row.postal_number,
    )


def _applicant(content: dict[str, Any] | None) -> Applicant | None:
    if content is None:
        return None
    born_on = content["born_on"]
    return Applicant(**{**content, "born_on": date.fromisoformat(born_on) if born_on else None})


def _files(session: Session, owner: ColumnElement[bool]) -> tuple[File, ...]:
    rows: Iterable[AnyRow] = session.execute(select(*_FILE).where(owner).order_by(models.Attachment.id))
    return tuple(File(**{**row._mapping, "scan": Scan(row.scan)}) for row in rows)


def _stored_files() -> AnySelect:
    file = models.Attachment
    return (
        select(
            file.id,
            models.Dossier.id.label("dossier_id"),
            models.Dossier.reference,
            file.key,
            file.name,
            file.media_type,
            file.size,
            file.sha256,
            file.scan,
            file.preview,
            file.signatures,
        )
        .outerjoin(models.Dossier, models.Dossier.id == file.dossier_id)
        .outerjoin(models.Draft, models.Draft.token == file.draft_token)
    )


def _stored_file(row: AnyRow | None) -> StoredFile | None:
    return None if row is None else StoredFile(**{**row._mapping, "scan": Scan(row.scan)})
