"""Reading the catalogue: one statement each, finished values."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from portal.procedures import matching
from portal.procedures.counting import Facets, facets
from portal.procedures.matching import Filters
from portal.procedures.models import Publication, Revision, WithdrawalRow
from portal.procedures.procedure import (
    Channel,
    Fee,
    Procedure,
    ProcedureRow,
    PublishedRow,
    Receiving,
    RevisionRow,
    Withdrawal,
    of_content,
    receiving_units,
)
from portal.procedures.searching import Page, find, search
from portal.procedures.text import Text
from portal.synonyms import queries as synonyms
from portal.units import queries as units

__all__ = [
    "Channel",
    "Facets",
    "Fee",
    "Filters",
    "Page",
    "Procedure",
    "ProcedureRow",
    "PublishedRow",
    "Receiving",
    "RevisionRow",
    "Text",
    "Withdrawal",
    "contents",
    "every_revision",
    "facets",
    "fields_of",
    "find",
    "history",
    "in_force",
    "latest",
    "names_of",
    "published",
    "receiving_units",
    "revision",
    "revision_numbered",
    "search",
    "stamp",
]


class InForce(NamedTuple):
    """A procedure and the day on which the revision in force began."""

    code: str
    valid_from: date


def published(session: Session, code: str, *, at: datetime) -> Procedure | None:
    """The revision in force at that instant; None where there is none."""
    found = latest(session, code, at=at)
    return None if found is None or found.has_ended(at) else found


def latest(session: Session, code: str, *, at: datetime) -> Procedure | None:
    """The last revision that has begun, even if it holds no more."""
    statement = (
        _revisions()
        .where(Revision.code == code, Revision.begins_at <= at, _not_recalled())
        .order_by(Revision.number.desc())
        .limit(1)
    )
    return _one(session, statement)


def revision(session: Session, revision_id: int, *, agency: str | None = None) -> Procedure | None:
    """That revision, in force or not: what a dossier was filed under; with `agency` as that one carries it out."""
    return _offered(session, _one(session, _revisions().where(Revision.id == revision_id)), agency)


def revision_numbered(session: Session, code: str, number: int, *, agency: str | None = None) -> Procedure | None:
    here = (Revision.code == code, Revision.number == number)
    return _offered(session, _one(session, _revisions().where(*here)), agency)


def history(session: Session, code: str) -> tuple[RevisionRow, ...]:
    """Every revision, newest first; empty for an unknown code."""
    statement = (
        select(
            Revision.id,
            Revision.number,
            Revision.name_vi,
            Revision.name_en,
            Revision.valid_from,
            Revision.valid_to,
            Revision.decision,
            Revision.begins_at,
            Revision.ends_at,
            *_WITHDRAWAL,
        )
        .outerjoin(WithdrawalRow, WithdrawalRow.revision_id == Revision.id)
        .where(Revision.code == code)
        .order_by(Revision.number.desc())
    )
    return tuple(
        RevisionRow(
            row.id,
            row.number,
            Text(row.name_vi, row.name_en),
            row.valid_from,
            row.valid_to,
            row.decision,
            row.begins_at,
            row.ends_at,
            _withdrawal(row),
        )
        for row in session.execute(statement)
    )


def names_of(session: Session, codes: Collection[str]) -> dict[str, Text]:
    """The newest name of each known code; unknown codes are left out."""
    if not codes:
        return {}
    statement = (
        select(Revision.code, Revision.name_vi, Revision.name_en)
        .where(Revision.code.in_(set(codes)), _not_recalled())
        .ext(distinct_on(Revision.code))
        .order_by(Revision.code, Revision.number.desc())
    )
    return {row.code: Text(row.name_vi, row.name_en) for row in session.execute(statement)}


def fields_of(session: Session, codes: Collection[str]) -> dict[str, str]:
    """The field under which the newest revision of each known code is filed."""
    if not codes:
        return {}
    statement = (
        select(Revision.code, Revision.field)
        .where(Revision.code.in_(set(codes)), _not_recalled())
        .ext(distinct_on(Revision.code))
        .order_by(Revision.code, Revision.number.desc())
    )
    return {row.code: row.field for row in session.execute(statement)}


def contents(session: Session, *, codes: Collection[str] | None = None) -> list[tuple[str, int, dict[str, Any]]]:
    """(code, number, content) of every revision, or of those codes, newest first within a code."""
    statement = select(Revision.code, Revision.number, Revision.content).order_by(Revision.code, Revision.number.desc())
    if codes is not None:
        statement = statement.where(Revision.code.in_(set(codes)))
    return [(row.code, row.number, row.content) for row in session.execute(statement)]


def every_revision(session: Session) -> list[PublishedRow]:
    """Every revision of every procedure, by code and number."""
    columns = (
        Revision.code,
        Revision.number,
        Revision.name_vi,
        Revision.name_en,
        Revision.field,
        Revision.level,
        Revision.service_level,
        Revision.valid_from,
        Revision.valid_to,
    )
    rows = session.execute(select(*columns).order_by(Revision.code, Revision.number))
    return [PublishedRow(row[0], row[1], Text(row[2], row[3]), *row[4:]) for row in rows]


def in_force(session: Session, *, at: datetime, limit: int) -> list[InForce]:
    """The procedures in force at that instant, by code."""
    held = matching.in_force(at)
    rows = session.execute(select(Revision.code, Revision.valid_from).where(held).order_by(Revision.code).limit(limit))
    return [InForce(*row) for row in rows]


def stamp(session: Session, *, at: datetime) -> tuple[Any, ...]:
    """What tells whether the public catalogue may have changed: the newest changes, and what began and ended last."""
    begun = select(func.max(Revision.begins_at)).where(Revision.begins_at <= at).scalar_subquery()
    ended = select(func.max(Revision.ends_at)).where(Revision.ends_at <= at).scalar_subquery()
    newest = select(func.max(Publication.id)).scalar_subquery()
    return tuple(session.execute(select(newest, begun, ended, synonyms.newest_change())).one())


_WITHDRAWAL = (
    WithdrawalRow.ends_at.label("withdrawn_at"),
    WithdrawalRow.decision.label("withdrawn_by"),
    WithdrawalRow.successor,
)


def _revisions() -> Select[*tuple[Any, ...]]:
    return select(Revision.id, Revision.content, Revision.ends_at, *_WITHDRAWAL).outerjoin(
        WithdrawalRow, WithdrawalRow.revision_id == Revision.id
    )


def _offered(session: Session, found: Procedure | None, agency: str | None) -> Procedure | None:
    """As the agency carries it out; no statement where all do the same."""
    if found is None or agency is None or not found.offers:
        return found
    return found.offered_by(units.by_agency_code(session, agency))


def _not_recalled() -> ColumnElement[bool]:
    return Revision.ends_at.is_distinct_from(Revision.begins_at)


def _withdrawal(row: Any) -> Withdrawal | None:
    return None if row.withdrawn_at is None else Withdrawal(row.withdrawn_at, row.withdrawn_by, row.successor)


def _one(session: Session, statement: Select[*tuple[Any, ...]]) -> Procedure | None:
    row = session.execute(statement).one_or_none()
    return of_content(row.id, row.content, ends_at=row.ends_at, withdrawal=_withdrawal(row)) if row else None
