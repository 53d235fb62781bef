"""Writing revisions: one at a time in the whole catalogue, each ending where the next begins.

Who changes the catalogue calls `lock` first, looks, then writes; whoever waited sees what the one before wrote.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, cast, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal import clock
from portal.procedures import indexing, instants, templates_named
from portal.procedures.models import ProcedureEntity, Publication, Revision, WithdrawalRow
from portal.template_files import commands as template_files

ZONE = str(clock.LOCAL_ZONE)


def lock(session: Session) -> None:
    """Until the end of the transaction nobody else changes the catalogue; everybody goes on reading it."""
    session.execute(text("lock table procedure in share row exclusive mode"))


def add(session: Session, contents: Sequence[Mapping[str, Any]], *, at: datetime) -> dict[tuple[str, int], int]:
    """Write contents that were checked as revisions; their ids by code and number. Files they name become public."""
    ids = _procedure_ids(session, {content["code"] for content in contents})
    session.execute(insert(Revision), [_row(content, ids[content["code"]], at) for content in contents])
    settle_ends(session, ids.values())
    added = select(Revision.code, Revision.number, Revision.id).where(Revision.procedure_id.in_(ids.values()))
    found = {(row.code, row.number): row.id for row in session.execute(added)}
    for content in contents:
        revision_id = found[content["code"], content["revision"]]
        template_files.publish(session, ((revision_id, file) for _path, file in templates_named.named(content)))
    return found


def settle_ends(session: Session, procedure_ids: Collection[int]) -> None:
    """A revision holds until the next one begins, its procedure is withdrawn, or the day its own file names.

    One that was recalled, and so ends where it begins, stays so and ends no other.
    """
    next_begins = func.lead(Revision.begins_at).over(partition_by=Revision.procedure_id, order_by=Revision.number)
    named = func.timezone(ZONE, cast(Revision.content["valid_to"].astext, DateTime))
    ends = (
        select(Revision.id, func.least(named, next_begins, WithdrawalRow.ends_at).label("ends_at"))
        .outerjoin(WithdrawalRow, WithdrawalRow.revision_id == Revision.id)
        .where(Revision.procedure_id.in_(procedure_ids), Revision.ends_at.is_distinct_from(Revision.begins_at))
        .subquery()
    )
    day = cast(func.timezone(ZONE, ends.c.ends_at), Date)
    session.execute(
        update(Revision)
        .where(Revision.id == ends.c.id, Revision.ends_at.is_distinct_from(ends.c.ends_at))
        .values(ends_at=ends.c.ends_at, valid_to=day)
        .execution_options(synchronize_session=False)
    )


def note_change(
    session: Session,
    *,
    what: str,
    at: datetime,
    officer_id: int | None = None,
    revision_id: int | None = None,
    reason: str | None = None,
) -> None:
    """Write down that what the public sees has changed; pages that are held see it by this. Needs the `lock`."""
    values = {"what": what, "at": at, "officer_id": officer_id, "revision_id": revision_id, "reason": reason}
    session.execute(insert(Publication).values(values))


def _procedure_ids(session: Session, codes: set[str]) -> dict[str, int]:
    session.execute(
        upsert(ProcedureEntity).on_conflict_do_nothing(index_elements=["code"]),
        [{"code": code} for code in sorted(codes)],
    )
    rows = session.execute(select(ProcedureEntity.code, ProcedureEntity.id).where(ProcedureEntity.code.in_(codes)))
    return {row.code: row.id for row in rows}


def _row(content: Mapping[str, Any], procedure_id: int, at: datetime) -> dict[str, Any]:
    return {
        "procedure_id": procedure_id,
        "number": content["revision"],
        "valid_from": date.fromisoformat(content["valid_from"]),
        "begins_at": instants.begins_at(content),
        "decision": content.get("decision"),
        "loaded_at": at,
        "content": dict(content),
        **indexing.columns(content),
    }
