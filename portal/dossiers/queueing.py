"""A desk's queue: what lies with units, narrowed and in order, paged by key.

PostgreSQL is asked once, with one short index scan for each pair of unit and state: the indexes
(holder, state, urgent_at, id) and (holder, state, id) give the first rows of a pair at once, however many dossiers
there are. The first of these, of what is open, holds what lists are narrowed and searched by as well: what a filter
leaves out is passed over without looking at the dossier, and only those that are shown are read.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import cache
from typing import Any, Concatenate, NamedTuple, ParamSpec

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    FromClause,
    bindparam,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy import Text as TextType
from sqlalchemy.orm import Session

from portal.dossiers.life import State
from portal.dossiers.listed import COLUMNS, LARGEST_PAGE, codes_of, key_in, key_of, number_of, values_of
from portal.dossiers.models import Dossier
from portal.dossiers.places import places
from portal.dossiers.references import parse, tidy
from portal.dossiers.rows import AnyRow, AnySelect
from portal.dossiers.views import DossierRow, Page, Place
from portal.reading import Written

P = ParamSpec("P")

WITH_THE_DESK = frozenset(
    {State.FILED, State.IN_PROGRESS, State.AWAITING_SUPPLEMENT, State.AWAITING_DUTY, State.RESOLVED}
)
# As literals, so that the planner knows that the index of what is open holds what is asked.
IS_OPEN = Dossier.state.in_([literal_column(f"'{state.value}'") for state in sorted(WITH_THE_DESK)])
SENT_ON = frozenset({State.IN_PROGRESS, State.AWAITING_SUPPLEMENT, State.AWAITING_DUTY})

_UNIT_IDS = bindparam("unit_ids", type_=ARRAY(BigInteger))
_AT = bindparam("at", type_=DateTime(timezone=True))
_KEEPER = bindparam("keeper_id", type_=BigInteger)
ABSENT = (bindparam("absent_ids", type_=ARRAY(BigInteger)), bindparam("absent_units", type_=ARRAY(BigInteger)))
_SINCE = bindparam("since", type_=DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What of the dossiers is looked at: of one procedure, of one officer, of nobody."""

    procedure: str | None = None
    of_keeper: int | None = None
    unkept: bool = False

    @property
    def kinds(self) -> tuple[bool, bool, bool]:
        """By which of the three it narrows: of an officer, of nobody, of a procedure."""
        return self.of_keeper is not None, self.unkept, self.procedure is not None


ALL = Narrowing()


