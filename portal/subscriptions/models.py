"""Who asked to be told of what, and how far the entries have been told."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base, Key, SealedText

LIVE = "confirmed_at is not null"


class Subscription(Base):
    """One address that asked about one thing. Ending it deletes the row: nothing is kept of who read what.

    `token` opens the page on which the reader confirms and ends it; `token_hash` finds it. `told` is the number of
    entries of the log that have been told or passed over; `next_at` when the next summary is due, where it has one.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint("about in ('dossier', 'unit', 'procedure')", name="about"),
        CheckConstraint("language in ('vi', 'en')", name="language"),
        UniqueConstraint("token_hash"),
        UniqueConstraint("address_index", "about", "code"),
        Index("ix_subscription_code", "about", "code", postgresql_where=text(LIVE)),
        Index("ix_subscription_next_at", "next_at", postgresql_where=text(LIVE)),
        Index("ix_subscription_unconfirmed", "asked_at", postgresql_where=text("confirmed_at is null")),
        Index("ix_subscription_client", "client_index", "asked_at"),
    )

    id: Mapped[Key]
    token: Mapped[str] = mapped_column(SealedText)
    token_hash: Mapped[bytes]
    address: Mapped[str] = mapped_column(SealedText)
    address_index: Mapped[bytes]
    client_index: Mapped[bytes]
    about: Mapped[str]
    code: Mapped[str]
    language: Mapped[str]
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    told: Mapped[int] = mapped_column(BigInteger)
    next_at: Mapped[datetime | None]


class Progress(Base):
    """One row: so many entries of the log were looked at for subscribers of single dossiers."""

    __tablename__ = "subscription_progress"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    told: Mapped[int] = mapped_column(BigInteger)


class WebHook(Base):
    """One address of a machine that is told of one thing: entry by entry, in the log's order, from `told` on.

    `due_at` is when the next request may go out; while one is out it lies in the future, so that nobody sends twice.
    `failures` counts failed requests in a row, the first of them at `failing_since`.
    """

    __tablename__ = "web_hook"
    __table_args__ = (
        CheckConstraint("about in ('dossier', 'unit', 'procedure')", name="about"),
        CheckConstraint("failures >= 0", name="failures"),
        UniqueConstraint("token_hash"),
        Index("ix_web_hook_due_at", "due_at"),
        Index("ix_web_hook_client", "client_index", "asked_at"),
    )

    id: Mapped[Key]
    token_hash: Mapped[bytes]
    url: Mapped[str] = mapped_column(SealedText)
    secret: Mapped[str] = mapped_column(SealedText)
    client_index: Mapped[bytes]
    about: Mapped[str]
    code: Mapped[str]
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    told: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(server_default="0")
    failing_since: Mapped[datetime | None]
