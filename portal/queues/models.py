"""Tables of what an officer keeps of the queue: what they looked for, and lists they named."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base, Key, SealedText


class Search(Base):
    """Words an officer looked for, because they name people and an address would carry them into logs."""

    __tablename__ = "queue_search"
    __table_args__ = (Index(None, "officer_id", "made_at"), Index(None, "made_at"))

    token: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    words: Mapped[str] = mapped_column(SealedText)
    made_at: Mapped[datetime]


class SavedList(Base):
    """Filters of the queue that an officer named, to come back to."""

    __tablename__ = "queue_list"
    __table_args__ = (UniqueConstraint("officer_id", "name_index"),)

    id: Mapped[Key]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    name: Mapped[str] = mapped_column(SealedText)
    name_index: Mapped[bytes]  # keyed digest: one officer has a name once
    filters: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
