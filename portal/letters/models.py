"""Letters to people: sealed at rest, one row each, with what became of the attempts to deliver it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base, Key, SealedText

WAITING = "sent_at is null and gave_up_at is null"


class Letter(Base):
    """A letter waits until it is sent or given up.

    Every attempt is counted before it begins and `failures` only when it is certain that nobody got the
    letter, so `attempts - failures` of a waiting letter are attempts that nobody knows the end of.
    """

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("failures >= 0 and failures <= attempts", name="failures"),
        CheckConstraint("sent_at is null or gave_up_at is null", name="one_end"),
        Index("ix_letter_waiting", "id", postgresql_where=text(WAITING)),
    )

    id: Mapped[Key]
    key: Mapped[str]
    recipient: Mapped[str] = mapped_column(SealedText)
    subject: Mapped[str] = mapped_column(SealedText)
    body: Mapped[str] = mapped_column(SealedText)
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default="0")
    failures: Mapped[int] = mapped_column(server_default="0")
    attempted_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    gave_up_at: Mapped[datetime | None]
