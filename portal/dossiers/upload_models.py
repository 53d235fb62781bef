"""Tables of files that come in pieces, until they are whole: see `portal.dossiers.uploads`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base, SealedText


class Upload(Base):
    """A file of a draft that comes in pieces; the row goes with the draft, or a day after it was begun."""

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("size > 0 and received between 0 and size", name="received"),
        Index(None, "draft_token"),
        Index(None, "person_id"),
        Index(None, "created_at"),
    )

    token: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    draft_token: Mapped[UUID] = mapped_column(ForeignKey("draft.token", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    field: Mapped[str]
    name: Mapped[str] = mapped_column(SealedText)
    declared: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    modified: Mapped[int] = mapped_column(BigInteger)  # as the browser tells it: to know the same file again
    received: Mapped[int] = mapped_column(BigInteger)
    pieces: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class UploadPiece(Base):
    """Bytes of an upload from `start` on; they rest sealed under `key`, apart from files."""

    __tablename__ = "upload_piece"
    __table_args__ = (UniqueConstraint("key"),)

    upload_token: Mapped[UUID] = mapped_column(ForeignKey("upload.token", ondelete="CASCADE"), primary_key=True)
    start: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    key: Mapped[str]
