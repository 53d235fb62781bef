"""Applications being written: begun, saved as one goes, thrown away. `portal.dossiers.filing` makes them dossiers.

A draft keeps what was typed, right or wrong, and the procedure revision it was begun under. Ownership is part of
every look-up: a foreign draft is not found.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from portal.clock import local_day
from portal.dossiers import attachments, reach, wished_ways
from portal.dossiers.attachments import Stored
from portal.dossiers.draft_views import Draft
from portal.dossiers.examining import examine
from portal.dossiers.models import Attachment, Dossier
from portal.dossiers.models import Draft as DraftRow
from portal.dossiers.rows import AnyRow, is_key
from portal.dossiers.wished_ways import WishedWay
from portal.errors import Invalid, NotFound, Refused
from portal.files.virus_scan import Scan
from portal.mandates import queries as mandates
from portal.people import entered
from portal.procedures import inputs
from portal.procedures import queries as procedures
from portal.procedures.definition import Field, Problem, Reading, Section
from portal.procedures.procedure import Procedure
from portal.sealing import to_json
from portal.units import queries as units

MAX_DRAFTS = 20
MAX_ANSWER_BYTES = 256 * 1024
LONGEST = 500  # characters of an answer whose field names no bound of its own
MAX_DRAFT_BYTES = 200 * 1024 * 1024  # of all its files together


def begin(session: Session, *, person_id: int, code: str, at: datetime, mandate_id: int | None = None) -> UUID:
    """Start an application for the published procedure, for oneself or by a mandate for somebody else.

    NotFound; Refused("not_online"); Refused("mandate_over") where that mandate does not hold for this person and
    procedure; Refused("too_many_drafts", limit=).
    """
    procedure = procedures.published(session, code, at=at)
    if procedure is None:
        raise NotFound
    if not procedure.accepts_online:
        raise Refused("not_online")
    if mandate_id is not None and mandates.held(session, mandate_id, agent_id=person_id, at=at, code=code) is None:
        raise Refused("mandate_over")
    waiting = session.scalar(select(func.count()).where(reach.own_draft(person_id)))
    if (waiting or 0) >= MAX_DRAFTS:
        raise Refused("too_many_drafts", limit=MAX_DRAFTS)
    token = uuid4()
    row = {"token": token, "person_id": person_id, "mandate_id": mandate_id, "answers": {}}
    row |= {"created_at": at, "saved_at": at}
    session.execute(insert(DraftRow).values(**row, **of_revision(procedure)))
    return token


def choose_unit(session: Session, *, token: UUID, person_id: int, unit_id: int, on: date, at: datetime) -> None:
    """Name the unit that is to receive it. Invalid(Problem("unit", "not_an_option")) where it may not."""
    row = locked(session, token=token, person_id=person_id)
    procedure = _revision(session, row.revision_id)
    unit = units.unit(session, unit_id, on=on) if is_key(unit_id) else None
    if unit is None or row.officer_id is not None or not procedure.receiving.includes(unit):
        raise Invalid(Problem("unit", "not_an_option"))
    _save(session, token, at, unit_id=unit_id)


def choose_way(session: Session, *, token: UUID, person_id: int, wished: WishedWay, at: datetime) -> None:
    """Keep how the result is to be returned."""
    locked(session, token=token, person_id=person_id)
    _save(session, token, at, wished_way=wished_ways.to_json(wished))


def save(
    session: Session,
    *,
    token: UUID,
    person_id: int,
    section: str,
    raw: Mapping[str, list[str]],
    at: datetime,
    on: date,
) -> tuple[Problem, ...]:
    """Keep what was typed in one section, right or wrong; returns what is wrong in that section.

    Where all is beyond measure, the longest of the answers that are too long is not kept, then the next; the
    problems say so. NotFound for an unknown section; Invalid(Problem(section, "too_long")) where even that is too much.
    """
    row = locked(session, token=token, person_id=person_id)
    form = _revision(session, row.revision_id).form
    part = form.section(section)
    if part is None:
        raise NotFound
    kept = {name: values for name, values in row.answers.items() if inputs.owner(part.fields, name) is None}
    kept |= inputs.of(part.fields, raw)
    left_out = _leave_out_too_long(kept, part)
    _save(session, token, at, answers=kept)
    applicant = applicant_of(session, person_id=person_id, mandate_id=row.mandate_id, code=row.procedure_code, at=at)
    facts: dict[str, Any] = {"person_id": applicant, "unit_id": row.unit_id, "day": local_day(at), "on": on}
    facts["mandate_id"] = row.mandate_id
    whole = examine(session, form, kept, attached={field.key for field in part.fields}, **facts)
    asked = {field.key for field in part.fields} - {problem.field for problem in left_out}
    return (*left_out, *(problem for problem in whole.problems if problem.field in asked))


def _leave_out_too_long(kept: dict[str, list[str]], part: Section) -> tuple[Problem, ...]:
    """Take out of `kept` the longest answers of this section until the rest may be kept; a problem for each."""
    owners = {name: field for name in kept if (field := inputs.owner(part.fields, name)) is not None}
    lengths = {name: sum(map(len, kept[name])) for name in owners}
    most = {name: field.max_length or LONGEST for name, field in owners.items()}
    too_long = sorted((name for name in lengths if lengths[name] > most[name]), key=lambda name: lengths[name])
    left_out: dict[str, Problem] = {}
    while len(to_json(kept)) > MAX_ANSWER_BYTES:
        if not too_long:
            raise Invalid(Problem(part.key, "too_long", {"maximum": MAX_ANSWER_BYTES}))
        name = too_long.pop()
        del kept[name]
        key, facts = owners[name].key, {"length": lengths[name], "maximum": most[name]}
        left_out[key] = Problem(key, "too_long", facts, name if name != key else "")
    return tuple(left_out.values())


def attach(
    session: Session,
    *,
    token: UUID,
    person_id: int,
    field: str,
    file: Stored,
    at: datetime,
    from_result: str | None = None,
) -> int:
    """Add a stored file to a file field, or exchange it where the field takes one only; returns its id.

    `from_result`: the dossier whose result it is, where it comes from there and not from the person's machine.

    Invalid(Problem(field, "too_many_files" | "files_too_large" | "not_a_file_field")).
    """
    asked = check_room(session, token=token, person_id=person_id, field=field, size=file.size)
    if asked.max_files == 1:
        session.execute(delete(Attachment).where(Attachment.draft_token == token, Attachment.field == field))
    added = insert(Attachment).values(
        draft_token=token,
        field=field,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        key=file.key,
        scan=file.scan.value,
        preview=file.preview,
        signatures=file.signatures,
        from_result=from_result,
        added_at=at,
    )
    _save(session, token, at)
    return session.execute(added.returning(Attachment.id)).scalar_one()


def check_room(session: Session, *, token: UUID, person_id: int, field: str, size: int) -> Field:
    """The file field, where one more file of this size may be attached to it; else Invalid as `attach`."""
    row = locked(session, token=token, person_id=person_id)
    asked = _revision(session, row.revision_id).form.field(field)
    if asked is None or asked.type != "file":
        raise Invalid(Problem(field, "not_a_file_field"))
    counted = [Attachment.draft_token == token, Attachment.scan != Scan.FOUND]
    if asked.max_files == 1:  # the one that is there makes room
        counted.append(Attachment.field != field)
    mine = func.count().filter(Attachment.field == field)
    counts = session.execute(
        select(func.count(), mine, func.coalesce(func.sum(Attachment.size), 0)).where(*counted)
    ).one()
    limit = min(asked.max_files or 5, attachments.installed().max_files)
    if counts[1] >= limit or counts[0] >= attachments.installed().max_files:
        raise Invalid(Problem(field, "too_many_files", {"limit": limit}))
    if counts[2] + size > MAX_DRAFT_BYTES:
        raise Invalid(Problem(field, "files_too_large", {"limit": MAX_DRAFT_BYTES}))
    return asked


def detach(session: Session, *, token: UUID, person_id: int, file_id: int, at: datetime) -> None:
    """Take a file out of the draft. Its bytes go with the next sweep."""
    locked(session, token=token, person_id=person_id)
    if not is_key(file_id):
        raise NotFound
    gone = session.execute(
        delete(Attachment).where(Attachment.id == file_id, Attachment.draft_token == token).returning(Attachment.id)
    )
    if gone.one_or_none() is None:
        raise NotFound
    _save(session, token, at)


def renew(session: Session, *, token: UUID, person_id: int, revision_id: int, at: datetime) -> None:
    """Move the draft to the revision in force, which the person has seen; all that was typed stays under its names.

    Refused("not_online") where nothing can be filed any more; Refused("procedure_changed") where another revision
    than `revision_id` is in force by now.
    """
    row = locked(session, token=token, person_id=person_id)
    procedure = procedures.published(session, row.procedure_code, at=at)
    if procedure is None or not procedure.accepts(row.channel):
        raise Refused("not_online")
    if procedure.revision_id != revision_id:
        raise Refused("procedure_changed", procedure=procedure.code)
    if row.revision_id != revision_id:
        earlier = [*row.earlier_revisions, row.revision_id]
        _save(session, token, at, earlier_revisions=earlier, **of_revision(procedure))


def for_oneself(session: Session, *, token: UUID, person_id: int, at: datetime) -> None:
    """Go on with the draft for oneself, whomever it was for; all that was typed stays, to be checked.

    But for the way of the result: nothing of one's own is posted to somebody else's address unseen.
    """
    locked(session, token=token, person_id=person_id)
    _save(session, token, at, mandate_id=None, wished_way=None)


def discard(session: Session, *, token: UUID, person_id: int) -> None:
    """Throw the draft and its files away, and whoever was entered at the counter for it alone."""
    row = locked(session, token=token, person_id=person_id)
    session.execute(delete(Attachment).where(Attachment.draft_token == token))
    session.execute(delete(DraftRow).where(DraftRow.token == token))
    if row.officer_id is not None:
        entered.forget(session, [person_id])


def check(session: Session, *, draft: Draft, procedure: Procedure, person_id: int, at: datetime, on: date) -> Reading:
    """Everything that stands against submitting, form and files and unit together; for the review page."""
    applicant = applicant_of(session, person_id=person_id, mandate_id=draft.mandate_id, code=procedure.code, at=at)
    facts: dict[str, Any] = {"person_id": applicant, "unit_id": draft.unit_id, "day": local_day(at), "on": on}
    facts["mandate_id"] = draft.mandate_id
    reading = examine(session, procedure.form, draft.raw, attached=draft.attached, **facts)
    if draft.unit_id is None:
        return Reading(reading.answers, (Problem("unit", "missing"), *reading.problems))
    return reading


def applicant_of(session: Session, *, person_id: int, mandate_id: int | None, code: str, at: datetime) -> int:
    """Whose data a draft of this person's may use: their own, those of whom they represent now, or 0, nobody's."""
    if mandate_id is None:
        return person_id
    held = mandates.held(session, mandate_id, agent_id=person_id, at=at, code=code)
    return 0 if held is None else held.granter.person_id or 0


def locked(session: Session, *, token: UUID, person_id: int) -> AnyRow:
    """The draft's row, locked. NotFound; Refused("already_submitted", reference=) once it is a dossier."""
    row = found(session, token=token, person_id=person_id)
    if row is not None:
        return row
    reference = session.scalar(
        select(Dossier.reference).where(Dossier.draft_token == token, reach.written_by(person_id))
    )
    if reference is None:
        raise NotFound
    raise Refused("already_submitted", reference=reference)


