"""The scanned paper of a mandate: a file like any other, of a mandate instead of a dossier.

Whose the mandate is was settled by whoever names it here: `mandates.seen_by`, or a dossier that was filed under it.
"""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.dossiers.attachments import Stored
from portal.dossiers.models import Attachment

FIELD = "mandate"


def add(session: Session, *, mandate_id: int, file: Stored, at: datetime) -> None:
    """Keep a file with the mandate that was just offered."""
    session.execute(insert(Attachment).values(**asdict(file), mandate_id=mandate_id, field=FIELD, added_at=at))
