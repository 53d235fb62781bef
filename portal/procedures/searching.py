"""Search in the catalogue: without marks, by beginnings of words, names first; paged by key.

A question is first taken as it stands; where nothing answers it, a typing error in each word is forgiven; where
still nothing does, what holds a good part of the words is shown. A person is not left with nothing for a letter.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, literal, select, tuple_
from sqlalchemy.orm import Session

from portal.procedures import indexing, matching
from portal.procedures.indexing import Question
from portal.procedures.matching import Filters
from portal.procedures.models import Revision
from portal.procedures.procedure import ProcedureRow
from portal.procedures.text import Text
from portal.synonyms import queries as synonyms

Row = TypeVar("Row")
MOST_ROWS = 100
LONGEST_KEY = 2000


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list; `after` is the key of the next one, None on the last.

    `way` is how the question was taken: 0 as it stands, 1 forgiving typing errors, 2 only some of its words;
    `asked` is the question with what the editors' synonyms make of it.
    """

    rows: tuple[Row, ...]
    after: str | None
    way: int = 0
    asked: Question | None = None


@dataclass(frozen=True, slots=True)
class _Key:
    """Where a page ended."""

    way: int
    rank: int
    sort: str
    procedure_id: int

    def write(self) -> str:
        data = json.dumps([self.way, self.rank, self.sort, self.procedure_id], ensure_ascii=False)
        return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")


def search(
    session: Session,
    *,
    q: str = "",
    field: str | None = None,
    level: str | None = None,
    audience: str | None = None,
    life_event: str | None = None,
    agency: str | None = None,
    agency_kind: str | None = None,
    after: str | None = None,
    limit: int = 25,
    lang: str = "vi",
    at: datetime,
) -> Page[ProcedureRow]:
    """The procedures in force that answer `q`, best first, then by name in `lang`; see `find`."""
    filters = Filters(field, level, audience, life_event, agency, agency_kind)
    return find(session, q=q, filters=filters, after=after, limit=limit, lang=lang, at=at)


def find(
    session: Session,
    *,
    q: str,
    filters: Filters,
    after: str | None = None,
    limit: int = 25,
    lang: str = "vi",
    at: datetime,
) -> Page[ProcedureRow]:
    """`search` with the filters in one piece.

    A key that is none is taken for the beginning. One statement for the synonyms and one for the answers where the
    question is answered as it stands, at most six where it is not.
    """
    question = synonyms.understand(session, indexing.question(q))
    key = _read_key(after)
    in_force = matching.in_force(at)
    narrowed = matching.conditions(filters).values()
    limit = max(1, min(limit, MOST_ROWS))
    page: Page[ProcedureRow] = Page((), None, asked=question)
    for way in range(len(matching.WAYS)) if key is None else [key.way]:
        page = _page(session, question, and_(in_force, *narrowed), key=key, limit=limit, lang=lang, way=way)
        if page.rows or not question.words or (narrowed and _answered(session, question, in_force, way)):
            break
    return page


def _answered(session: Session, question: Question, in_force: ColumnElement[bool], way: int) -> bool:
    """Whether there are answers that only the filters leave out: then the question needs no other reading."""
    found = select(Revision.id).where(matching.WAYS[way](question).where, in_force)
    return session.scalar(select(found.exists())) or False


def _page(
    session: Session,
    question: Question,
    where: ColumnElement[bool],
    *,
    key: _Key | None,
    limit: int,
    lang: str,
    way: int,
) -> Page[ProcedureRow]:
    match = matching.WAYS[way](question)
    rank = match.rank.label("rank")
    sort = (Revision.sort_en if lang == "en" else Revision.sort_vi).label("sort")
    # Where every answer is as good as another, the order is that of an index.
    order = (sort, Revision.procedure_id) if not question.words else (rank, sort, Revision.procedure_id)
    statement = (
        select(*_ROW, rank, sort, Revision.procedure_id).where(match.where, where).order_by(*order).limit(limit + 1)
    )
    if key is not None:
        here = tuple_(match.rank, sort.element, Revision.procedure_id)
        statement = statement.where(here > tuple_(literal(key.rank), literal(key.sort), literal(key.procedure_id)))
    rows = session.execute(statement).all()
    last = rows[limit - 1] if len(rows) > limit else None
    after = _Key(way, last.rank, last.sort, last.procedure_id).write() if last else None
    return Page(tuple(_row(row) for row in rows[:limit]), after, way, question)


def _row(row: Any) -> ProcedureRow:
    return ProcedureRow(
        revision_id=row.id,
        code=row.code,
        name=Text(row.name_vi, row.name_en),
        summary=Text(row.summary_vi, row.summary_en),
        field=row.field,
        level=row.level,
        service_level=row.service_level,
        audience=tuple(row.audience),
    )


_ROW = (
    Revision.id,
    Revision.code,
    Revision.name_vi,
    Revision.name_en,
    Revision.summary_vi,
    Revision.summary_en,
    Revision.field,
    Revision.level,
    Revision.service_level,
    Revision.audience,
)


def _read_key(token: str | None) -> _Key | None:
    if not token or len(token) > LONGEST_KEY:
        return None
    try:
        way, rank, sort, procedure_id = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (ValueError, TypeError, RecursionError):
        return None
    fits = isinstance(sort, str) and sort.replace("\t", " ").isprintable()
    numbers = all(type(n) is int and abs(n) < 2**31 for n in (rank, procedure_id))
    known = way in range(len(matching.WAYS)) and type(way) is int
    return _Key(way, rank, sort, procedure_id) if fits and numbers and known else None
