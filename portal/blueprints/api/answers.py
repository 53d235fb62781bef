"""What the API answers: each model is also a schema of the OpenAPI document, and refuses members it does not have."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Address = Annotated[str, Field(json_schema_extra={"format": "uri"})]
Hash = Annotated[str, Field(description="base64, 32 bytes", pattern=r"^[A-Za-z0-9+/]{43}=$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Model):
    vi: str
    en: str


class _Page(_Model):
    cursor: str | None = Field(description="gives the next page; null on the last")
    next: Address | None = Field(description="address of the next page; null on the last")


class ProcedureLine(_Model):
    code: str
    name: Text
    summary: Text
    field: str
    level: str
    service_level: str
    audience: list[str]
    url: Address


class Procedures(_Page):
    items: list[ProcedureLine]


class Procedure(_Model):
    code: str
    revision: int
    valid_from: date
    valid_to: date | None = Field(description="first day on which it no longer holds")
    url: Address
    answers_schema: Address = Field(description="JSON Schema of the answers that a dossier under this revision keeps")
    sheet: dict[str, Any]  # the document says what is in it


class UnitLine(_Model):
    agency_code: str
    code: str | None = Field(description="statistical code")
    name: Text
    kind: str
    level: str
    parent: str | None = Field(description="agency code of the unit above")
    valid_from: date
    valid_to: date | None


class Units(_Page):
    on: date
    items: list[UnitLine]


class Successor(_Model):
    on: date
    decision: str
    share: float | None = Field(description="how much of it; null where not known")
    unit: UnitLine


class Successors(_Model):
    agency_code: str
    items: list[Successor]


class Entry(_Model):
    """`entry` is the entry itself; of a sealed one its day and commitment."""

    index: int
    leaf_hash: Hash
    entry: dict[str, Any]


class Entries(_Page):
    size: int = Field(description="entries in the ledger now")
    items: list[Entry]


class ProvenEntry(Entry):
    """`leaf` are the entry's bytes; `proof` leads from `leaf_hash` to `root` (RFC 9162, 2.1.3)."""

    leaf: str = Field(description="base64")
    proof: list[Hash]
    size: int
    root: Hash
    checkpoint: str = Field(description="signed note (c2sp.org/tlog-checkpoint)")
    continues_its_dossier: bool
    opening: Address | None = Field(description="what a sealed entry stands for, while that is lawful")


class Checkpoint(_Model):
    origin: str
    size: int
    root: Hash
    note: str = Field(description="the signed note, whole")


class Act(_Model):
    """One act; where it is erased, its members but `index` are null."""

    index: int
    act: str | None
    at: Instant | None
    unit: str | None
    to: str | None
    due: Instant | None
    outcome: str | None
    continues_its_dossier: bool
    entry: Address


class Dossier(_Model):
    reference: str
    sealed: bool
    procedure: str | None = Field(description="null where sealed")
    unit: str
    holder: str
    channel: str
    state: str
    filed_at: Instant
    received_at: Instant | None
    due_at: Instant | None
    resolved_at: Instant | None
    returned_at: Instant | None
    outcome: str | None
    late: bool = Field(description="not done when it was due, or done later")
    url: Address
    acts: list[Act]


class OwnDossierLine(_Model):
    reference: str
    procedure: str
    name: Text = Field(description="of the procedure")
    unit: str
    holder: str
    state: str
    awaited: str = Field(description="who acts next: person, receiving_desk, holder, nobody")
    filed_at: Instant
    received_at: Instant | None
    due_at: Instant | None
    resolved_at: Instant | None
    outcome: str | None
    late: bool = Field(description="not done when it was due, or done later")
    api: Address = Field(description="of the whole dossier")
    url: Address


class OwnDossiers(_Page):
    items: list[OwnDossierLine]


class OwnAct(_Model):
    act: str
    at: Instant
    unit: str
    to: str | None
    due: Instant | None
    outcome: str | None
    note: str | None = Field(description="reason or message in words, as its owner reads it")
    way: str | None = Field(description="by which a result was returned: counter, post or online; null: nobody said")
    postal_number: str | None = Field(description="of the postal item in which it was sent")
    leaf_hash: Hash = Field(description="of its entry in the ledger")


class OwnFile(_Model):
    field: str
    name: str
    media_type: str
    size: int
    added_at: Instant


class OwnDossier(OwnDossierLine):
    """`answers`, `files` and `delivery_address` are null for a token without the scope dossiers:answers."""

    sealed: bool = Field(description="its entries in the ledger show nothing")
    returned_at: Instant | None
    wished_way: str | None = Field(
        description="by which the applicant wishes to be given the result: counter, post or online; null: not known"
    )
    delivery_address: str | None = Field(description="where it is to be posted to; null too without dossiers:answers")
    next: str = Field(description="what is next, in words")
    timeline: list[OwnAct]
    answers: dict[str, Any] | None = Field(description="by the key of the form's field")
    files: list[OwnFile] | None


class StatisticsLine(_Model):
    code: str = Field(description="of the unit, or of the procedure")
    figures: dict[str, int]  # the document says which


class Statistics(_Page):
    """Counted from the first `size` entries. Sealed entries tell no unit: only how many there are is known."""

    size: int
    first: date
    last: date
    by: str
    total: dict[str, int]
    sealed_entries: int
    items: list[StatisticsLine]


class Document(BaseModel):
    """An OpenAPI document."""

    model_config = ConfigDict(extra="allow")

    openapi: str


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    status: int
    title: str
    detail: str
    code: str | None = None
    incident: str | None = None
