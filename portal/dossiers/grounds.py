"""What an act is decided by: the dossier's standing, and what of its steps or of a question some acts need to know."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.dossiers import allowing, opinions, restoring, returns, taking_back
from portal.dossiers.life import Act, Actor, Standing
from portal.dossiers.rows import AnyRow
from portal.dossiers.taking_back import Before
from portal.dossiers.wishes import Wish


@dataclass(frozen=True, slots=True)
class Grounds:
    """What is read for some acts alone, and the dossier's standing with it."""

    now: Standing
    opinion: opinions.Asked | None
    origin: returns.Origin | None
    back: Before | None


def of(session: Session, wish: Wish, dossier: AnyRow, by: Actor, *, at: datetime, on: date) -> Grounds:
    """Under the dossier's lock."""
    opinion = opinions.asked(session, wish.opinion_id, dossier_id=dossier.id) if wish.opinion_id is not None else None
    origin = returns.origin(session, dossier, on=on) if wish.act is Act.PASSED_BACK else None
    steps = restoring.steps(session, dossier) if wish.act is Act.CORRECTED else ()
    told = taking_back.told(steps)
    now = allowing.standing(
        dossier,
        agent_id=allowing.agent(session, dossier, by, at),
        asked_unit_id=opinion.unit_id if opinion else None,
        last=allowing.last_act(session, dossier) if wish.act is Act.UNDONE else None,
        told=told,
        passed_here=origin is not None,
    )
    return Grounds(now, opinion, origin, None if told is None else taking_back.before(steps, told))
