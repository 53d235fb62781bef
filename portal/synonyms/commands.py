"""The editors' verbs: add, change, remove a synonym; and the file that an empty list begins with."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from portal.errors import Invalid, NotFound, Stale
from portal.procedures import characters, indexing, queries
from portal.procedures.schema import Fault
from portal.synonyms.models import SynonymChange, SynonymEntity
from portal.synonyms.source import Entry
from portal.synonyms.understanding import forms

LONGEST = 100
MOST_CODES = 30
PROBLEMS = ("missing", "too_long", "unreadable", "taken", "means_nothing", "too_many", "unknown")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field of a synonym: `phrase`, `codes` or `means`; `value` is the part of it."""

    field: str
    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A synonym as somebody wants it."""

    phrase: str
    codes: tuple[str, ...] = ()
    means: str = ""


def add(session: Session, wanted: Wanted, *, by: int | None, at: datetime) -> int:
    """Add it; raises Invalid with every Problem."""
    wanted = _right(session, wanted)
    values = _columns(wanted) | {"changed_by": by, "changed_at": at}
    made = session.execute(insert(SynonymEntity).values(values).returning(SynonymEntity.id)).scalar_one()
    _write_down(session, "added", wanted, by=by, at=at)
    return made


def change(
    session: Session, synonym_id: int, wanted: Wanted, *, seen_at: datetime, by: int | None, at: datetime
) -> None:
    """Change it as it was at `seen_at`: Stale where somebody else changed it since; Invalid with every Problem."""
    row = SynonymEntity
    found = session.execute(select(row.changed_at).where(row.id == synonym_id).with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFound
    if found != seen_at:
        raise Stale
    wanted = _right(session, wanted, but=synonym_id)
    values = _columns(wanted) | {"changed_by": by, "changed_at": at}
    session.execute(update(row).where(row.id == synonym_id).values(values))
    _write_down(session, "changed", wanted, by=by, at=at)


def remove(session: Session, synonym_id: int, *, by: int | None, at: datetime) -> None:
    row = SynonymEntity
    found = session.execute(
        delete(row).where(row.id == synonym_id).returning(row.phrase, row.codes, row.means)
    ).one_or_none()
    if found is None:
        raise NotFound
    _write_down(session, "removed", Wanted(found.phrase, tuple(found.codes), found.means), by=by, at=at)


def load(session: Session, entries: Iterable[Entry], *, at: datetime) -> int:
    """Add those of a file whose phrase was never here: what editors changed or removed stays as they left it.

    All of them or, with Invalid, none; how many were added. Codes of no procedure are faults.
    """
    known = set(session.scalars(select(SynonymChange.folded)))
    fresh = [entry for entry in entries if _folded(entry.phrase) not in known]
    wanted = [Wanted(entry.phrase, entry.codes, entry.means) for entry in fresh]
    unknown = _code_problems(session, {code for one in wanted for code in one.codes}, most=None)
    if unknown:
        raise Invalid(
            *(Fault("finds", "related_unknown", {"code": one.value}) for one in unknown), code="synonyms_invalid"
        )
    if wanted:
        made = {"changed_by": None, "changed_at": at}
        session.execute(insert(SynonymEntity), [_columns(one) | made for one in wanted])
        session.execute(insert(SynonymChange), [_change("added", one, by=None, at=at) for one in wanted])
    return len(fresh)


def _right(session: Session, wanted: Wanted, *, but: int | None = None) -> Wanted:
    problems: list[Problem] = []
    phrase, means = (
        _text(name, value, problems) for name, value in (("phrase", wanted.phrase), ("means", wanted.means))
    )
    codes = tuple(dict.fromkeys(wanted.codes))
    if not problems:
        problems += _phrase_problems(session, phrase, but)
        if not codes and not indexing.question(means).words:
            problems.append(Problem("codes", "means_nothing"))
    problems += _code_problems(session, codes)
    if problems:
        raise Invalid(*problems, code="synonym_invalid")
    return Wanted(phrase, codes, means)


def _text(field: str, value: str, problems: list[Problem]) -> str:
    try:
        value = characters.clean(value)
    except characters.Unreadable:
        problems.append(Problem(field, "unreadable"))
    if characters.length(value) > LONGEST:
        problems.append(Problem(field, "too_long"))
    return value


def _phrase_problems(session: Session, phrase: str, but: int | None) -> Iterable[Problem]:
    folded = _folded(phrase)
    if not folded:
        return [Problem("phrase", "missing")]
    other = select(SynonymEntity.phrase).where(SynonymEntity.folded == folded, SynonymEntity.id.is_distinct_from(but))
    taken = session.execute(other).scalar_one_or_none()
    return [Problem("phrase", "taken", taken)] if taken else []


def _code_problems(session: Session, codes: Collection[str], *, most: int | None = MOST_CODES) -> list[Problem]:
    if most is not None and len(codes) > most:
        return [Problem("codes", "too_many")]
    known = queries.names_of(session, codes)
    return [Problem("codes", "unknown", code) for code in codes if code not in known]


def _folded(phrase: str) -> str:
    return " ".join(indexing.question(phrase).words)


def _columns(wanted: Wanted) -> dict[str, Any]:
    words = indexing.question(wanted.phrase).words
    return {
        "phrase": wanted.phrase,
        "folded": " ".join(words),
        "codes": list(wanted.codes),
        "means": wanted.means,
        "words": list(words),
        "keys": sorted(forms(words)),
    }


def _write_down(session: Session, act: str, synonym: Wanted, *, by: int | None, at: datetime) -> None:
    session.execute(insert(SynonymChange).values(_change(act, synonym, by=by, at=at)))


def _change(act: str, synonym: Wanted, *, by: int | None, at: datetime) -> dict[str, Any]:
    return {
        "act": act,
        "phrase": synonym.phrase,
        "folded": _folded(synonym.phrase),
        "codes": list(synonym.codes),
        "means": synonym.means,
        "by": by,
        "at": at,
    }
