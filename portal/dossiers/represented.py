"""Whose a dossier is, and what of it tells that somebody acted for them, as finished values."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.dossiers.life import Act
from portal.procedures.text import Text


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who filed, as they were at the filing."""

    kind: str  # citizen | organisation
    name: str
    national_id: str | None
    tax_code: str | None
    born_on: date | None
    email: str | None
    phone: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Agent:
    """Who filed it for the applicant, as they were then, by which mandate. `name` None: lawfully erased since.

    `mandate` None: who stood at the counter for an organisation, as an officer read it off their paper.

    `hidden`: of what is erased, the digests without which nothing else of the act could be proven.
    """

    mandate: int | None = None
    name: str | None = None
    national_id: str | None = None
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """One act that was done by a mandate."""

    reference: str
    procedure: Text
    act: Act
    at: datetime
