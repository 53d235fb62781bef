"""Lists of drafts and dossiers: Core selects of columns, paged by key, a fixed number of statements each.

A desk's queue asks PostgreSQL once, with one short index scan for each pair of unit and state: the index
(holder, state, urgent_at, id) gives the first rows of a pair at once, however many dossiers there are.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from enum import Enum, auto
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    bindparam,
    column,
    false,
    func,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy import Text as TextType
from sqlalchemy.orm import Session

from portal.dossiers import reach
from portal.dossiers.life import Act, State
from portal.dossiers.listed import COLUMNS, number_of, page_of
from portal.dossiers.models import Dossier, DossierView, Draft, Step
from portal.dossiers.places import places
from portal.dossiers.references import parse, tidy
from portal.dossiers.represented import Use
from portal.dossiers.rows import AnyRow, AnySelect
from portal.dossiers.views import DossierRow, DraftRow, Page, ViewRow
from portal.procedures.text import Text
from portal.reading import Written

LARGEST_PAGE = 100
KEY_INSTANT = "%Y%m%dT%H%M%S.%f"
WITH_THE_DESK = frozenset(
    {State.FILED, State.IN_PROGRESS, State.AWAITING_SUPPLEMENT, State.AWAITING_DUTY, State.RESOLVED}
)

_UNIT_IDS = bindparam("unit_ids", type_=ARRAY(BigInteger))
_AT = bindparam("at", type_=DateTime(timezone=True))
_KEEPER = bindparam("keeper_id", type_=BigInteger)
_SINCE = bindparam("since", type_=DateTime(timezone=True))


class Search(Enum):
    ALL = auto()
    REFERENCE = auto()
    BEGINNING = auto()
    ENDING = auto()
    NOTHING = auto()  # what is asked for cannot be part of a reference


def drafts_of(session: Session, *, person_id: int) -> tuple[DraftRow, ...]:
    """The person's drafts, the last saved first; there are never more than a few."""
    rows = session.execute(
        select(
            Draft.token,
            Draft.procedure_code,
            Draft.procedure_vi,
            Draft.procedure_en,
            Draft.created_at,
            Draft.saved_at,
            Draft.mandate_id,
        )
        .where(reach.own_draft(person_id))
        .order_by(Draft.saved_at.desc())
        .limit(LARGEST_PAGE)
    )
    return tuple(
        DraftRow(
            row.token,
            row.procedure_code,
            Text(row.procedure_vi, row.procedure_en),
            row.created_at,
            row.saved_at,
            row.mandate_id,
        )
        for row in rows
    )


def of_person(session: Session, *, person_id: int, after: str | None = None, limit: int = 25) -> Page[DossierRow]:
    """The person's own dossiers, newest first, whoever filed them."""
    limit = min(limit, LARGEST_PAGE)
    statement = select(*COLUMNS).where(reach.own(person_id))
    before = number_of(after)
    if before is not None:
        statement = statement.where(Dossier.id < before)
    rows = session.execute(statement.order_by(Dossier.id.desc()).limit(limit + 1)).all()
    return page_of(session, rows, limit, lambda row: str(row.id))


def queue(
    session: Session,
    *,
    unit_ids: Collection[int],
    at: datetime,
    states: Collection[State] = WITH_THE_DESK,
    late: bool = False,
    q: str = "",
    elsewhere: bool = False,
    keeper_id: int | None = None,
    proposed: bool = False,
    since: datetime | None = None,
    unapologised: bool = False,
    after: str | None = None,
    limit: int = 25,
) -> Page[DossierRow]:
    """What lies with these units, most urgent first, in two statements.

    `late` keeps what is past its due instant; `elsewhere` shows instead what these units received and another now
    holds; `keeper_id` keeps what this officer has, `proposed` what waits for approval; `q` is a reference, its
    beginning or its last digits. With `late`, `since` leaves out what was due before, `unapologised` what has a new
    date already.
    """
    limit = min(limit, LARGEST_PAGE)
    wanted = {State.IN_PROGRESS} & set(states) if late else set(states)
    if not unit_ids or not wanted:
        return Page((), None)
    searched, pattern = _searched(q)
    key = _urgent_key(after)
    asked = Asked(
        late, searched, elsewhere, keeper_id is not None, proposed, since is not None, unapologised, key is not None
    )
    shape = _queue_of(asked, limit=limit + 1)
    values = {"at": at, "wanted": pattern, "keeper_id": keeper_id, "since": since}
    rows = shape.read(session, **values, **_pairs(unit_ids, wanted), **_key_values(key))
    return page_of(session, rows, limit, lambda row: f"{row.urgent_at.astimezone(UTC).strftime(KEY_INSTANT)}-{row.id}")


def held_by(session: Session, references: Collection[str], *, unit_ids: Collection[int]) -> tuple[DossierRow, ...]:
    """Those of these dossiers that one of these units holds, most urgent first."""
    statement = select(*COLUMNS).where(
        Dossier.reference.in_(list(references)[:LARGEST_PAGE]), Dossier.holder_unit_id.in_(list(unit_ids))
    )
    rows = session.execute(statement.order_by(Dossier.urgent_at, Dossier.id)).all()
    return page_of(session, rows, LARGEST_PAGE, lambda row: str(row.id)).rows


