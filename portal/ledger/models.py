"""The log's tables. What is append-only is guarded by triggers (migration 0005_ledger), not by good intentions.

ledger_outbox      acts that are done and have no position yet; written in the act's own transaction
ledger_entry       the log: position -> entry bytes; never changed, never deleted
ledger_opening     what a sealed entry stands for, while that is lawful; the content alone can be erased
ledger_tile        full tiles of hashes and their roots; never changed, never deleted
ledger_checkpoint  every signed head; never changed, never deleted
ledger_cosignature lines of witnesses that stand under a checkpoint; never changed, never deleted
ledger_quorum      one row: the largest checkpoint that had its quorum, and since when one has been without
ledger_head        one row: the size and root that the publisher last committed, how much of it is published, and listed
ledger_fault       entries that do not continue their dossier's chain, and outbox rows that are no entries
ledger_dossier     what the entries say of each dossier: derived, for lists; may be computed anew
ledger_day         the same, counted by day
ledger_unit_feed   the entries of each unit's feed: acts by the unit, and acts on dossiers that it received; derived
"""

from datetime import date, datetime

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base, Key

Position = BigInteger
RUNNING = text("state in ('in_progress', 'awaiting_supplement') and due_at is not null")
RESOLVED = text("resolved_at is not null")
RESOLUTION = ("resolved_at", "resolved_position")


class Outbox(Base):
    __tablename__ = "ledger_outbox"
    __table_args__ = (CheckConstraint("octet_length(entry) between 1 and 65535", name="entry_length"),)

    id: Mapped[Key]
    at: Mapped[datetime]
    entry: Mapped[bytes]
    opening: Mapped[bytes | None]


class Entry(Base):
    """`unit` (the acting one) and `procedure` are read from the bytes, for feeds; null where the entry is sealed."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("position >= 0", name="position"),
        CheckConstraint("octet_length(entry) between 1 and 65535", name="entry_length"),
        Index("ix_ledger_entry_procedure", "procedure", "position"),
    )

    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=False)
    entry: Mapped[bytes]
    unit: Mapped[str | None]
    procedure: Mapped[str | None]


class SealedOpening(Base):
    __tablename__ = "ledger_opening"

    position: Mapped[int] = mapped_column(ForeignKey("ledger_entry.position"), primary_key=True, autoincrement=False)
    opening: Mapped[bytes | None]


class TileRow(Base):
    __tablename__ = "ledger_tile"
    __table_args__ = (
        CheckConstraint("octet_length(hashes) = 8192", name="hashes_length"),
        CheckConstraint("octet_length(root) = 32", name="root_length"),
    )

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hashes: Mapped[bytes]
    root: Mapped[bytes]


class CheckpointRow(Base):
    __tablename__ = "ledger_checkpoint"
    __table_args__ = (CheckConstraint("octet_length(root) = 32", name="root_length"),)

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    note: Mapped[bytes]
    at: Mapped[datetime]


class CosignatureRow(Base):
    """`at` is the witness's time, `line` the whole signature line."""

    __tablename__ = "ledger_cosignature"
    __table_args__ = (
        CheckConstraint("octet_length(key_id) = 4", name="key_id_length"),
        Index("ix_ledger_cosignature_name", "name", "key_id", "size"),
    )

    size: Mapped[int] = mapped_column(ForeignKey("ledger_checkpoint.size"), primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    key_id: Mapped[bytes] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    line: Mapped[str]


class Quorum(Base):
    __tablename__ = "ledger_quorum"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    witnessed: Mapped[int | None] = mapped_column(BigInteger)
    missing_since: Mapped[datetime | None]


class Head(Base):
    __tablename__ = "ledger_head"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("published <= size", name="published_is_stored"),
        CheckConstraint("listed <= size", name="listed_is_stored"),
        CheckConstraint("octet_length(root) = 32", name="root_length"),
    )

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes]
    published: Mapped[int] = mapped_column(BigInteger)
    listed: Mapped[int] = mapped_column(BigInteger)


