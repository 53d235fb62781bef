"""Tables of what an officer keeps of the queue: what they looked for, and lists they named."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base, SealedText


class Search(Base):
    """Words an officer looked for, because they name people and an address would carry them into logs."""

    __tablename__ = "queue_search"
    __table_args__ = (Index(None, "officer_id", "made_at"), Index(None, "made_at"))

    token: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    words: Mapped[str] = mapped_column(SealedText)
    made_at: Mapped[datetime]
