"""Tables of drafts and dossiers.

What names a person rests sealed and apart: the look-up secret in `dossier_secret`, applicant and answers in
`dossier_content`. Lawful erasure destroys those rows; everything else of a dossier is fit for the public.
`step` and `dossier_view` are append-only by triggers (migration 0007).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid, false, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base, Key, SealedJSON, SealedText
from portal.dossiers.life import Act, Outcome, Proposal, State, Way
from portal.files.virus_scan import Scan

PAPER_KINDS = ("receipt", "result", "supplement", "refusal", "denial", "apology", "stop")
ONE_ACTOR = "(person_id is null) <> (officer_id is null)"
COUNTED = "act in ('received', 'passed', 'resolved', 'returned')"
UNANSWERED = "given_at is null and taken_back_at is null"
TO_COUNT = ["act", "due_at", "dossier_id", "entry"]
ELSEWHERE = "holder_unit_id <> desk_unit_id"
WITH_THE_DESK = "state in ('awaiting_duty', 'awaiting_supplement', 'filed', 'in_progress', 'resolved')"
AGE_BITS = 15  # of 32,768 dossiers one after another it is said that they are of one age
AGE = f"ARRAY[dossier_id >> {AGE_BITS}]"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} in ({', '.join(repr(value.value) for value in values)})"


class Draft(Base):
    """An application that is being written; the row goes when it becomes a dossier."""

    __tablename__ = "draft"
    __table_args__ = (
        CheckConstraint("channel in ('online', 'counter', 'post')", name="channel"),
        CheckConstraint(
            "(officer_id is null) = (channel = 'online') and num_nonnulls(officer_id, mandate_id) < 2", name="counter"
        ),
        CheckConstraint("representative is null or officer_id is not null", name="representative"),
        Index(None, "person_id", "saved_at"),
        Index(None, "saved_at"),
        Index(None, "officer_id", postgresql_where=text("officer_id is not null")),
    )

    token: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    procedure_code: Mapped[str]
    procedure_vi: Mapped[str]
    procedure_en: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandate.id"))  # null: for oneself
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # who writes it for the person
    channel: Mapped[str] = mapped_column(server_default="online")
    papers: Mapped[dict[str, Any]] = mapped_column(server_default="{}")  # seen or received on paper, by field
    representative: Mapped[dict[str, Any] | None] = mapped_column(SealedJSON)  # of an organisation at the counter
    answers: Mapped[dict[str, Any]] = mapped_column(SealedJSON)
    wished_way: Mapped[dict[str, Any] | None] = mapped_column(SealedJSON)  # null: nobody chose
    earlier_revisions: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")  # oldest first
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]


class ReferenceSeries(Base):
    """The last serial given to an agency on a day; locked by each filing until it commits."""

    __tablename__ = "reference_series"

    agency_code: Mapped[str] = mapped_column(primary_key=True)
    filed_on: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class Dossier(Base):
    """One dossier as it stands now; how it came there is in `step`."""

    __tablename__ = "dossier"
    __table_args__ = (
        CheckConstraint(_one_of("state", State), name="state"),
        CheckConstraint(_one_of("outcome", Outcome), name="outcome"),
        CheckConstraint("channel in ('online', 'counter', 'post', 'national')", name="channel"),
        CheckConstraint("language in ('vi', 'en')", name="language"),
        CheckConstraint("steps > 0", name="steps"),
        CheckConstraint("entries between 1 and steps", name="entries"),
        CheckConstraint(_one_of("proposal", Proposal), name="proposal"),
        UniqueConstraint("reference"),
        UniqueConstraint("draft_token"),
        Index(None, "person_id", "id"),
        Index(None, "mandate_id", postgresql_where=text("mandate_id is not null")),
        Index("ix_dossier_held", "holder_unit_id", "state", "urgent_at", "id"),
        Index("ix_dossier_desk", "desk_unit_id", "state", "urgent_at", "id"),
        Index(
            "ix_dossier_kept", "keeper_id", "state", "urgent_at", "id", postgresql_where=text("keeper_id is not null")
        ),
        Index("ix_dossier_newest", "holder_unit_id", "state", "id"),
        Index("ix_dossier_elsewhere", "desk_unit_id", "state", "urgent_at", "id", postgresql_where=text(ELSEWHERE)),
        Index(
            "ix_dossier_tallied",
            "holder_unit_id",
            "state",
            "urgent_at",
            "id",
            postgresql_include=["keeper_id", "extended", "procedure_code", "reference"],
            postgresql_where=text(WITH_THE_DESK),
        ),
        Index("ix_dossier_proposed", "holder_unit_id", "urgent_at", "id", postgresql_where=text("proposal = 'made'")),
    )

    id: Mapped[Key]
    reference: Mapped[str]
    draft_token: Mapped[UUID] = mapped_column(Uuid)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandate.id"))  # by which somebody else filed it
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    revision_number: Mapped[int]
    procedure_code: Mapped[str]
    procedure_vi: Mapped[str]
    procedure_en: Mapped[str]
    sealed: Mapped[bool]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_code: Mapped[str]
    # Gives the result back: that unit, or its successor.
    desk_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    desk_code: Mapped[str]
    holder_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    holder_code: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    applicant: Mapped[str | None] = mapped_column(SealedText)
    state: Mapped[str]
    steps: Mapped[int]
    entries: Mapped[int] = mapped_column(server_default="1")  # how many of the steps are public
    acted_at: Mapped[datetime]
    last_leaf: Mapped[bytes]
    urgent_at: Mapped[datetime]  # what the queue is ordered by: the due instant, before receipt the filing
    filed_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    rule: Mapped[str | None]
    extended: Mapped[bool]
    paused_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # who of the holding unit has it
    proposal: Mapped[str | None]
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    proposer_for_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # for whom they stood in


class DossierSecret(Base):
    """The secret that every salt and the look-up secret derive from; destroyed by a lawful erasure."""

    __tablename__ = "dossier_secret"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    secret: Mapped[bytes]  # 32 bytes, sealed
    look_up: Mapped[bytes]  # keyed digest of the look-up secret
    digits: Mapped[bytes | None]  # keyed digest of the last digits of the applicant's number


class DossierContent(Base):
    """What was filed, and by whom as they were then."""

    __tablename__ = "dossier_content"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    applicant: Mapped[dict[str, Any]] = mapped_column(SealedJSON)
    agent: Mapped[dict[str, Any] | None] = mapped_column(
        SealedJSON
    )  # who filed it for them, by a mandate or at a counter
    answers: Mapped[dict[str, Any]] = mapped_column(SealedJSON)
    papers: Mapped[dict[str, Any]] = mapped_column(server_default="{}")  # seen or received on paper, by field
    wished_ways: Mapped[dict[str, Any] | None] = mapped_column(SealedJSON)  # see `wished_ways`; null: not known


class DossierSought(Base):
    """What the desk finds a dossier by: keyed digests (`sought`), and the units that reach it. Goes with its person."""

    __tablename__ = "dossier_sought"
    __table_args__ = (Index("ix_dossier_sought", "units", "words", text(AGE), postgresql_using="gin"),)

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, autoincrement=False)
    units: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))  # the desk's, the holder's
    words: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


class Step(Base):
    """One act, for ever."""

    __tablename__ = "step"
    __table_args__ = (
        CheckConstraint(ONE_ACTOR, name="one_actor"),
        CheckConstraint(_one_of("act", Act), name="act"),
        CheckConstraint(_one_of("outcome", Outcome), name="outcome"),
        CheckConstraint("(entry is null) = (leaf is null) and entry <= n", name="entry"),
        CheckConstraint("for_officer_id <> officer_id", name="stands_in"),
        CheckConstraint(f"way is null or (act = 'returned' and {_one_of('way', Way)})", name="way"),
        CheckConstraint("postal_number is null or way = 'post'", name="postal_number"),
        Index("ix_step_done", "unit_id", "at", postgresql_include=TO_COUNT, postgresql_where=text(COUNTED)),
        Index("ix_step_come", "to_unit_id", "at", postgresql_where=text("act = 'passed'")),
        Index("ix_step_taken_back", "dossier_id", "entry", postgresql_where=text("act = 'corrected'")),
    )

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[str]
    at: Mapped[datetime]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_code: Mapped[str]
    to_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    to_code: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    due_at: Mapped[datetime | None]
    rule: Mapped[str | None]
    outcome: Mapped[str | None]
    note: Mapped[str | None] = mapped_column(SealedText)
    entry: Mapped[int | None]  # its ordinal in the public ledger; null: known at the desk alone
    leaf: Mapped[bytes | None]
    to_officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # the colleague it was given to
    before: Mapped[str | None]  # the state before; null at the filing, and where it is not known
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # who had it before
    for_officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # for whom the officer stood in
    way: Mapped[str | None]  # by which a result was returned
    postal_number: Mapped[str | None] = mapped_column(SealedText)


class Opinion(Base):
    """What one unit asks of another about a dossier: a linked task with its own due instant, answered once."""

    __tablename__ = "opinion"
    __table_args__ = (
        CheckConstraint("(given_step is null) = (given_at is null)", name="given"),
        CheckConstraint("given_at is null or taken_back_at is null", name="given_or_taken_back"),
        Index("ix_opinion_open", "unit_id", "due_at", "id", postgresql_where=text(UNANSWERED)),
        Index("ix_opinion_dossier_id", "dossier_id", "id"),
    )

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # the one that is asked
    unit_code: Mapped[str]
    from_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    from_code: Mapped[str]
    asked_step: Mapped[int]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    rule: Mapped[str]
    question: Mapped[str | None] = mapped_column(SealedText)  # null after a lawful erasure
    shares_answers: Mapped[bool]
    file_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))  # what of the dossier's files the unit may open
    given_step: Mapped[int | None]
    given_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(SealedText)
    taken_back_at: Mapped[datetime | None]  # the question was: nobody has to answer it any more


class Attachment(Base):
    """A file of a draft, a dossier or a mandate; its bytes rest sealed in the file store under `key`."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("num_nonnulls(draft_token, dossier_id, mandate_id) = 1", name="one_owner"),
        CheckConstraint("(dossier_id is null) = (by_step is null)", name="step_of_dossier"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint(_one_of("scan", Scan), name="scan"),
        UniqueConstraint("key"),
        Index("ix_attachment_waiting", "id", postgresql_where=text("scan = 'waiting'")),
        Index(None, "draft_token"),
        Index(None, "dossier_id"),
        Index(None, "mandate_id", postgresql_where=text("mandate_id is not null")),
    )

    id: Mapped[Key]
    draft_token: Mapped[UUID | None] = mapped_column(ForeignKey("draft.token"))
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandate.id"))
    by_step: Mapped[int | None]
    field: Mapped[str]
    name: Mapped[str] = mapped_column(SealedText)
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes]
    key: Mapped[str]
    scan: Mapped[str] = mapped_column(server_default=Scan.UNSCANNED.value)
    preview: Mapped[bool] = mapped_column(server_default=false())
    signatures: Mapped[dict[str, Any] | None] = mapped_column(SealedJSON)  # that came with it, as they were then
    from_result: Mapped[str | None]  # the reference of the dossier whose result this is a copy of
    added_at: Mapped[datetime]


