"""Reading what is being written: manuscripts of result templates, and what stands against them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.people import queries as people
from portal.procedures import queries as procedures
from portal.procedures import writable
from portal.procedures.findings import Finding
from portal.procedures.second_person import OPEN, Line, Review
from portal.result_templates import faults
from portal.result_templates.models import ResultTemplateManuscript as Row
from portal.result_templates.models import ResultTemplateTrail

REVIEW = Review(Row, ResultTemplateTrail)
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A version being written. `base` is the number of the one that it continues, 0 for none."""

    id: int
    code: str
    outcome: str
    state: str
    version: int
    title: str
    body: str
    base: int
    written_by: str
    written_at: datetime
    writers: frozenset[int]
    trail: tuple[Line, ...]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def may_approve(self, officer_id: int) -> bool:
        return self.state == "in_review" and officer_id not in self.writers


@dataclass(frozen=True, slots=True)
class ManuscriptRow:
    """A line of the list."""

    id: int
    code: str
    outcome: str
    state: str
    written_by: str
    written_at: datetime


def open_ones(session: Session) -> tuple[ManuscriptRow, ...]:
    """Those being written, last written first."""
    columns = (Row.id, Row.code, Row.outcome, Row.state, Row.written_by, Row.written_at)
    found = session.execute(
        select(*columns).where(Row.state.in_(OPEN)).order_by(Row.written_at.desc(), Row.id.desc()).limit(MOST_ROWS)
    ).all()
    names = people.officer_names(session, {row.written_by for row in found})
    return tuple(ManuscriptRow(*row[:4], names.get(row.written_by, ""), row.written_at) for row in found)


def open_of(session: Session, code: str, *, outcome: str) -> int | None:
    """The manuscript in which this template is being written."""
    return session.scalar(select(Row.id).where(Row.code == code, Row.outcome == outcome, Row.state.in_(OPEN)))


def manuscript(session: Session, id: int) -> Manuscript | None:
    """One with its text and its trail; open or not."""
    row = session.get(Row, id, populate_existing=True) if writable.is_key(id) else None
    if row is None:
        return None
    trail = REVIEW.trail_of(session, row.id, written_by=row.written_by)
    return Manuscript(
        id=row.id,
        code=row.code,
        outcome=row.outcome,
        state=row.state,
        version=row.version,
        title=row.title,
        body=row.body,
        base=row.base,
        written_by=trail.written_by,
        written_at=row.written_at,
        writers=trail.writers,
        trail=trail.lines,
    )


def check(session: Session, title: str, body: str, *, code: str, at: datetime) -> list[Finding]:
    """Everything that is wrong with it, against the revision of the procedure in force at that instant."""
    procedure = procedures.published(session, code, at=at)
    return faults.faults(title, body, procedure.form if procedure else None)
