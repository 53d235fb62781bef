"""Synonyms as they hold now, and everything that was ever done to them."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from portal.base import Base, Instant, Key


class SynonymEntity(Base):
    """A phrase and what is meant by it: procedures, other words, or both.

    `words` are the phrase's folded words, `keys` these and each of them with one letter left out (`indexing`).
    """

    __tablename__ = "synonym"
    __table_args__ = (
        UniqueConstraint("folded"),
        CheckConstraint("cardinality(codes) > 0 or means <> ''", name="means_something"),
        Index(None, "keys", postgresql_using="gin"),
    )

    id: Mapped[Key]
    phrase: Mapped[str]
    folded: Mapped[str]
    codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    means: Mapped[str]
    words: Mapped[list[str]] = mapped_column(ARRAY(Text))
    keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    changed_at: Mapped[Instant]


class SynonymChange(Base):
    """One act of an editor (of nobody: loaded from the file). Rows are only ever added; the database sees to it."""

    __tablename__ = "synonym_change"
    __table_args__ = (
        CheckConstraint("act in ('added', 'changed', 'removed')", name="act"),
        Index(None, "folded"),
    )

    id: Mapped[Key]
    act: Mapped[str]
    phrase: Mapped[str]
    folded: Mapped[str]
    codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    means: Mapped[str]
    by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[Instant]