class SignedPaper(Base):
    """A paper that an act calls for, signed after its commit; until then `waits_for` says what is missing."""

    __tablename__ = "signed_paper"
    __table_args__ = (
        CheckConstraint(f"kind in ({', '.join(map(repr, PAPER_KINDS))})", name="kind"),
        CheckConstraint("(kind = 'result') = (attachment_id is not null)", name="original"),
        CheckConstraint(
            "(signed_at is null) = (key is null) and (key is null) = (sha256 is null) "
            "and (key is null) = (size is null)",
            name="whole",
        ),
        UniqueConstraint("key"),
        UniqueConstraint("attachment_id"),
        Index(None, "dossier_id"),
        Index(None, "sha256"),
        Index("ix_signed_paper_waiting", "id", postgresql_where=text("signed_at is null and taken_back_at is null")),
    )

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    step: Mapped[int]
    kind: Mapped[str]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id", ondelete="CASCADE"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # who signs beside the agency
    unit_code: Mapped[str]
    waits_for: Mapped[str | None]
    asked_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]  # with the act that called for it: it holds no more
    demo: Mapped[bool] = mapped_column(server_default=false())
    key: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[bytes | None]


class DossierView(Base):
    """An officer looked at a dossier or opened one of its files: shown to the dossier's person."""

    __tablename__ = "dossier_view"
    __table_args__ = (Index(None, "dossier_id", "id"),)

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_code: Mapped[str]
    at: Mapped[datetime]
    file_id: Mapped[int | None] = mapped_column(BigInteger)
