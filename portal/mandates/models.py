"""Tables of mandates. What names people rests sealed; `mandate_step` is append-only, and a mandate keeps its terms."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy import Text as TextType
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base, Key, SealedText
from portal.mandates.rules import Ending, Event, State


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} in ({', '.join(repr(value.value) for value in values)})"


class Mandate(Base):
    """Who may file for whom. Until it is accepted, `agent_index` is all that says whom it waits for."""

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint(_one_of("state", State), name="state"),
        CheckConstraint(_one_of("ending", Ending), name="ending"),
        CheckConstraint("until_on >= from_on", name="days"),
        CheckConstraint("cardinality(procedures) > 0", name="procedures"),
        CheckConstraint("language in ('vi', 'en')", name="language"),
        CheckConstraint("(state = 'ended') = (ended_at is not null and ending is not null)", name="ended"),
        CheckConstraint("(agent_id is null) = (accepted_at is null)", name="accepted"),
        CheckConstraint("state <> 'accepted' or agent_id is not null", name="agent"),
        CheckConstraint("agent_id <> granter_id", name="two_sides"),
        Index(None, "granter_id", "id"),
        Index(None, "agent_id", "id"),
        Index(None, "agent_index"),
    )

    id: Mapped[Key]
    granter_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    granter_kind: Mapped[str]
    granter_name: Mapped[str] = mapped_column(SealedText)  # as they were when they offered it
    granter_number: Mapped[str | None] = mapped_column(SealedText)  # national ID or tax code
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agent_index: Mapped[bytes | None]  # blind index of their national ID
    agent_name: Mapped[str] = mapped_column(SealedText)  # as the granter wrote it
    agent_number: Mapped[str | None] = mapped_column(SealedText)
    procedures: Mapped[list[str] | None] = mapped_column(ARRAY(TextType))  # null: all of them
    from_on: Mapped[date]
    until_on: Mapped[date]
    state: Mapped[str]
    ending: Mapped[str | None]
    language: Mapped[str]  # of its letters
    offered_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class MandateStep(Base):
    """One thing that was done to a mandate, for ever. `person_id` null: nobody did it, the day came."""

    __tablename__ = "mandate_step"
    __table_args__ = (
        CheckConstraint(_one_of("event", Event), name="event"),
        CheckConstraint(_one_of("ending", Ending), name="ending"),
        CheckConstraint("(event = 'ended') = (ending is not null)", name="ended"),
    )

    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandate.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event: Mapped[str]
    ending: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
