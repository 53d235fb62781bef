"""What figures are added up from. Derived from the entries of the log alone; `ledger recompute` makes all of it anew.

statistics_head      one row: how many entries of the log are counted
statistics_dossier   what the entries say of each dossier that is not sealed (`portal.statistics.facts`)
statistics_cell      what dossiers add to each day, month and year, unit and procedure (`portal.statistics.counting`)
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Index, Integer, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import DATEMULTIRANGE, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base
from portal.statistics.facts import COLUMNS


class Head(Base):
    __tablename__ = "statistics_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)


class DossierFacts(Base):
    """`paused` and `overdue`: the days by whose end it was so; `left_on`: when it no longer waited for receipt.

    `before`: names and values of what the last act changed, where that may be taken back.
    """

    __tablename__ = "statistics_dossier"
    __table_args__ = (
        Index("ix_statistics_dossier_unit", "unit", "reference"),
        Index("ix_statistics_dossier_received_on", "received_on"),
        Index("ix_statistics_dossier_resolved_on", "resolved_on"),
        Index("ix_statistics_dossier_ended_on", "ended_on"),
        Index("ix_statistics_dossier_left_on", "left_on"),
    )

    reference: Mapped[str] = mapped_column(primary_key=True)
    unit: Mapped[str]
    procedure: Mapped[str]
    channel: Mapped[str]
    filed_on: Mapped[date] = mapped_column(Date)
    n: Mapped[int] = mapped_column(Integer)
    last_leaf: Mapped[bytes]
    state: Mapped[str]
    received_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    first_due_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    refused: Mapped[bool]
    timing: Mapped[str | None]
    ended_on: Mapped[date | None] = mapped_column(Date)
    ending: Mapped[str | None]
    returned_on: Mapped[date | None] = mapped_column(Date)
    extended_on: Mapped[date | None] = mapped_column(Date)
    extended_after_due: Mapped[bool]
    paused: Mapped[Any] = mapped_column(DATEMULTIRANGE, nullable=False)
    overdue: Mapped[Any] = mapped_column(DATEMULTIRANGE, nullable=False)
    before: Mapped[Any] = mapped_column(JSONB, nullable=False)
    received_on: Mapped[date | None] = mapped_column(Date)
    resolved_on: Mapped[date | None] = mapped_column(Date)
    left_on: Mapped[date | None] = mapped_column(Date)


cell = Table(
    "statistics_cell",
    Base.metadata,
    Column("span", Text, primary_key=True),
    Column("procedure", Text, primary_key=True),
    Column("begins", Date, primary_key=True),
    Column("unit", Text, primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in COLUMNS),
    CheckConstraint("span in ('d', 'm', 'y')", name="span"),
    Index("ix_statistics_cell_unit", "span", "unit", "begins"),
)
