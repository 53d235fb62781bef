"""What a backup says of itself, and what is compared after it was put back."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.backups.faults import NotDone
from portal.dossiers import upkeep
from portal.ledger import storage

FORMAT = 1
FILE = "backup.json"


@dataclass(frozen=True, slots=True)
class Facts:
    """`schema`: the migration the database was at; `server`: PostgreSQL's major version; `root` in hex."""

    made_at: datetime
    origin: str
    schema: str
    server: int
    ledger_size: int
    ledger_root: str
    dossiers: int

    def render(self) -> bytes:
        value: dict[str, Any] = {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(value, indent=2, sort_keys=True).encode() + b"\n"


def read(data: bytes) -> Facts:
    """Raises `NotDone` for a format of another version of this portal."""
    try:
        value = json.loads(data)
        if value.pop("format") != FORMAT:
            raise NotDone("this backup has a format that this version of the portal does not know")
        return Facts(**{**value, "made_at": datetime.fromisoformat(value["made_at"])})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotDone(f"{FILE} is not a backup's") from error


def of(session: Session, *, origin: str, at: datetime) -> Facts:
    """Of the database as this session's transaction sees it."""
    head = storage.head(session)
    row = session.execute(
        text("select (select version_num from alembic_version), current_setting('server_version_num')::int / 10000")
    ).one()
    return Facts(at, origin, row[0], row[1], head.size, bytes(head.root).hex(), upkeep.number_of_dossiers(session))