class Fault(Base):
    """`position` null: the row was no entry at all, and is kept here instead of in the log."""

    __tablename__ = "ledger_fault"
    __table_args__ = (Index(None, "reference"),)

    id: Mapped[Key]
    at: Mapped[datetime]
    kind: Mapped[str]
    position: Mapped[int | None] = mapped_column(BigInteger)
    reference: Mapped[str | None]
    entry: Mapped[bytes | None]


class DossierRow(Base):
    """One row a dossier. `first` is the position of its first entry, `n` and `last_leaf` the end of its chain.

    Lists run by (`filed_on`, `first`), newest first: neither ever changes, so a page's key stays good. The other
    orders, by due instant and by resolution, have indexes that hold only the rows they list.
    """

    __tablename__ = "ledger_dossier"
    __table_args__ = (
        Index("ix_ledger_dossier_filed_on", "filed_on", "first"),
        Index("ix_ledger_dossier_unit", "unit", "filed_on", "first"),
        Index("ix_ledger_dossier_procedure", "procedure", "filed_on", "first"),
        Index("ix_ledger_dossier_state", "state", "filed_on", "first"),
        Index("ix_ledger_dossier_late", "filed_on", "first", postgresql_where=text("late")),
        Index("ix_ledger_dossier_running", "due_at", postgresql_where=text("state = 'in_progress' and not late")),
        Index(
            "ix_ledger_dossier_resolved", "resolved_position", postgresql_where=text("resolved_position is not null")
        ),
        Index("ix_ledger_dossier_channel", "channel", "filed_on", "first"),
        Index("ix_ledger_dossier_due", "due_at", "first", postgresql_where=RUNNING),
        Index("ix_ledger_dossier_unit_due", "unit", "due_at", "first", postgresql_where=RUNNING),
        Index("ix_ledger_dossier_procedure_due", "procedure", "due_at", "first", postgresql_where=RUNNING),
        Index("ix_ledger_dossier_resolved_at", *RESOLUTION, postgresql_where=RESOLVED),
        Index("ix_ledger_dossier_unit_resolved", "unit", *RESOLUTION, postgresql_where=RESOLVED),
        Index("ix_ledger_dossier_procedure_resolved", "procedure", *RESOLUTION, postgresql_where=RESOLVED),
        Index(
            "ix_ledger_dossier_late_resolved", *RESOLUTION, postgresql_where=text("late and resolved_at is not null")
        ),
    )

    reference: Mapped[str] = mapped_column(primary_key=True)
    first: Mapped[int] = mapped_column(BigInteger)
    positions: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    n: Mapped[int] = mapped_column(Integer)
    last_leaf: Mapped[bytes]
    sealed: Mapped[bool]
    procedure: Mapped[str | None]
    unit: Mapped[str]
    desk: Mapped[str]
    holder: Mapped[str]
    channel: Mapped[str]
    state: Mapped[str]
    filed_on: Mapped[date] = mapped_column(Date)
    filed_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolved_position: Mapped[int | None] = mapped_column(BigInteger)
    returned_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    late: Mapped[bool]
    state_before: Mapped[str | None]  # what stood before the last act, which may be taken back
    late_before: Mapped[bool | None]


class Day(Base):
    """What happened on one local day."""

    __tablename__ = "ledger_day"

    on: Mapped[date] = mapped_column(Date, primary_key=True)
    filed: Mapped[int]
    received: Mapped[int]
    resolved: Mapped[int]
    on_time: Mapped[int]
    late: Mapped[int]
    returned: Mapped[int]


class UnitFeed(Base):
    """An entry in the feed of a unit; sealed entries are in none."""

    __tablename__ = "ledger_unit_feed"
    __table_args__ = (Index("ix_ledger_unit_feed_procedure", "unit", "procedure", "position"),)

    unit: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=False)
    procedure: Mapped[str]
