"""The list of procedures as editors need it: also those that have ended, are to come, or are only being written."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, false, or_, select, union
from sqlalchemy.orm import Session

from portal.procedures import indexing
from portal.procedures.manuscripts import OPEN, name_in
from portal.procedures.models import ManuscriptRow, ProcedureEntity, Revision, WithdrawalRow
from portal.procedures.searching import Page
from portal.procedures.text import Text

MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class EditableRow:
    """`number` is the revision in force or the last one, `coming` one that is published and has not begun."""

    code: str
    name: Text
    number: int | None = None
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    withdrawn: bool = False
    coming: int | None = None
    coming_at: datetime | None = None
    manuscript: int | None = None
    manuscript_state: str | None = None


def editable(
    session: Session, *, q: str = "", after: str | None = None, limit: int = 50, at: datetime
) -> Page[EditableRow]:
    """Every procedure whose code begins with `q`, or whose name holds all its words, by code; three statements."""
    limit = max(1, min(limit, MOST_ROWS))
    codes = _codes(session, q, after, limit + 1)
    shown = codes[:limit]
    revisions: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(_REVISIONS.where(Revision.code.in_(shown))):
        revisions[row.code].append(row)
    written = {row.code: row for row in session.execute(_MANUSCRIPTS.where(ManuscriptRow.code.in_(shown)))}
    rows = tuple(_row(code, revisions[code], written.get(code), at) for code in shown)
    return Page(rows, shown[-1] if len(codes) > limit else None)


def _codes(session: Session, q: str, after: str | None, limit: int) -> list[str]:
    asked = indexing.question(q)
    published = select(ProcedureEntity.code)
    written = select(ManuscriptRow.code).where(ManuscriptRow.state.in_(OPEN))
    if asked.code:
        published = published.where(ProcedureEntity.code.startswith(asked.code, autoescape=True))
        written = written.where(ManuscriptRow.code.startswith(asked.code, autoescape=True))
    elif not asked.is_empty:
        holds = and_(*(Revision.folded.contains(f" {word}") for word in asked.words)) if asked.words else false()
        published = published.where(ProcedureEntity.code.in_(select(Revision.code).where(holds)))
        written = written.where(_name_holds(asked.typed))
    every = union(published, written).subquery()
    statement = select(every.c.code).order_by(every.c.code).limit(limit)
    if after:
        statement = statement.where(every.c.code > after.replace("\x00", ""))
    return list(session.scalars(statement))


def _name_holds(typed: str) -> ColumnElement[bool]:
    name = ManuscriptRow.content["name"]
    plain = typed.replace("\x00", "")
    return or_(*(name[lang].astext.cast(String).icontains(plain, autoescape=True) for lang in ("vi", "en")))


def _row(code: str, revisions: Sequence[Any], written: Any, at: datetime) -> EditableRow:
    """`revisions` newest first, none of them recalled."""
    begun = next((row for row in revisions if row.begins_at <= at), None)
    coming = next((row for row in revisions if row.begins_at > at), None)
    named = begun or coming
    return EditableRow(
        code,
        Text(named.name_vi, named.name_en) if named else name_in({"name": written.name} if written else {}, code),
        number=begun.number if begun else None,
        begins_at=begun.begins_at if begun else None,
        ends_at=begun.ends_at if begun else None,
        withdrawn=begun is not None and begun.withdrawn_at is not None,
        coming=coming.number if coming else None,
        coming_at=coming.begins_at if coming else None,
        manuscript=written.id if written else None,
        manuscript_state=written.state if written else None,
    )


_REVISIONS = (
    select(
        Revision.code,
        Revision.number,
        Revision.name_vi,
        Revision.name_en,
        Revision.begins_at,
        Revision.ends_at,
        WithdrawalRow.ends_at.label("withdrawn_at"),
    )
    .outerjoin(WithdrawalRow, WithdrawalRow.revision_id == Revision.id)
    .where(Revision.ends_at.is_distinct_from(Revision.begins_at))
    .order_by(Revision.code, Revision.number.desc())
)
_MANUSCRIPTS = select(
    ManuscriptRow.id, ManuscriptRow.code, ManuscriptRow.state, ManuscriptRow.content["name"].label("name")
).where(ManuscriptRow.state.in_(OPEN))
