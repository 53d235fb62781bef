"""Reading synonyms: what a question means by them, and the editors' list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, or_, select
from sqlalchemy.orm import Session

from portal.procedures import indexing
from portal.procedures.indexing import Question
from portal.synonyms.models import SynonymChange, SynonymEntity
from portal.synonyms.understanding import SHORTEST_BEGINNING, Meaning, forms, understood

MOST_LOOKED_AT = 400
MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class Synonym:
    """A line of the editors' list."""

    id: int
    phrase: str
    codes: tuple[str, ...]
    means: str
    changed_by: int | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A line of what was done; `by` is an officer, or nobody where it came from the file."""

    act: str
    phrase: str
    codes: tuple[str, ...]
    means: str
    by: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Synonyms:
    """A page of the list; `after` is the phrase after which the next one begins."""

    rows: tuple[Synonym, ...]
    after: str | None


def understand(session: Session, question: Question) -> Question:
    """The question with what the editors' synonyms make of it; one statement, none where nothing is asked."""
    if not question.words:
        return question
    row = SynonymEntity
    fits = row.keys.overlap(sorted(forms(question.words)))
    if len(question.words) == 1 and len(question.words[0]) >= SHORTEST_BEGINNING:
        fits = or_(fits, row.folded.startswith(question.words[0]))
    statement = select(row.words, row.codes, row.means).where(fits).order_by(row.id).limit(MOST_LOOKED_AT)
    return understood(question, [_meaning(found) for found in session.execute(statement)])


def listed(session: Session, *, q: str = "", after: str | None = None, limit: int = MOST_ROWS) -> Synonyms:
    """Synonyms by phrase, in the order of the folded letters; those that hold the words of `q`."""
    row = SynonymEntity
    statement = select(*_COLUMNS, row.folded).order_by(row.folded).limit(limit + 1)
    for word in indexing.question(q).words:
        statement = statement.where(row.folded.contains(word))
    if after:
        statement = statement.where(row.folded > after)
    found = session.execute(statement).all()
    return Synonyms(
        tuple(_synonym(one) for one in found[:limit]), found[limit - 1].folded if len(found) > limit else None
    )


def one(session: Session, synonym_id: int) -> Synonym | None:
    row = session.execute(select(*_COLUMNS).where(SynonymEntity.id == synonym_id)).one_or_none()
    return _synonym(row) if row else None


def changes(session: Session, *, limit: int = 20) -> tuple[Change, ...]:
    """What was done last, newest first."""
    row = SynonymChange
    statement = select(row.act, row.phrase, row.codes, row.means, row.by, row.at).order_by(row.id.desc()).limit(limit)
    return tuple(Change(**{**found._mapping, "codes": tuple(found.codes)}) for found in session.execute(statement))


def all_of_them(session: Session) -> list[Mapping[str, Any]]:
    """Everything that holds, as the file has it."""
    row = SynonymEntity
    found = session.execute(select(row.phrase, row.codes, row.means).order_by(row.folded))
    return [
        {"phrases": [phrase]} | ({"finds": codes} if codes else {}) | ({"means": means} if means else {})
        for phrase, codes, means in found
    ]


def _meaning(found: Any) -> Meaning:
    return Meaning(tuple(found.words), tuple(found.codes), indexing.question(found.means).words)


def _synonym(found: Any) -> Synonym:
    return Synonym(found.id, found.phrase, tuple(found.codes), found.means, found.changed_by, found.changed_at)


_COLUMNS = (
    SynonymEntity.id,
    SynonymEntity.phrase,
    SynonymEntity.codes,
    SynonymEntity.means,
    SynonymEntity.changed_by,
    SynonymEntity.changed_at,
)


def newest_change() -> ScalarSelect[int | None]:
    """What tells, inside another statement, whether the synonyms have changed."""
    return select(func.max(SynonymChange.id)).scalar_subquery()
