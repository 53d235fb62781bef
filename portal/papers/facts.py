"""What a receipt says: finished values, every name already in the paper's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Channel = Literal["online", "counter", "post"]


@dataclass(frozen=True, slots=True)
class Component:
    """One line of the table of papers handed in."""

    name: str
    kind: Literal["original", "certified", "copy", "seen", "electronic"]
    quantity: int


@dataclass(frozen=True, slots=True)
class LogProof:
    """The second page: what proves the act on the first without the portal. Without `position`: only promised yet."""

    origin: str  # the log's name
    key_id: str  # of the key that signed, 8 hex digits: to be compared with the key one has from elsewhere
    leaf: str  # base64 of the entry's hash
    verify_address: str
    position: int | None = None
    size: int | None = None
    promised_before: datetime | None = None
    code: str | None = None  # what the large QR code holds: the proof itself


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """Form 01 (receipt with appointment); without `received_at` the confirmation that a dossier was filed."""

    reference: str
    agency: str  # the receiving unit
    procedure_code: str
    procedure: str
    applicant: str
    components: Sequence[Component]
    channel: Channel
    filed_at: datetime
    look_up_address: str  # what the QR code opens
    received_at: datetime | None = None
    due_at: datetime | None = None
    superior: str | None = None  # the unit above, on the first line of the head
    place: str | None = None  # where it is issued, before the date
    identity: str | None = None  # ID or tax number, as it may be shown
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    sets: int = 1
    term: str | None = None  # the time the procedure gives, in words
    fees: Sequence[str] = ()
    secret: str | None = None  # shows how the dossier stands, without sign-in
    result_at: str | None = None  # where or how the result is handed over; None: at the desk
    officer: str | None = None  # who received it
    contact: str | None = None  # telephone of the desk
    agent: str | None = None  # who filed it for the applicant, by a mandate
    representative: str | None = None  # who stood at the counter for an organisation
    demo: bool = False  # says DEMO across the page
    proof: LogProof | None = None


@dataclass(frozen=True, slots=True)
class MandateFacts:
    """A mandate with its two sides, what it is for, and how it came about; ended where it has."""

    number: str
    granter: str
    granter_kind: Literal["citizen", "organisation"]
    granter_number: str | None
    agent: str
    agent_number: str | None
    procedures: Sequence[str] | None  # None: all of them
    from_on: date
    until_on: date
    offered_at: datetime
    accepted_at: datetime | None
    printed_at: datetime
    ended_at: datetime | None = None
    ending: str = ""  # who ended it, in words
    expired: bool = False
    demo: bool = False
