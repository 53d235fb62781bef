"""A wish how the result be returned, said anew while the dossier runs. No act: nothing of it is in the ledger, no step
and no letter comes of it, and where the dossier stands stays as it is."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.dossiers import reach, references, wished_ways
from portal.dossiers.life import FINAL, State
from portal.dossiers.models import Dossier, DossierContent
from portal.dossiers.wished_ways import Said, WishedWay
from portal.errors import NotFound, Refused

MOST = 50  # wishes of one dossier


def say(session: Session, *, reference: str, person_id: int, wished: WishedWay, at: datetime) -> None:
    """Keep what the dossier's person wishes now, or whoever filed it for them while the mandate holds.

    The same wish once more changes nothing. NotFound; Refused("wrong_state") where the result is returned, or none is
    to come; Refused("too_many_wishes", limit=).
    """
    row = session.execute(
        select(Dossier.id, Dossier.state, DossierContent.wished_ways)
        .join(DossierContent, DossierContent.dossier_id == Dossier.id)
        .where(Dossier.reference == references.tidy(reference), reach.open_to(person_id, at=at))
        .with_for_update(of=(Dossier, DossierContent))
    ).one_or_none()
    if row is None:
        raise NotFound
    if not open_to_wishes(State(row.state)):
        raise Refused("wrong_state")
    said = wished_ways.of_dossier(row.wished_ways)
    if said and said[-1].wished == wished:
        return
    if len(said) >= MOST:
        raise Refused("too_many_wishes", limit=MOST)
    kept = wished_ways.said_anew(row.wished_ways, wished, at=at, person_id=person_id)
    session.execute(update(DossierContent).where(DossierContent.dossier_id == row.id).values(wished_ways=kept))


def open_to_wishes(state: State) -> bool:
    """Whether a result is still to be returned, or may still come."""
    return state not in FINAL


def latest(session: Session, ids: Collection[int]) -> Mapping[int, Said]:
    """The wishes that hold for these dossiers, which the caller may see, by their ids; those without one left out."""
    content = DossierContent
    wanted = (content.dossier_id.in_(list(ids)), content.wished_ways.is_not(None))
    rows = session.execute(select(content.dossier_id, content.wished_ways).where(*wanted))
    return {row.dossier_id: wished_ways.of_dossier(row.wished_ways)[-1] for row in rows}
