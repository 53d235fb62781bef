"""Tables of calendar changes and of the versions that came of them. Neither forgets: triggers see to it."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base, Instant, Key

KINDS = "kind in ('off', 'worked', 'swap', 'hours', 'announced')"
STATES = "state in ('waiting', 'signed', 'refused')"
DECIDED = "(state = 'waiting') = (decided_by is null) and (decided_by is null) = (decided_at is null)"


class CalendarChange(Base):
    """What somebody wants changed for a unit and all below it; it counts once a second person has signed it."""

    __tablename__ = "calendar_change"
    __table_args__ = (
        CheckConstraint(KINDS, name="kind"),
        CheckConstraint(STATES, name="state"),
        CheckConstraint(DECIDED, name="decided"),
        CheckConstraint("decided_by <> entered_by", name="two_persons"),
        CheckConstraint("last >= first", name="days"),
        CheckConstraint("(kind = 'swap') = (worked_on is not null)", name="worked_on"),
        CheckConstraint("(kind = 'hours') = (hours is not null)", name="hours"),
        CheckConstraint("reason_vi <> '' and source <> ''", name="said_why"),
        Index(None, "unit_id", "id"),
    )

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str]
    first: Mapped[date]
    last: Mapped[date | None]
    worked_on: Mapped[date | None]
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reason_vi: Mapped[str]
    reason_en: Mapped[str]
    source: Mapped[str]  # the document that says so
    entered_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    entered_at: Mapped[Instant]
    state: Mapped[str]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    decided_at: Mapped[Instant | None]


class CalendarVersion(Base):
    """A calendar that was in force for a unit: a packaged one with these changes in this order, and its name."""

    __tablename__ = "calendar_version"
    __table_args__ = (UniqueConstraint("name"), Index(None, "unit_id", "id"))

    id: Mapped[Key]
    name: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    base: Mapped[str]
    changes: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    signed_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    made_at: Mapped[Instant]