def found(session: Session, *, token: UUID, person_id: int) -> AnyRow | None:
    """The draft's row, locked; None where there is none (any more)."""
    return session.execute(_LOCKED, {"token": token, "person_id": person_id}).one_or_none()


def _save(session: Session, token: UUID, at: datetime, **values: Any) -> None:
    session.execute(update(DraftRow).where(DraftRow.token == token).values(saved_at=at, **values))


def of_revision(procedure: Procedure) -> dict[str, Any]:
    """What a draft's row keeps of the revision that it is written under."""
    return {
        "revision_id": procedure.revision_id,
        "procedure_code": procedure.code,
        "procedure_vi": procedure.name.vi,
        "procedure_en": procedure.name.en,
    }


def _revision(session: Session, revision_id: int) -> Procedure:
    procedure = procedures.revision(session, revision_id)
    if procedure is None:
        raise LookupError(f"revision {revision_id} is gone")
    return procedure


_LOCKED = (
    select(
        DraftRow.token,
        DraftRow.revision_id,
        DraftRow.procedure_code,
        DraftRow.unit_id,
        DraftRow.mandate_id,
        DraftRow.officer_id,
        DraftRow.channel,
        DraftRow.representative,
        DraftRow.papers,
        DraftRow.answers,
        DraftRow.wished_way,
        DraftRow.earlier_revisions,
    )
    .where(DraftRow.token == bindparam("token"), DraftRow.person_id == bindparam("person_id"))
    .with_for_update()
)
