"""What the catalogue gives to everyone else: one published revision of a procedure, finished and immutable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from portal.clock import local_day
from portal.deadlines.term import Term
from portal.procedures import instants, parsing
from portal.procedures.form import Form
from portal.procedures.text import Text, optional_text, text
from portal.units.queries import Unit

LEVELS = ("commune", "district", "province")
SERVICE_LEVELS = ("full", "partial", "information")
AUDIENCES = ("citizen", "organisation")
LIFE_EVENTS = (
    "birth",
    "marriage",
    "death",
    "home",
    "business",
    "work",
    "health",
    "documents",
    "land",
    "study",
    "travel",
    "justice",
)
ChannelName = Literal["online", "counter", "post"]


@dataclass(frozen=True, slots=True)
class Fee:
    """Dong, or None where it is not one amount; the text holds the exemptions word for word."""

    amount: int | None
    text: Text | None


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to file, with its own term and fees."""

    channel: ChannelName
    term: Term
    term_text: Text | None
    fees: tuple[Fee, ...]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The procedure ends by decision; `successor` is the procedure that people file instead."""

    ends_at: datetime
    decision: Mapping[str, Any]
    successor: str | None


@dataclass(frozen=True, slots=True)
class Receiving:
    """Who receives: every unit of these kinds, or these agencies; one of the two is empty."""

    kinds: frozenset[str]
    agencies: frozenset[str]

    def includes(self, unit: Unit) -> bool:
        return unit.kind in self.kinds or unit.agency_code in self.agencies


@dataclass(frozen=True, slots=True)
class Offer:
    """What some of the agencies do otherwise: channels with their own terms and fees, steps of their own."""

    receiving: Receiving
    channels: tuple[Channel, ...]
    steps: tuple[Text, ...]
    note: Text | None


@dataclass(frozen=True, slots=True)
class Procedure:
    """A revision, in force from `begins_at` until before `ends_at`; `valid_from` and `valid_to` are those days.

    `sheet` is the whole file as data, for what has no member of its own.
    """

    revision_id: int
    code: str
    number: int
    name: Text
    field: str
    level: str
    service_level: str
    audience: frozenset[str]
    sealed: bool
    valid_from: date
    valid_to: date | None
    sheet: Mapping[str, Any]
    form: Form
    receiving: Receiving
    channels: tuple[Channel, ...]
    begins_at: datetime
    ends_at: datetime | None
    withdrawal: Withdrawal | None = None
    offers: tuple[Offer, ...] = ()

    def offer_of(self, unit: Unit | None) -> Offer | None:
        """What this unit does otherwise; an offer that names the agency goes before one for its kind."""
        if unit is None:
            return None
        named = (offer for offer in self.offers if unit.agency_code in offer.receiving.agencies)
        of_kind = (offer for offer in self.offers if unit.kind in offer.receiving.kinds)
        return next(named, None) or next(of_kind, None)

    def offered_by(self, unit: Unit | None) -> "Procedure":
        """The procedure as this unit carries it out; channels that its offer does not name stay as they are."""
        offer = self.offer_of(unit)
        if offer is None:
            return self
        own = {channel.channel: channel for channel in offer.channels}
        general = [own.pop(channel.channel, channel) for channel in self.channels]
        return replace(self, channels=(*general, *own.values()))

    def has_ended(self, at: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= at

    def channel(self, name: str) -> Channel | None:
        return next((channel for channel in self.channels if channel.channel == name), None)

    def accepts(self, channel: str) -> bool:
        """Whether the portal takes applications by this channel: online by people, by the others from officers."""
        if channel == "online":
            return self.accepts_online
        return bool(self.form.sections) and self.channel(channel) is not None

    @property
    def accepts_online(self) -> bool:
        """Whether the portal takes applications: there is a form, and a channel for it."""
        return self.service_level != "information" and bool(self.form.sections) and self.channel("online") is not None


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """A line of the catalogue's list."""

    revision_id: int
    code: str
    name: Text
    summary: Text
    field: str
    level: str
    service_level: str
    audience: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A line of the list of all revisions."""

    code: str
    number: int
    name: Text
    field: str
    level: str
    service_level: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A line of a procedure's history; `valid_to` is the first day on which it no longer holds."""

    revision_id: int
    number: int
    name: Text
    valid_from: date
    valid_to: date | None
    decision: Mapping[str, Any] | None
    begins_at: datetime
    ends_at: datetime | None
    withdrawal: Withdrawal | None = None

    @property
    def was_recalled(self) -> bool:
        """It was published and taken back before it began."""
        return self.ends_at == self.begins_at


def of_content(
    revision_id: int,
    content: Mapping[str, Any],
    *,
    ends_at: datetime | None,
    withdrawal: Withdrawal | None = None,
) -> Procedure:
    """The procedure that a revision's content describes; the content was checked before it was published."""
    return Procedure(
        revision_id=revision_id,
        code=content["code"],
        number=content["revision"],
        name=text(content["name"]),
        field=content["field"],
        level=content["level"],
        service_level=content["service_level"],
        audience=frozenset(content["audience"]),
        sealed=content.get("sealed", False),
        valid_from=date.fromisoformat(content["valid_from"]),
        valid_to=None if ends_at is None else local_day(ends_at),
        sheet=content,
        form=parsing.build(content["form"]),
        receiving=_receiving(content["received_by"]),
        channels=tuple(_channel(channel) for channel in content["channels"]),
        begins_at=instants.begins_at(content),
        ends_at=ends_at,
        withdrawal=withdrawal,
        offers=tuple(_offer(offer) for offer in content.get("offers", ())),
    )


def receiving_units(procedure: Procedure, units: Sequence[Unit]) -> tuple[Unit, ...]:
    """Those of `units` that receive this procedure, in their order."""
    return tuple(unit for unit in units if procedure.receiving.includes(unit))


def _receiving(data: Mapping[str, Any]) -> Receiving:
    return Receiving(frozenset(data.get("kinds", ())), frozenset(data.get("agencies", ())))


def _offer(data: Mapping[str, Any]) -> Offer:
    return Offer(
        _receiving(data),
        tuple(_channel(channel) for channel in data["channels"]),
        tuple(text(step) for step in data.get("steps", ())),
        optional_text(data.get("note")),
    )


def _channel(data: Mapping[str, Any]) -> Channel:
    term = data["term"]
    fees = tuple(Fee(fee["amount"], optional_text(fee.get("text"))) for fee in data["fees"])
    return Channel(data["channel"], Term(term["number"], term["unit"]), optional_text(term.get("text")), fees)
