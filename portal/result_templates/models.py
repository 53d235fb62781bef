"""Tables of result templates: versions that never change, and what is being written of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base, Key

STATES = "state in ('writing', 'in_review', 'approved', 'published', 'discarded')"
OUTCOMES = "outcome in ('granted', 'refused')"


class ResultTemplateVersion(Base):
    """One published state of the template by which a procedure's results of one outcome are written.

    In force from `begins_at` until the next one of the same procedure and outcome begins.
    """

    __tablename__ = "result_template_version"
    __table_args__ = (
        UniqueConstraint("code", "outcome", "number"),
        UniqueConstraint("code", "outcome", "begins_at"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(OUTCOMES, name="outcome"),
    )

    id: Mapped[Key]
    code: Mapped[str]
    outcome: Mapped[str]
    number: Mapped[int]
    begins_at: Mapped[datetime]
    decision: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # none: of a file without one
    title: Mapped[str]
    body: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))


class ResultTemplateManuscript(Base):
    """A version being written; one that is open at most for a procedure and outcome. `version` counts saves."""

    __tablename__ = "result_template_manuscript"
    __table_args__ = (
        CheckConstraint(STATES, name="state"),
        CheckConstraint(OUTCOMES, name="outcome"),
        CheckConstraint("(state = 'published') = (version_id is not null)", name="published"),
        Index(
            "ix_result_template_manuscript_open",
            "code",
            "outcome",
            unique=True,
            postgresql_where=text("state in ('writing', 'in_review', 'approved')"),
        ),
    )

    id: Mapped[Key]
    code: Mapped[str]
    outcome: Mapped[str]
    state: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    base: Mapped[int]  # number of the version that it continues; 0: none
    written_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    written_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("result_template_version.id", name="fk_result_template_manuscript_version_id")
    )


class ResultTemplateTrail(Base):
    """What was done to a manuscript, by whom."""

    __tablename__ = "result_template_trail"

    manuscript_id: Mapped[int] = mapped_column(
        ForeignKey("result_template_manuscript.id", name="fk_result_template_trail_manuscript_id"), primary_key=True
    )
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[str]
    at: Mapped[datetime]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    reason: Mapped[str | None]
