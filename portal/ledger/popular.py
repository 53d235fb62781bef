"""What people file most, as the newest dossiers of the lists say: a fixed number of rows whatever the log's length."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.ledger.models import DossierRow

LOOKED_AT = 1000


def most_filed(session: Session, *, limit: int = 6) -> tuple[str, ...]:
    """The codes of the procedures filed most among the newest dossiers that name theirs, most first."""
    newest = (
        select(DossierRow.procedure)
        .where(DossierRow.procedure.is_not(None))
        .order_by(DossierRow.filed_on.desc(), DossierRow.first.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    counted = select(newest.c.procedure).group_by(newest.c.procedure)
    return tuple(session.scalars(counted.order_by(func.count().desc(), newest.c.procedure).limit(limit)))
