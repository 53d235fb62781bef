"""What of a dossier tells that somebody acted for its applicant, as finished values."""

from dataclasses import dataclass
from datetime import datetime

from portal.dossiers.life import Act
from portal.procedures.text import Text


@dataclass(frozen=True, slots=True)
class Agent:
    """Who filed it for the applicant, as they were then, by which mandate. `name` None: lawfully erased since.

    `hidden`: of what is erased, the digests without which nothing else of the act could be proven.
    """

    mandate: int
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
