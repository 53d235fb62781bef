"""Reading what is known of template files."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.template_files import shelf
from portal.template_files.models import RevisionTemplate, TemplateFile
from portal.template_files.naming import FileFacts, is_digest


def facts(session: Session, digests: Collection[str]) -> dict[str, FileFacts]:
    """Of those that were taken in; no statement where none is asked for."""
    wanted = {bytes.fromhex(digest) for digest in digests if is_digest(digest)}
    if not wanted:
        return {}
    columns = (TemplateFile.sha256, TemplateFile.media_type, TemplateFile.size)
    rows = session.execute(select(*columns).where(TemplateFile.sha256.in_(wanted)))
    return {row.sha256.hex(): FileFacts(row.sha256.hex(), row.media_type, row.size) for row in rows}


def missing(session: Session) -> list[str]:
    """The digests of files of the catalogue whose bytes are not on the shelf."""
    digests = session.scalars(select(TemplateFile.sha256))
    return [digest.hex() for digest in digests if not shelf.has(digest.hex())]


def public(session: Session, digest: str, name: str) -> FileFacts | None:
    """The file if a published revision names it so; a file that only a manuscript names looks like none."""
    if not is_digest(digest):
        return None
    named = select(RevisionTemplate.revision_id).where(
        RevisionTemplate.sha256 == bytes.fromhex(digest), RevisionTemplate.name == name
    )
    if not session.scalar(select(named.exists())):
        return None
    return facts(session, [digest]).get(digest)