def _pairs(unit_ids: Collection[int], states: Collection[State]) -> dict[str, list[Any]]:
    pairs = [(unit_id, state.value) for unit_id in sorted(unit_ids) for state in sorted(states)]
    return {"unit_ids": [unit_id for unit_id, _state in pairs], "states": [state for _unit, state in pairs]}


def _key_values(key: tuple[datetime, int] | None) -> dict[str, Any]:
    return dict(zip(("key_at", "key_id"), key or (None, None), strict=True))


def views_of(session: Session, *, person_id: int, after: str | None = None, limit: int = 25) -> Page[ViewRow]:
    """Which officers looked at the person's own dossiers, newest first."""
    limit = min(limit, LARGEST_PAGE)
    statement = _views().where(reach.own(person_id))
    before = number_of(after)
    if before is not None:
        statement = statement.where(DossierView.id < before)
    rows = session.execute(statement.limit(limit + 1)).all()
    shown = _view_rows(session, rows[:limit])
    return Page(shown, str(rows[limit - 1].id) if len(rows) > limit else None)


def views_of_dossier(session: Session, *, dossier_id: int, limit: int = 50) -> tuple[ViewRow, ...]:
    """Which officers looked at this dossier, newest first."""
    rows = session.execute(_views().where(DossierView.dossier_id == dossier_id).limit(min(limit, LARGEST_PAGE))).all()
    return _view_rows(session, rows)


def uses_of(session: Session, *, mandate_id: int, limit: int = LARGEST_PAGE) -> tuple[Use, ...]:
    """What was done by this mandate, newest first, for its two sides."""
    rows = session.execute(
        select(Dossier.reference, Dossier.procedure_vi, Dossier.procedure_en, Step.act, Step.at)
        .join(Step, Step.dossier_id == Dossier.id)
        .where(Dossier.mandate_id == mandate_id, Step.person_id != Dossier.person_id)
        .order_by(Step.at.desc(), Dossier.id.desc(), Step.n.desc())
        .limit(min(limit, LARGEST_PAGE))
    )
    return tuple(Use(row.reference, Text(row.procedure_vi, row.procedure_en), Act(row.act), row.at) for row in rows)


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


def _matching(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.late:
        yield Dossier.urgent_at < _AT  # in progress it is the due instant
    if asked.since:
        yield Dossier.urgent_at >= _SINCE
    if asked.unapologised:
        yield ~Dossier.extended
    if asked.elsewhere:
        yield Dossier.holder_unit_id != Dossier.desk_unit_id
    if asked.kept:
        yield Dossier.keeper_id == _KEEPER
    if asked.proposed:
        yield Dossier.proposal == literal_column("'made'")
    if asked.searched is Search.REFERENCE:
        yield Dossier.reference == bindparam("wanted", type_=TextType)
    elif asked.searched in (Search.BEGINNING, Search.ENDING):
        yield Dossier.reference.like(bindparam("wanted", type_=TextType), escape="/")
    elif asked.searched is Search.NOTHING:
        yield false()
    if asked.going_on:
        key = (bindparam("key_at", type_=DateTime(timezone=True)), bindparam("key_id", type_=BigInteger))
        yield tuple_(Dossier.urgent_at, Dossier.id) > tuple_(*key)


@cache
def _queue_of(asked: Asked, *, limit: int) -> Written:
    """The first rows of every (unit, state), merged. Each kind of question is written once; the pairs are arrays."""
    pairs = (
        func.unnest(_UNIT_IDS, bindparam("states", type_=ARRAY(TextType)))
        .table_valued(column("unit_id", BigInteger), column("state", TextType))
        .render_derived(name="pair")
    )
    unit = Dossier.desk_unit_id if asked.elsewhere else Dossier.holder_unit_id
    found = (
        select(*COLUMNS)
        .where(*_matching(asked))
        .where(unit == pairs.c.unit_id, Dossier.state == pairs.c.state)
        .order_by(Dossier.urgent_at, Dossier.id)
        .limit(limit)
        .lateral("found")
    )
    first = select(*found.c).select_from(pairs).join(found, true()).order_by(found.c.urgent_at, found.c.id)
    return Written(first.limit(limit))


def _urgent_key(after: str | None) -> tuple[datetime, int] | None:
    """The key in a page's address; None where there is none, or none of ours."""
    when, _, number = (after or "").rpartition("-")
    last = number_of(number)
    try:
        return None if last is None else (datetime.strptime(when, KEY_INSTANT).replace(tzinfo=UTC), last)
    except ValueError:
        return None


def _views() -> AnySelect:
    view = DossierView
    return (
        select(view.id, Dossier.reference, view.officer_id, view.unit_code, view.at, view.file_id)
        .join(Dossier, Dossier.id == view.dossier_id)
        .order_by(view.id.desc())
    )


def _view_rows(session: Session, rows: Sequence[AnyRow]) -> tuple[ViewRow, ...]:
    names = places(session, [row.unit_code for row in rows])
    return tuple(ViewRow(row.reference, row.officer_id, names[row.unit_code], row.at, row.file_id) for row in rows)
