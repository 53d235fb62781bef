"""What one person writes and a second one approves, whatever it is: handed in, approved or sent back, thrown away.

Each noun that is written so has a table of manuscripts (`state`, `version`, `written_by`, `written_at`, `approved_by`)
and a table of what was done to them (`manuscript_id`, `n`, `act`, `at`, `officer_id`, `reason`). Each act names the
version it was decided on, who wrote never approves, and what was handed in is fixed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from portal.errors import NotFound, Refused, Stale
from portal.people import queries as people
from portal.procedures import writable
from portal.procedures.drafting import checked_reason
from portal.procedures.findings import Finding

OPEN = ("writing", "in_review", "approved")
WROTE = ("begun", "saved")


@dataclass(frozen=True, slots=True)
class Line:
    """What was done to a manuscript; `by` is an officer's name."""

    act: str
    by: str
    at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class Trail:
    """What was done, oldest first, and who wrote: none of them may approve."""

    lines: tuple[Line, ...]
    writers: frozenset[int]
    written_by: str


class Newest(Protocol):
    """The last version that was published of the thing."""

    @property
    def number(self) -> int: ...

    @property
    def begins_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Review:
    """The acts on one noun's manuscripts, by its two tables."""

    manuscripts: Any
    trail: Any

    def locked(self, session: Session, id: int) -> Any:
        """The manuscript's row, locked. NotFound."""
        known = writable.is_key(id)
        row = session.get(self.manuscripts, id, with_for_update=True, populate_existing=True) if known else None
        if row is None:
            raise NotFound
        return row

    def in_state(self, session: Session, id: int, version: int, *states: str, refusal: str) -> Any:
        """The locked row. Refused(refusal) in any other state; Stale where somebody saved since."""
        row = self.locked(session, id)
        if row.state not in states:
            raise Refused(refusal, state=row.state)
        if row.version != version:
            raise Stale(version=row.version)
        return row

    def change(self, session: Session, id: int, **values: Any) -> None:
        session.execute(update(self.manuscripts).where(self.manuscripts.id == id).values(**values))

    def note(
        self, session: Session, id: int, *, act: str, officer_id: int, at: datetime, reason: str | None = None
    ) -> None:
        """One more line of the trail; the caller holds the manuscript's row."""
        n = select(func.count()).where(self.trail.manuscript_id == id).scalar_subquery()
        values = {"act": act, "at": at, "officer_id": officer_id, "reason": reason}
        session.execute(insert(self.trail).values(manuscript_id=id, n=n, **values))

    def save(
        self, session: Session, *, id: int, version: int, content: Mapping[str, Any], officer_id: int, at: datetime
    ) -> int:
        """Keep this content; the new version, which is the old one where nothing changed."""
        row = self.in_state(session, id, version, "writing", refusal="not_in_writing")
        if all(getattr(row, name) == value for name, value in content.items()):
            return int(row.version)
        self.change(session, id, **content, version=version + 1, written_by=officer_id, written_at=at)
        self.note(session, id, act="saved", officer_id=officer_id, at=at)
        return version + 1

    def hand_in(self, session: Session, *, id: int, version: int, officer_id: int, at: datetime) -> None:
        """Give it to a second person; from now on it is fixed."""
        self.in_state(session, id, version, "writing", refusal="not_in_writing")
        self.change(session, id, state="in_review")
        self.note(session, id, act="handed_in", officer_id=officer_id, at=at)

    def send_back(self, session: Session, *, id: int, version: int, reason: str, officer_id: int, at: datetime) -> None:
        """Back to writing, also after the approval, which is then void. Invalid("no_reason" | "reason_too_long")."""
        self.in_state(session, id, version, *OPEN[1:], refusal="not_in_review")
        words = checked_reason(reason)
        self.change(session, id, state="writing", approved_by=None)
        self.note(session, id, act="sent_back", officer_id=officer_id, at=at, reason=words)

    def to_approve(self, session: Session, *, id: int, version: int, officer_id: int) -> Any:
        """The locked row that this officer may approve. Refused("not_in_review" | "own_manuscript")."""
        row = self.in_state(session, id, version, "in_review", refusal="not_in_review")
        own = select(self.trail.n).where(
            self.trail.manuscript_id == id, self.trail.officer_id == officer_id, self.trail.act.in_(WROTE)
        )
        if session.scalar(select(own.exists())):
            raise Refused("own_manuscript")
        return row

    def approve(self, session: Session, *, id: int, officer_id: int, at: datetime) -> None:
        """What `to_approve` gave is found right."""
        self.change(session, id, state="approved", approved_by=officer_id)
        self.note(session, id, act="approved", officer_id=officer_id, at=at)

    def discard(self, session: Session, *, id: int, version: int, officer_id: int, at: datetime) -> None:
        """Throw it away; its trail stays."""
        self.in_state(session, id, version, *OPEN, refusal="manuscript_closed")
        self.change(session, id, state="discarded", approved_by=None)
        self.note(session, id, act="discarded", officer_id=officer_id, at=at)

    def to_publish(self, session: Session, *, id: int, version: int) -> Any:
        """The locked row that was approved. Stale; Refused("not_approved")."""
        row = self.locked(session, id)
        if row.version != version:
            raise Stale(version=row.version)
        if row.state != "approved":
            raise Refused("not_approved", state=row.state)
        return row

    def published(self, session: Session, *, id: int, version_id: int, officer_id: int, at: datetime) -> None:
        """What `to_publish` gave is published as that version."""
        self.change(session, id, state="published", version_id=version_id)
        self.note(session, id, act="published", officer_id=officer_id, at=at)

    def trail_of(self, session: Session, id: int, *, written_by: int) -> Trail:
        """What was done to one of them; `written_by` is who saved last."""
        row = self.trail
        columns = (row.act, row.officer_id, row.at, row.reason)
        found = session.execute(select(*columns).where(row.manuscript_id == id).order_by(row.n)).all()
        names = people.officer_names(session, {line.officer_id for line in found} | {written_by})
        lines = tuple(Line(line.act, names.get(line.officer_id, ""), line.at, line.reason) for line in found)
        writers = frozenset(line.officer_id for line in found if line.act in WROTE)
        return Trail(lines, writers, names.get(written_by, ""))


def beginning_problems(base: int, newest: Newest | None, begins: datetime, at: datetime) -> Iterator[Finding]:
    """Whether the next version may begin then: not in the past, not before the newest, not on a base that is gone."""
    if begins < at:
        yield Finding("begins_in_the_past", "begins_at", facts={"now": at})
    if newest is None:
        return
    facts = {"number": newest.number, "begins_at": newest.begins_at}
    if newest.number != base:
        yield Finding("overtaken_by_version", "", facts=facts)
    if begins <= newest.begins_at:
        yield Finding("begins_before_another", "begins_at", facts=facts)
