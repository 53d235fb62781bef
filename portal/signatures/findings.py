"""What was found of signatures in a PDF: plain values that can be written down and read again. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any


class Bytes(StrEnum):
    """What became of the bytes that were signed."""

    UNTOUCHED = "untouched"  # the signature covers the whole file
    SIGNED_AFTER = "signed_after"  # only further signatures came after it, as they may
    ADDED_TO = "added_to"  # something else was appended
    CHANGED = "changed"  # what was signed is not what is there
    UNCLEAR = "unclear"  # it does not cover what it should


class Trust(StrEnum):
    """What the certificate was worth at the time of the signature."""

    HELD = "held"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    REVOKED = "revoked"
    UNKNOWN_ISSUER = "unknown_issuer"


@dataclass(frozen=True, slots=True)
class Found:
    """One signature. `stamped_at`: by an authority that we trust; `claimed_at`: what the signer says."""

    signer: str
    organisation: str
    issuer: str
    certificate: str  # SHA-256, hex
    demo: bool
    bytes: Bytes
    trust: Trust
    claimed_at: datetime | None
    stamped_at: datetime | None
    not_after: datetime | None
    end: int  # how many bytes of the file it covers, its own place included

    @property
    def holds(self) -> bool:
        """Nothing was changed since, and the certificate was good."""
        return self.bytes in (Bytes.UNTOUCHED, Bytes.SIGNED_AFTER) and self.trust is Trust.HELD

    @property
    def at(self) -> datetime | None:
        return self.stamped_at or self.claimed_at


@dataclass(frozen=True, slots=True)
class Reading:
    """All signatures of a file, the earliest first. `unreadable`: there is something that should be one and is none."""

    found: tuple[Found, ...]
    size: int
    unreadable: bool = False

    @property
    def appended(self) -> int:
        """How many bytes came after the last signature."""
        return self.size - max((one.end for one in self.found), default=self.size)

    @property
    def whole(self) -> bool:
        """Every signature holds and the last one covers the file: the only state that is called sound."""
        return bool(self.found) and not self.unreadable and self.appended == 0 and all(one.holds for one in self.found)


def to_json(reading: Reading) -> dict[str, Any]:
    """Ready for JSON."""
    rows = [{name: _plain(value) for name, value in asdict(one).items()} for one in reading.found]
    return {"found": rows, "size": reading.size, "unreadable": reading.unreadable}


def from_json(data: Mapping[str, Any]) -> Reading:
    return Reading(tuple(_found(row) for row in data["found"]), data["size"], data["unreadable"])


def _found(row: Mapping[str, Any]) -> Found:
    values = {field.name: row[field.name] for field in fields(Found)}
    for name in ("claimed_at", "stamped_at", "not_after"):
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    return Found(**{**values, "bytes": Bytes(row["bytes"]), "trust": Trust(row["trust"])})


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
