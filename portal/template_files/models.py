"""Template files by their content, and which published revision names each. Both tables only grow."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base


class TemplateFile(Base):
    """A file that was looked into and taken in. `name` is the first it came under; revisions name it as they like."""

    __tablename__ = "template_file"
    __table_args__ = (
        CheckConstraint("octet_length(sha256) = 32", name="sha256"),
        CheckConstraint("size > 0", name="size"),
    )

    sha256: Mapped[bytes] = mapped_column(primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    added_at: Mapped[datetime]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))


class RevisionTemplate(Base):
    """That a published revision names this file so: what makes the file public, for ever."""

    __tablename__ = "revision_template"
    __table_args__ = (Index(None, "sha256"),)

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True, autoincrement=False)
    sha256: Mapped[bytes] = mapped_column(ForeignKey("template_file.sha256"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
