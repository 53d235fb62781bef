"""Units as dated facts. A unit itself is only a number: its code, name, kind and parent change with time."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base, Key

KINDS = (
    "government",
    "province",
    "department",
    "district",
    "city",
    "town",
    "commune",
    "ward",
    "township",
    "special_zone",
)
LEVELS = ("government", "province", "district", "commune")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(value) for value in values)})"


class UnitRow(Base):
    """The unit itself, for ever."""

    __tablename__ = "unit"

    id: Mapped[Key]


class UnitFact(Base):
    """What a unit was from `valid_from` up to, not including, `valid_to`."""

    __tablename__ = "unit_fact"
    __table_args__ = (
        UniqueConstraint("unit_id", "valid_from"),
        Index(None, "agency_code", "valid_from"),
        Index(None, "parent_id"),
        CheckConstraint("valid_to > valid_from", name="days_in_order"),
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint(_one_of("level", LEVELS), name="level"),
        ExcludeConstraint(
            (text("int8range(unit_id, unit_id, '[]')"), "&&"),
            (text("daterange(valid_from, valid_to)"), "&&"),
            name="ex_unit_fact_one_at_a_time",
            using="gist",
            deferrable=True,
            initially="DEFERRED",
        ),
    )

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str | None]
    agency_code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    sort_key: Mapped[str]
    kind: Mapped[str]
    level: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str]


class UnitSuccession(Base):
    """From that day `new` does what `old` did; `share` 1 where it took over the whole, null where unknown."""

    __tablename__ = "unit_succession"
    __table_args__ = (
        CheckConstraint("share > 0 and share <= 1", name="share"),
        CheckConstraint("old_id <> new_id", name="two_units"),
        Index(None, "new_id"),
    )

    old_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    new_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    on: Mapped[date] = mapped_column("on", Date, primary_key=True)
    share: Mapped[Decimal | None] = mapped_column(Numeric(9, 8))
    decision: Mapped[str]
