"""Writing down what was taken in, and which revision made it public."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.template_files.models import RevisionTemplate, TemplateFile
from portal.template_files.naming import NamedFile
from portal.template_files.shelf import Taken


def add(session: Session, files: Collection[Taken], *, at: datetime, officer_id: int | None = None) -> None:
    """The rows of files that are on the shelf; a file that came before stays as it was."""
    rows = [
        {
            "sha256": bytes.fromhex(file.sha256),
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "added_at": at,
            "officer_id": officer_id,
        }
        for file in files
    ]
    if rows:
        session.execute(upsert(TemplateFile).on_conflict_do_nothing(), rows)


def publish(session: Session, named: Iterable[tuple[int, NamedFile]]) -> None:
    """From now on everybody gets these files under these names: the revisions with these ids name them."""
    rows = {
        (revision_id, file.sha256, file.name): {
            "revision_id": revision_id,
            "sha256": bytes.fromhex(file.sha256),
            "name": file.name,
        }
        for revision_id, file in named
    }
    if rows:
        session.execute(upsert(RevisionTemplate).on_conflict_do_nothing(), list(rows.values()))
