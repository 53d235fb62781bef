"""Whether somebody may do what they wish, asked under the dossier's lock: what they are to it, and in whose place."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import local_day
from portal.dossiers import life, opinions
from portal.dossiers.life import Act, Actor, Proposal, Standing, State, Transition
from portal.dossiers.models import Step
from portal.dossiers.rows import AnyRow
from portal.dossiers.standing import Last, Told
from portal.dossiers.wishes import Wish
from portal.errors import Forbidden, NotFound, Refused, Stale
from portal.mandates import queries as mandates
from portal.people import stand_ins


def as_now(session: Session, by: Actor, *, at: datetime) -> Actor:
    """The actor with what is lent to them at this very instant, which then stays lent until the commit."""
    if by.officer_id is None or not by.lent:
        return by
    lent = stand_ins.lent_to(session, by.officer_id, on=local_day(at), lock=True)
    return replace(by, lent=by.lent & lent)


def agent(session: Session, dossier: AnyRow, by: Actor, at: datetime) -> int | None:
    """Who acts, where they act for the dossier's person by its mandate, which then holds until the commit."""
    if by.person_id is None or by.person_id == dossier.person_id or dossier.mandate_id is None:
        return None
    held = mandates.held(session, dossier.mandate_id, agent_id=by.person_id, at=at, lock=True)
    return None if held is None else by.person_id


def last_act(session: Session, dossier: AnyRow) -> Last:
    """The latest act, under the dossier's lock."""
    row = session.execute(
        select(Step.act, Step.officer_id, Step.keeper_id, Step.for_officer_id).where(
            Step.dossier_id == dossier.id, Step.n == dossier.steps - 1
        )
    ).one()
    return Last(Act(row.act), row.officer_id, row.keeper_id, row.for_officer_id)


def standing(
    dossier: AnyRow,
    *,
    agent_id: int | None,
    asked_unit_id: int | None = None,
    last: Last | None = None,
    told: Told | None = None,
    passed_here: bool = False,
) -> Standing:
    return Standing(
        State(dossier.state),
        dossier.received_at is not None,
        dossier.extended,
        dossier.person_id,
        dossier.desk_unit_id,
        dossier.holder_unit_id,
        agent_id,
        dossier.keeper_id,
        Proposal(dossier.proposal) if dossier.proposal else None,
        dossier.proposer_id,
        last,
        told,
        passed_here,
        asked_unit_id,
        dossier.proposer_for_id,
    )


def allowed(
    dossier: AnyRow,
    wish: Wish,
    by: Actor,
    seen: int,
    at: datetime,
    *,
    now: Standing,
    opinion: opinions.Asked | None,
) -> tuple[Transition, tuple[Actor, ...]]:
    """The table's row, and in which places this actor may use it now: one at least, that to prefer first.

    A stranger learns no more than that there is nothing.
    """
    if not life.concerns(now, by):
        raise NotFound
    known = _known(dossier, by, opinion)
    if known != seen:
        raise Stale(steps=known)
    row = life.transition(wish.act, now)
    if row is None:
        raise Refused(life.obstacle(wish.act, now), state=dossier.state)
    if wish.from_unit_id is not None and wish.from_unit_id not in (now.holder_unit_id, now.desk_unit_id):
        raise Refused("not_with_the_unit")
    ways = life.capacities(row, now, by)
    if not ways:
        raise Forbidden(life.bar(row, now, by))
    if at < dossier.acted_at:
        raise Refused("clock_went_back")
    return row, ways


def _known(dossier: AnyRow, by: Actor, opinion: opinions.Asked | None) -> int:
    """How far the actor's page must have come: a person sees the public steps alone, a unit that is asked none."""
    if opinion is not None:
        return int(opinion.given)
    return int(dossier.entries if by.person_id is not None else dossier.steps)
