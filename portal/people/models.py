"""Tables of people, their identities at providers, officers' roles and open sign-ins."""

from datetime import date, datetime

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy import Text as TextType
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base, Key, SealedText

ONE_OWNER = "(person_id is null) <> (officer_id is null)"
SCOPES_KNOWN = "cardinality(scopes) > 0 and scopes <@ array['dossiers:read', 'dossiers:answers']"


class Person(Base):
    """A citizen or an organisation. What names or numbers them rests sealed."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("kind in ('citizen', 'organisation')", name="kind"),
        Index(None, "national_id_index"),
        Index(None, "tax_code_index", postgresql_where=text("tax_code_index is not null")),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(SealedText)
    national_id: Mapped[str | None] = mapped_column(SealedText)
    national_id_index: Mapped[bytes | None]
    tax_code: Mapped[str | None] = mapped_column(SealedText)
    tax_code_index: Mapped[bytes | None]  # only of organisations that were entered
    born_on: Mapped[str | None] = mapped_column(SealedText)
    email: Mapped[str | None] = mapped_column(SealedText)
    phone: Mapped[str | None] = mapped_column(SealedText)
    address: Mapped[str | None] = mapped_column(SealedText)
    created_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # null: who signs in themself


class Officer(Base):
    """A member of staff; what they may do is in `officer_role`."""

    __tablename__ = "officer"

    id: Mapped[Key]
    name: Mapped[str]
    email: Mapped[str | None]
    title: Mapped[str]
    active: Mapped[bool]
    created_at: Mapped[datetime]


class OfficerRole(Base):
    """A right in one unit, from a day until (not including) a day."""

    __tablename__ = "officer_role"
    __table_args__ = (
        CheckConstraint("role in ('receiver', 'specialist', 'leader', 'editor', 'administrator')", name="role"),
        CheckConstraint("valid_to is null or valid_to > valid_from", name="days"),
        UniqueConstraint("officer_id", "unit_id", "role", "valid_from"),
        Index(None, "unit_id"),
    )

    id: Mapped[Key]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class StandIn(Base):
    """Who stands in for an absent officer in one unit, from a day until a day, both included. It may be ended, once."""

    __tablename__ = "stand_in"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="days"),
        CheckConstraint("absent_id <> officer_id", name="two"),
        CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended"),
        Index("ix_stand_in_officer_id_last_on", "officer_id", "last_on"),
        Index("ix_stand_in_absent_id_last_on", "absent_id", "last_on"),
        Index("ix_stand_in_unit_id_last_on", "unit_id", "last_on"),
    )

    id: Mapped[Key]
    absent_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))  # the one who stands in
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    reason: Mapped[str] = mapped_column(SealedText)
    named_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    named_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    ended_at: Mapped[datetime | None]


class Identity(Base):
    """Who signs in at a provider under a subject: the only link between an account there and one here."""

    __tablename__ = "identity"
    __table_args__ = (
        CheckConstraint(ONE_OWNER, name="one_owner"),
        UniqueConstraint("provider", "subject"),
        Index(None, "person_id"),
        Index(None, "officer_id"),
    )

    id: Mapped[Key]
    provider: Mapped[str]
    subject: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    created_at: Mapped[datetime]


class SignInSession(Base):
    """One sign-in of one browser. The browser holds the token, we hold its digest."""

    __tablename__ = "sign_in_session"
    __table_args__ = (
        CheckConstraint(ONE_OWNER, name="one_owner"),
        Index(None, "person_id"),
        Index(None, "officer_id"),
        Index(None, "expires_at"),
    )

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    provider: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    leave_url: Mapped[str | None] = mapped_column(SealedText)  # where the provider's own sign-out begins


class ApiToken(Base):
    """A word with which a program reads its owner's dossiers. They hold the word, we hold its digest."""

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint(SCOPES_KNOWN, name="scopes"),
        UniqueConstraint("token_hash"),
        UniqueConstraint("form_hash"),
        Index(None, "person_id"),
        Index(None, "expires_at"),
    )

    id: Mapped[Key]
    token_hash: Mapped[bytes]
    form_hash: Mapped[bytes | None]  # of the form that asked for it: sent twice, it makes one token
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(SealedText)  # what its owner calls it
    scopes: Mapped[list[str]] = mapped_column(ARRAY(TextType))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_on: Mapped[date | None]


class WrongToken(Base):
    """How often one network address came with a wrong token in an hour; `client` is a keyed digest of it."""

    __tablename__ = "wrong_token"
    __table_args__ = (Index(None, "hour"),)

    client: Mapped[bytes] = mapped_column(primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    attempts: Mapped[int]


class SignInAttempt(Base):
    """How often one network address began or ended a sign-in in an hour; `client` is a keyed digest of it."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "hour"),)

    client: Mapped[bytes] = mapped_column(primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    attempts: Mapped[int]
