"""Procedures, their revisions and the manuscripts of revisions. What is published never changes: the database
refuses it; what was done to the catalogue stays written down."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from portal.base import Base, Key


class ProcedureEntity(Base):
    """The procedure itself, for ever; what it says is in its revisions."""

    __tablename__ = "procedure"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Key]
    code: Mapped[str]


class Revision(Base):
    """One published state, in force from `begins_at` up to, not including, `ends_at`.

    `valid_from` and `valid_to` are the days of these instants, for showing. Where both instants are one, the revision
    was recalled before it began. `content` is the whole file as data. The columns below it repeat what lists and search
    need.
    """

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("procedure_id", "number"),
        UniqueConstraint("procedure_id", "begins_at"),
        Index(None, "code"),
        Index(None, "begins_at"),
        Index(None, "ends_at"),
        CheckConstraint("valid_to >= valid_from", name="days_in_order"),
        CheckConstraint("ends_at >= begins_at", name="instants_in_order"),
        Index(None, "search", postgresql_using="gin"),
        Index(None, "near", postgresql_using="gin"),
        Index("ix_revision_sort_vi", "sort_vi", "procedure_id"),
        Index("ix_revision_sort_en", "sort_en", "procedure_id"),
    )

    id: Mapped[Key]
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"))
    number: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    decision: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    loaded_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]

    code: Mapped[str]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    summary_vi: Mapped[str]
    summary_en: Mapped[str]
    field: Mapped[str]
    level: Mapped[str]
    service_level: Mapped[str]
    audience: Mapped[list[str]] = mapped_column(ARRAY(Text))
    life_events: Mapped[list[str]] = mapped_column(ARRAY(Text))
    received_by_kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    received_by_agencies: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sort_vi: Mapped[str]
    sort_en: Mapped[str]
    folded: Mapped[str]
    search: Mapped[Any] = mapped_column(TSVECTOR)
    near: Mapped[Any] = mapped_column(TSVECTOR)


class Publication(Base):
    """One change of what the public sees, by whom: files loaded, a revision published, withdrawn, recalled.

    The newest one is the stamp of the public pages; who changes the catalogue holds its lock, so numbers are given in
    the order of the commits.
    """

    __tablename__ = "publication"
    __table_args__ = (Index(None, "revision_id"),)

    id: Mapped[Key]
    what: Mapped[str]
    at: Mapped[datetime]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    reason: Mapped[str | None]


class WithdrawalRow(Base):
    """By decision, this revision is the last of its procedure until another is published."""

    __tablename__ = "withdrawal"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True, autoincrement=False)
    ends_at: Mapped[datetime]
    decision: Mapped[dict[str, Any]]
    successor: Mapped[str | None]
    at: Mapped[datetime]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))


class ManuscriptRow(Base):
    """A revision being written; one that is open at most for a procedure."""

    __tablename__ = "manuscript"
    __table_args__ = (
        CheckConstraint("state in ('writing', 'in_review', 'approved', 'published', 'discarded')", name="state"),
        CheckConstraint("(state = 'published') = (revision_id is not null)", name="published"),
        Index(None, "code"),
        Index(
            "ix_manuscript_open",
            "code",
            unique=True,
            postgresql_where=text("state in ('writing', 'in_review', 'approved')"),
        ),
        Index("ix_manuscript_written_at", "written_at", "id"),
    )

    id: Mapped[Key]
    code: Mapped[str]
    state: Mapped[str]
    version: Mapped[int]
    content: Mapped[dict[str, Any]]
    base_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    written_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    written_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    approved_at: Mapped[datetime | None]
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))


class ManuscriptVersion(Base):
    """What an open manuscript held after each save: to say what changed meanwhile, and to go back."""

    __tablename__ = "manuscript_version"

    manuscript_id: Mapped[int] = mapped_column(ForeignKey("manuscript.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]


class ManuscriptStep(Base):
    """What was done to a manuscript, by whom; it stays when the manuscript is published or discarded."""

    __tablename__ = "manuscript_step"

    manuscript_id: Mapped[int] = mapped_column(ForeignKey("manuscript.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[str]
    version: Mapped[int]
    at: Mapped[datetime]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    reason: Mapped[str | None]
