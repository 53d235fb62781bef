"""Tables of internal processes: versions that never change, what is being written, and where each dossier is.

Nothing here names a person of a dossier; officers are named where they wrote, approved or published.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base, Key

STATES = "state in ('writing', 'in_review', 'approved', 'published', 'discarded')"


class ProcessVersion(Base):
    """One published state of the process of a procedure, at one agency or ('') at all that have none of their own.

    In force from `begins_at` until the next one of the same agency begins.
    """

    __tablename__ = "process_version"
    __table_args__ = (
        UniqueConstraint("code", "agency", "number"),
        UniqueConstraint("code", "agency", "begins_at"),
        CheckConstraint("number > 0", name="number"),
    )

    id: Mapped[Key]
    code: Mapped[str]
    agency: Mapped[str]
    number: Mapped[int]
    begins_at: Mapped[datetime]
    decision: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    steps: Mapped[list[Any]] = mapped_column(JSONB)
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # null: from a file
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))


class ProcessManuscript(Base):
    """A version being written; one that is open at most for a procedure and agency. `version` counts saves."""

    __tablename__ = "process_manuscript"
    __table_args__ = (
        CheckConstraint(STATES, name="state"),
        CheckConstraint("(state = 'published') = (version_id is not null)", name="published"),
        Index(
            "ix_process_manuscript_open",
            "code",
            "agency",
            unique=True,
            postgresql_where=text("state in ('writing', 'in_review', 'approved')"),
        ),
    )

    id: Mapped[Key]
    code: Mapped[str]
    agency: Mapped[str]
    state: Mapped[str]
    version: Mapped[int]
    steps: Mapped[list[Any]] = mapped_column(JSONB)
    base: Mapped[int]  # number of the version that it continues; 0: none
    written_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    written_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("process_version.id"))


class ProcessTrail(Base):
    """What was done to a manuscript, by whom."""

    __tablename__ = "process_trail"

    manuscript_id: Mapped[int] = mapped_column(ForeignKey("process_manuscript.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[str]
    at: Mapped[datetime]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    reason: Mapped[str | None]


class ProcessStay(Base):
    """A dossier's time in one step, from the act `entered_by` to `left_by`; one that is open at most.

    `due_at` is when the step's working hours are used up, `paused_at` since when they stand still.
    """

    __tablename__ = "process_stay"
    __table_args__ = (
        CheckConstraint("(left_at is null) = (left_by is null)", name="left"),
        Index("ix_process_stay_open", "dossier_id", unique=True, postgresql_where=text("left_at is null")),
        Index("ix_process_stay_unit", "unit_id", "version_id", "step", postgresql_where=text("left_at is null")),
    )

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"))
    step: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # the one that has the dossier
    entered_by: Mapped[int]
    entered_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    left_by: Mapped[int | None]
    left_act: Mapped[str | None]
    left_at: Mapped[datetime | None]
