"""The term of a dossier: its revision's, where it was filed, for the channel that it came through."""

from sqlalchemy.orm import Session

from portal.deadlines.term import Term
from portal.procedures import queries as procedures


def term(session: Session, revision_id: int, *, agency: str, channel: str) -> Term:
    """Raises LookupError where the revision has none, which no received dossier can be without."""
    procedure = procedures.revision(session, revision_id, agency=agency)
    found = procedure.channel(channel) if procedure else None
    if found is None:
        raise LookupError(f"revision {revision_id} has no term for {channel}")
    return Term(found.term.number, found.term.unit)
