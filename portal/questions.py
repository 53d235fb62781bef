"""Several small reads as one statement.

Around its list a page shows a row or two of many tables: names, numbers, what somebody saved. A statement of its own
costs each of them 60 microseconds of Python and 25 of PostgreSQL, whatever it brings, and those that hang on nothing
that the others find can be asked for together. A package says what it would ask as a `Question`; who makes the page
puts them to the database. Rows come as JSON, which few rows do not mind: a list has a statement of its own.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar, overload

from sqlalchemy import ARRAY, Boolean, Date, DateTime, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator, TypeEngine

from portal.reading import DIALECT, Written, read

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")

_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Question(Generic[A]):
    """A select with its values, and what is made of its rows."""

    written: Written
    values: Mapping[str, Any]
    made: Callable[[list[Any]], A]

    def answer(self, session: Session) -> A:
        """Asked alone."""
        return self.made(self.written.read(session, **self.values))


@overload
def answers(session: Session, one: Question[A], two: Question[B], /) -> tuple[A, B]: ...
@overload
def answers(session: Session, one: Question[A], two: Question[B], three: Question[C], /) -> tuple[A, B, C]: ...
@overload
def answers(
    session: Session, one: Question[A], two: Question[B], three: Question[C], four: Question[D], /
) -> tuple[A, B, C, D]: ...
@overload
def answers(
    session: Session, one: Question[A], two: Question[B], three: Question[C], four: Question[D], five: Question[E], /
) -> tuple[A, B, C, D, E]: ...
def answers(session: Session, *questions: Question[Any]) -> tuple[Any, ...]:
    """The answer to each, all of the same moment, in one statement."""
    written = tuple(question.written for question in questions)
    values = {
        f"q{number}_{name}": value
        for number, question in enumerate(questions)
        for name, value in {**question.written.settled, **question.values}.items()
    }
    (found,) = read(session, _together(written), values)
    brought = zip(questions, found, strict=True)
    return tuple(question.made(_rows(question.written, rows)) for question, rows in brought)


@lru_cache(maxsize=256)
def _together(written: tuple[Written, ...]) -> str:
    """One row, with the rows of each select as an array of arrays."""
    columns = []
    for number, one in enumerate(written):
        names = ", ".join(f"c{column}" for column in range(len(one.kinds)))
        inner = _PLACE.sub(rf"%(q{number}_\1)s", one.text)
        rows = f"coalesce(json_agg(json_build_array({names})), '[]')"
        columns.append(f"(select {rows} from ({inner}) as q{number} ({names}))")  # noqa: S608
    return f"select {', '.join(columns)}"


def _rows(written: Written, brought: Sequence[Sequence[Any]]) -> list[Any]:
    loaders = _loaders(written)
    if not loaders:
        return [written.row._make(row) for row in brought]
    found = []
    for row in brought:
        values = list(row)
        for number, load in loaders:
            if values[number] is not None:
                values[number] = load(values[number])
        found.append(written.row._make(values))
    return found


@lru_cache(maxsize=256)
def _loaders(written: Written) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """Of the columns whose values JSON does not bring as they are."""
    found = ((number, _loader(kind)) for number, kind in enumerate(written.kinds))
    return tuple((number, load) for number, load in found if load is not None)


def _undecorated(kind: TypeDecorator[Any], load: Callable[[Any], Any] | None, value: Any) -> Any:
    return kind.process_result_value(value if load is None else load(value), DIALECT)


def _loader(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """None where nothing is to be done. Raises TypeError for what JSON would change without a word."""
    if isinstance(kind, TypeDecorator):
        return partial(_undecorated, kind, _loader(kind.impl_instance))
    if isinstance(kind, LargeBinary):
        return lambda value: bytes.fromhex(value[2:])
    if isinstance(kind, DateTime):
        return datetime.fromisoformat
    if isinstance(kind, Date):
        return date.fromisoformat
    if isinstance(kind, ARRAY):
        kind = kind.item_type
    if isinstance(kind, Integer | Text | Boolean | JSONB):
        return None
    raise TypeError(f"{kind!r} does not come through JSON as it is")
