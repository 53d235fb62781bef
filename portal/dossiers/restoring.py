"""Taking a public act back, beside the dossier's own row: what its steps say, and what of the act lives elsewhere.

A question to another unit ends; papers that the act called for are signed no more, and those that were are not sound.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.dossiers.life import Act
from portal.dossiers.models import Opinion, SignedPaper, Step
from portal.dossiers.rows import AnyRow
from portal.dossiers.taking_back import Before


def steps(session: Session, dossier: AnyRow) -> Sequence[AnyRow]:
    """All of the dossier's, under its lock."""
    columns = (column for column in Step.__table__.columns if column.name != "note")
    return session.execute(select(*columns).where(Step.dossier_id == dossier.id).order_by(Step.n)).all()


def withdraw(session: Session, dossier: AnyRow, back: Before, *, at: datetime) -> None:
    """End what came of the act that is taken back."""
    papers = SignedPaper.dossier_id == dossier.id, SignedPaper.step == back.told.n
    session.execute(update(SignedPaper).where(*papers).values(taken_back_at=at))
    if back.told.act is Act.OPINION_ASKED:
        asked = Opinion.dossier_id == dossier.id, Opinion.asked_step == back.told.n
        session.execute(update(Opinion).where(*asked).values(taken_back_at=at))