class Search(Enum):
    ALL = auto()
    REFERENCE = auto()
    BEGINNING = auto()
    ENDING = auto()
    NOTHING = auto()  # what is asked for cannot be part of a reference


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a queue as it was read; `rows` has one more than `limit` where there are more."""

    rows: Sequence[AnyRow]
    limit: int
    newest: bool

    @property
    def shown(self) -> Sequence[AnyRow]:
        return self.rows[: self.limit]

    def page(self, names: Mapping[str, Place]) -> Page[DossierRow]:
        """`names`: the places of `codes_of(shown)`."""
        key = _newest_key_of if self.newest else _urgent_key_of
        after = key(self.shown[-1]) if len(self.rows) > self.limit else None
        return Page(tuple(values_of(row, names) for row in self.shown), after)


def found(
    session: Session,
    *,
    unit_ids: Collection[int],
    at: datetime,
    states: Collection[State] = WITH_THE_DESK,
    late: bool = False,
    q: str = "",
    elsewhere: bool = False,
    keeper_id: int | None = None,
    standing_in: Collection[tuple[int, int]] = (),
    proposed: bool = False,
    since: datetime | None = None,
    unapologised: bool = False,
    narrowing: Narrowing = ALL,
    newest: bool = False,
    after: str | None = None,
    limit: int = 25,
) -> Found:
    """What lies with these units, most urgent first (or `newest` first), in one statement.

    `late` keeps what is past its due instant; `elsewhere` shows instead what these units received and another now
    holds; `keeper_id` keeps what this officer has, and with `standing_in` what each absent one has in that unit;
    `proposed` keeps what waits for approval; `q` is a reference, its beginning or its last digits. With `late`, `since`
    leaves out what was due before, `unapologised` what has a new date already.
    """
    limit, wanted = min(limit, LARGEST_PAGE), {State.IN_PROGRESS} & set(states) if late else set(states)
    if not unit_ids or not wanted:
        return Found((), limit, newest)
    (searched, pattern), key = _searched(q), _key(after, newest=newest)
    kept, going_on, lent = keeper_id is not None, key is not None, bool(standing_in)
    kinds = (since is not None, unapologised, going_on, *narrowing.kinds, newest, lent, wanted <= WITH_THE_DESK)
    asked = Asked(late, searched, elsewhere, kept, proposed, *kinds)
    values = {"at": at, "wanted": pattern, "keeper_id": keeper_id, "since": since, **_key_values(key)}
    values |= absent_values(standing_in)
    values |= {"of_keeper": narrowing.of_keeper, "procedure": narrowing.procedure, **_pairs(unit_ids, wanted)}
    rows = _queue_of(asked, limit=limit + 1).read(session, **values)
    return Found(rows, limit, newest)


def _named(find: Callable[Concatenate[Session, P], Found]) -> Callable[Concatenate[Session, P], Page[DossierRow]]:
    def queue(session: Session, /, *rest: P.args, **asked: P.kwargs) -> Page[DossierRow]:
        """What `found` finds, with the names of units: in two statements."""
        read = find(session, *rest, **asked)
        return read.page(places(session, codes_of(read.shown)))

    return queue


queue = _named(found)


def absent_values(standing_in: Collection[tuple[int, int]]) -> dict[str, list[int]]:
    """What `of_the_absent` asks with."""
    pairs = sorted(standing_in)
    return {"absent_ids": [absent for absent, _unit in pairs], "absent_units": [unit for _absent, unit in pairs]}


def of_the_absent() -> ColumnElement[bool]:
    """What one of the absent ones has in the unit where somebody stands in for them."""
    pairs = (
        func.unnest(*ABSENT)
        .table_valued(column("absent_id", BigInteger), column("unit_id", BigInteger))
        .render_derived(name="absent")
    )
    return tuple_(Dossier.keeper_id, Dossier.holder_unit_id).in_(select(pairs.c.absent_id, pairs.c.unit_id))


def _urgent_key_of(row: AnyRow) -> str:
    return key_of(row.urgent_at, row.id)


def _newest_key_of(row: AnyRow) -> str:
    return str(row.id)


def _pairs(unit_ids: Collection[int], states: Collection[State]) -> dict[str, list[Any]]:
    pairs = [(unit_id, state.value) for unit_id in sorted(unit_ids) for state in sorted(states)]
    return {"unit_ids": [unit_id for unit_id, _state in pairs], "states": [state for _unit, state in pairs]}


def _key_values(key: tuple[datetime | None, int] | None) -> dict[str, Any]:
    return dict(zip(("key_at", "key_id"), key or (None, None), strict=True))


def _searched(q: str) -> tuple[Search, str]:
    """How a queue is searched, and for what."""
    wanted = tidy(q)
    if parse(wanted):
        return Search.REFERENCE, wanted
    if wanted:
        plain = re.sub(r"([/%_])", r"/\1", wanted)
        return (Search.BEGINNING, f"{plain}%") if wanted[0].isalpha() else (Search.ENDING, f"%{plain}")
    return (Search.NOTHING, "") if q.strip() else (Search.ALL, "")


class Asked(NamedTuple):
    """Which kind of question a queue is asked; each is a statement of its own."""

    late: bool
    searched: Search
    elsewhere: bool
    kept: bool
    proposed: bool
    since: bool
    unapologised: bool
    going_on: bool
    of_keeper: bool
    unkept: bool
    procedure: bool
    newest: bool
    standing_in: bool
    open: bool  # nothing else, so that the index of what is open holds it


def _matching(asked: Asked) -> Iterator[ColumnElement[bool]]:
    own = asked.kept and not asked.standing_in  # what has an index of its own
    if asked.open and not (own or asked.of_keeper or asked.proposed or asked.newest or asked.elsewhere):
        yield IS_OPEN
    if asked.late:
        yield Dossier.urgent_at < _AT  # in progress it is the due instant
    if asked.since:
        yield Dossier.urgent_at >= _SINCE
    if asked.unapologised:
        yield ~Dossier.extended
    if asked.elsewhere:
        yield Dossier.holder_unit_id != Dossier.desk_unit_id
    if asked.kept:
        yield or_(Dossier.keeper_id == _KEEPER, of_the_absent()) if asked.standing_in else Dossier.keeper_id == _KEEPER
    if asked.proposed:
        yield Dossier.proposal == literal_column("'made'")
    if asked.searched is Search.REFERENCE:
        yield Dossier.reference == bindparam("wanted", type_=TextType)
    elif asked.searched in (Search.BEGINNING, Search.ENDING):
        yield Dossier.reference.like(bindparam("wanted", type_=TextType), escape="/")
    elif asked.searched is Search.NOTHING:
        yield false()
    yield from _narrowed(asked)
    if asked.going_on and asked.newest:
        yield Dossier.id < bindparam("key_id", type_=BigInteger)
    elif asked.going_on:
        key = (bindparam("key_at", type_=DateTime(timezone=True)), bindparam("key_id", type_=BigInteger))
        yield tuple_(Dossier.urgent_at, Dossier.id) > tuple_(*key)


def _narrowed(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.of_keeper:
        yield Dossier.keeper_id == bindparam("of_keeper", type_=BigInteger)
    if asked.unkept:
        yield Dossier.keeper_id.is_(None)
    if asked.procedure:
        yield Dossier.procedure_code == bindparam("procedure", type_=TextType)


@cache
def _queue_of(asked: Asked, *, limit: int) -> Written:
    """The first rows of every (unit, state), merged. Each kind of question is written once; the pairs are arrays."""
    pairs = (
        func.unnest(_UNIT_IDS, bindparam("states", type_=ARRAY(TextType)))
        .table_valued(column("unit_id", BigInteger), column("state", TextType))
        .render_derived(name="pair")
    )
    unit = Dossier.desk_unit_id if asked.elsewhere else Dossier.holder_unit_id
    order = (_newest_first(asked),) if asked.newest else (Dossier.urgent_at, Dossier.id)
    found = (
        select(Dossier.id, Dossier.urgent_at)
        .where(*_matching(asked))
        .where(unit == pairs.c.unit_id, Dossier.state == pairs.c.state)
        .order_by(*order)
        .limit(limit)
        .lateral("found")
    )
    first = _merged(select(found.c.id, found.c.urgent_at).select_from(pairs).join(found, true()), found, asked)
    shown = first.limit(limit).subquery("first")
    return Written(_merged(select(*COLUMNS).join(shown, shown.c.id == Dossier.id), shown, asked))


def _merged(statement: AnySelect, found: FromClause, asked: Asked) -> AnySelect:
    return statement.order_by(*((found.c.id.desc(),) if asked.newest else (found.c.urgent_at, found.c.id)))


def _newest_first(asked: Asked) -> ColumnElement[int]:
    """What went elsewhere is little, and has no index by newest: the sum keeps the planner from reading by number."""
    return (Dossier.id + literal_column("0") if asked.elsewhere else Dossier.id).desc()


def _key(after: str | None, *, newest: bool) -> tuple[datetime | None, int] | None:
    if not newest:
        return key_in(after)
    last = number_of(after)
    return None if last is None else (None, last)
