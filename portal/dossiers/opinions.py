"""Opinions asked of other units: linked tasks with their own due instant, and what those units may see.

A unit that is asked reads the question, and of the dossier the files and answers that were chosen for it while it has
to answer; the applicant's name, the other files and what became of the dossier it never reads here. A task is open
while it has no answer and its dossier is still worked on.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    and_,
    any_,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Session

from portal.deadlines.counting import Due
from portal.dossiers.life import State
from portal.dossiers.models import Attachment, Dossier, DossierContent, DossierView, Opinion
from portal.dossiers.places import places
from portal.dossiers.rows import AnyRow, AnySelect, is_key
from portal.dossiers.views import Place
from portal.dossiers.wishes import Wish
from portal.errors import Invalid, NotFound, Refused
from portal.procedures.definition import Problem
from portal.procedures.text import Text
from portal.questions import Question
from portal.reading import Written
from portal.units.queries import Unit

WORKED_ON = (State.IN_PROGRESS.value, State.AWAITING_SUPPLEMENT.value, State.AWAITING_DUTY.value)
MOST = 200


class Asked(NamedTuple):
    """The task that an answer is for."""

    id: int
    unit_id: int
    unit_code: str
    given: bool  # or taken back: nothing is to be answered any more


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """One task as both sides read it; words are None after a lawful erasure."""

    id: int
    reference: str
    procedure: Text
    unit: Place  # the one that is asked
    asker: Place
    asked_at: datetime
    due_at: datetime
    question: str | None
    given_at: datetime | None
    answer: str | None
    open: bool
    taken_back_at: datetime | None = None

    def late(self, at: datetime) -> bool:
        return (self.given_at or at) > self.due_at and (self.open or self.given_at is not None)


@dataclass(frozen=True, slots=True)
class Task:
    """One task as the unit that is asked reads it, with what was chosen for it."""

    row: OpinionRow
    dossier_id: int
    revision_id: int
    answers: Mapping[str, Any] | None  # None: not shared, or no longer
    file_ids: tuple[int, ...]


def asked(session: Session, opinion_id: int, *, dossier_id: int) -> Asked:
    """The task of this dossier, under the dossier's lock; NotFound where there is none."""
    table = Opinion
    row = session.execute(
        select(table.id, table.unit_id, table.unit_code, (~_unanswered()).label("given")).where(
            table.id == opinion_id, table.dossier_id == dossier_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return Asked(*row)


def ask(session: Session, dossier: AnyRow, wish: Wish, *, unit: Unit, until: Due, question: str, at: datetime) -> None:
    """Write the task down; Refused while the unit has one about this dossier already."""
    waiting = Opinion.dossier_id == dossier.id, Opinion.unit_id == unit.id, _unanswered()
    if session.scalar(select(func.count()).where(*waiting)):
        raise Refused("already_asked")
    session.execute(
        insert(Opinion).values(
            dossier_id=dossier.id,
            unit_id=unit.id,
            unit_code=unit.agency_code,
            from_unit_id=dossier.holder_unit_id,
            from_code=dossier.holder_code,
            asked_step=dossier.steps,
            asked_at=at,
            due_at=until.at,
            rule=until.rule,
            question=question,
            shares_answers=wish.shares_answers,
            file_ids=_chosen(session, dossier.id, wish.file_ids),
        )
    )


def answer(session: Session, task: Asked, *, step: int, words: str, at: datetime) -> None:
    session.execute(update(Opinion).where(Opinion.id == task.id).values(given_step=step, given_at=at, answer=words))


def waiting_for(session: Session, *, unit_ids: Collection[int]) -> tuple[OpinionRow, ...]:
    """What these units have to answer, the most urgent first."""
    rows = session.execute(
        _rows().where(_asked_of(unit_ids), _open()).order_by(Opinion.due_at, Opinion.id).limit(MOST)
    ).all()
    return _shown(session, rows)


def how_many_wait(session: Session, *, unit_ids: Collection[int]) -> int:
    return waiting_asked(unit_ids=unit_ids).answer(session)


def waiting_asked(*, unit_ids: Collection[int]) -> Question[int]:
    """How many are asked of these units and wait for an answer."""
    listed = sorted(unit_ids)
    values = {"unit_ids": listed, "unit_id": listed[0] if listed else None}
    return Question(_how_many_wait(alone=len(listed) == 1), values, lambda rows: int(rows[0].number))


def hand_over(session: Session, *, from_unit_id: int, to: Unit) -> None:
    """Ask the successor of a unit that ended what the unit had still to answer; due instants stay.

    Where the successor is the one that asked, its own officers answer: the question is on paper, and so is the answer.
    """
    waiting = Opinion.unit_id == from_unit_id, _unanswered()
    session.execute(update(Opinion).where(*waiting).values(unit_id=to.id, unit_code=to.agency_code))


def open_at(session: Session, *, unit_ids: Collection[int]) -> dict[int, int]:
    """How many tasks wait in each unit; units without any are left out."""
    joined = select(Opinion.unit_id, func.count().label("number")).join_from(
        Opinion, Dossier, Dossier.id == Opinion.dossier_id
    )
    rows = session.execute(joined.where(_asked_of(unit_ids), _open()).group_by(Opinion.unit_id))
    return {row.unit_id: row.number for row in rows}


def of_dossier(session: Session, dossier_id: int) -> tuple[OpinionRow, ...]:
    """Every task about a dossier that the caller may see, in order."""
    rows = session.execute(_rows().where(Opinion.dossier_id == dossier_id).order_by(Opinion.id)).all()
    return _shown(session, rows)


def task(session: Session, opinion_id: int, *, unit_ids: Collection[int]) -> Task | None:
    """A task of one of these units, with what was chosen for it while they have to answer; None for all others."""
    if not is_key(opinion_id):
        return None
    content = DossierContent
    row = session.execute(
        _rows()
        .add_columns(Opinion.dossier_id, Dossier.revision_id, content.answers, Opinion.shares_answers, Opinion.file_ids)
        .outerjoin(content, content.dossier_id == Dossier.id)
        .where(Opinion.id == opinion_id, _asked_of(unit_ids))
    ).one_or_none()
    if row is None:
        return None
    (shown,) = _shown(session, [row])
    return Task(
        row=shown,
        dossier_id=row.dossier_id,
        revision_id=row.revision_id,
        answers=row.answers if shown.open and row.shares_answers else None,
        file_ids=tuple(row.file_ids) if shown.open else (),
    )


def record_view(
    session: Session,
    opinion_id: int,
    *,
    officer_id: int,
    unit_ids: Collection[int],
    at: datetime,
    file_id: int | None = None,
) -> None:
    """Note for the applicant that an officer of the unit that is asked looked, or opened a file that was chosen."""
    row = session.execute(
        select(Opinion.dossier_id, Opinion.unit_id, Opinion.unit_code).where(
            Opinion.id == opinion_id, _asked_of(unit_ids)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    session.execute(insert(DossierView).values(**row._mapping, officer_id=officer_id, at=at, file_id=file_id))


def _chosen(session: Session, dossier_id: int, file_ids: Collection[int]) -> list[int]:
    """The files by number, which must be the dossier's."""
    wanted = sorted(set(file_ids))
    if not wanted:
        return []
    if not all(map(is_key, wanted)):
        raise Invalid(Problem("files", "not_an_option"))
    mine = select(Attachment.id).where(Attachment.dossier_id == dossier_id, Attachment.id.in_(wanted))
    found = sorted(session.scalars(mine))
    if found != wanted:
        raise Invalid(Problem("files", "not_an_option"))
    return found


def _asked_of(unit_ids: Collection[int]) -> ColumnElement[bool]:
    return Opinion.unit_id.in_(list(unit_ids))


def _unanswered() -> ColumnElement[bool]:
    """Neither answered nor taken back."""
    return and_(Opinion.given_at.is_(None), Opinion.taken_back_at.is_(None))


def _open() -> ColumnElement[bool]:
    return and_(_unanswered(), Dossier.state.in_(WORKED_ON))


def _rows() -> AnySelect:
    table = Opinion
    return select(
        table.id,
        Dossier.reference,
        Dossier.procedure_vi,
        Dossier.procedure_en,
        table.unit_code,
        table.from_code,
        table.asked_at,
        table.due_at,
        table.question,
        table.given_at,
        table.answer,
        _open().label("open"),
        table.taken_back_at,
    ).join_from(table, Dossier, Dossier.id == table.dossier_id)


def _shown(session: Session, rows: Collection[AnyRow]) -> tuple[OpinionRow, ...]:
    names = places(session, [code for row in rows for code in (row.unit_code, row.from_code)])
    return tuple(
        OpinionRow(
            id=row.id,
            reference=row.reference,
            procedure=Text(row.procedure_vi, row.procedure_en),
            unit=names[row.unit_code],
            asker=names[row.from_code],
            asked_at=row.asked_at,
            due_at=row.due_at,
            question=row.question,
            given_at=row.given_at,
            answer=row.answer,
            open=row.open,
            taken_back_at=row.taken_back_at,
        )
        for row in rows
    )


@cache
def _how_many_wait(*, alone: bool) -> Written:
    """`alone`: of one unit, which PostgreSQL then plans once (see `tallies`)."""
    one, all_of_them = bindparam("unit_id", type_=BigInteger), bindparam("unit_ids", type_=ARRAY(BigInteger))
    return Written(
        select(func.count().label("number"))
        .join_from(Opinion, Dossier, Dossier.id == Opinion.dossier_id)
        .where(
            Opinion.unit_id == (one if alone else any_(all_of_them)),
            _unanswered(),
            Dossier.state.in_([literal_column(f"'{state}'") for state in WORKED_ON]),
        )
    )
