"""The table of orders to hand over."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base, Key


class HandOver(Base):
    """An order that a unit's work goes to its successor; done once nothing of it is left with the old unit."""

    __tablename__ = "hand_over"
    __table_args__ = (
        CheckConstraint("old_unit_id <> new_unit_id", name="other_unit"),
        Index(None, "old_unit_id", unique=True, postgresql_where=text("done_at is null")),
    )

    id: Mapped[Key]
    old_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    new_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    decision: Mapped[str]
    ordered_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    ordered_at: Mapped[datetime]
    officers: Mapped[int]  # whose roles moved with the order
    dossiers: Mapped[int]  # handed over so far
    done_at: Mapped[datetime | None]
