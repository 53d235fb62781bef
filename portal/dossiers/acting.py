"""The one way through: every act on a dossier, from its table row to its ledger entry, in one function.

Nothing else changes a dossier. `act` locks its row, asks the table of `portal.dossiers.life` whether the act is
possible for this actor in this state, checks the facts, has the ledger write the entry, and writes dossier, step and
files in one statement. What it raises leaves nothing behind.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from portal import sealing
from portal.calendars import queries as calendars
from portal.clock import local_day
from portal.deadlines.calendar import Calendar, current_calendar
from portal.deadlines.term import Term
from portal.dossiers import life, notices, private_fields, references, running, wishes, writing
from portal.dossiers.attachments import Stored
from portal.dossiers.life import Act, Actor, Clock, Holder, Keeping, Need, Proposal, Standing, State, Transition
from portal.dossiers.models import Attachment, Dossier, DossierSecret
from portal.dossiers.rows import AnyRow, is_key
from portal.dossiers.running import Running
from portal.dossiers.transitions import Only
from portal.dossiers.views import Done
from portal.dossiers.wishes import Wish
from portal.errors import Forbidden, NotFound, Refused, Stale
from portal.ledger import commands as ledger
from portal.ledger import entry, quorum
from portal.mandates import queries as mandates
from portal.people import queries as people
from portal.procedures import queries as procedures
from portal.units import queries as units

DECISIONS = frozenset({Act.NOT_RECEIVED, Act.RESOLVED})
"""What waits, where the operator wants it, while nobody outside vouches for the log."""


@dataclass(frozen=True, slots=True)
class Doing:
    """A wish that the table allows, with what is needed to carry it out."""

    wish: Wish
    dossier: AnyRow
    row: Transition
    by: Actor
    at: datetime
    note: str | None
    clock: Running
    to: units.Unit | None
    colleague_id: int | None

    @property
    def n(self) -> int:
        return int(self.dossier.steps)

    @property
    def unit_id(self) -> int:
        """The acting unit: the holding one, or the one that hands over."""
        return int(self.wish.from_unit_id or self.dossier.holder_unit_id)

    @property
    def unit_code(self) -> str:
        held = self.unit_id == self.dossier.holder_unit_id
        return str(self.dossier.holder_code if held else self.dossier.desk_code)

    @property
    def by_mandate(self) -> int | None:
        """The mandate by which somebody acts for the dossier's person, where somebody does."""
        person_id = self.by.person_id
        return self.dossier.mandate_id if person_id is not None and person_id != self.dossier.person_id else None

    @property
    def files(self) -> list[tuple[str, Stored]]:
        return [(self.wish.file_field, file) for file in self.wish.files]


def act(session: Session, wish: Wish, *, reference: str, by: Actor, seen: int, at: datetime, on: date) -> Done:
    """Do it, or raise NotFound, Stale, Refused, Forbidden or Invalid."""
    dossier = _locked(session, reference)
    row = _allowed(dossier, wish, by, seen, at, agent_id=_agent(session, dossier, by, at))
    if wish.act in DECISIONS:
        quorum.check_decision(session, at=at)
    before = Running(dossier.due_at, dossier.rule, dossier.paused_at)
    calendar = _calendar(session, dossier, row, on)
    note = wishes.checked(wish, row, before, at=at, calendar=calendar)
    to = _other_unit(session, dossier, wish, on) if Need.OTHER_UNIT in row.needs else None
    colleague_id = _colleague(session, dossier, wish, at) if Need.COLLEAGUE in row.needs else None
    clock = _clock(session, dossier, row, before=before, until=wish.until, at=at, calendar=calendar)
    doing = Doing(wish, dossier, row, by, at, note, clock, to, colleague_id)
    leaf = _append(session, doing) if row.public else None
    _write(session, doing, leaf)
    notices.send(
        session,
        dossier,
        act=wish.act,
        due_at=clock.due_at,
        note=note,
        outcome=wish.outcome,
        at=at,
        to_code=to.agency_code if to else None,
    )
    return Done(dossier.reference, row.after, clock.due_at, doing.n + 1)


def _locked(session: Session, reference: str) -> AnyRow:
    row = session.execute(_LOCKED, {"reference": references.tidy(reference)}).one_or_none()
    if row is None:
        raise NotFound
    return row


def _agent(session: Session, dossier: AnyRow, by: Actor, at: datetime) -> int | None:
    """Who acts, where they act for the dossier's person by its mandate, which then holds until the commit."""
    if by.person_id is None or by.person_id == dossier.person_id or dossier.mandate_id is None:
        return None
    held = mandates.held(session, dossier.mandate_id, agent_id=by.person_id, at=at, lock=True)
    return None if held is None else by.person_id


def standing(dossier: AnyRow, *, agent_id: int | None) -> Standing:
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
    )


def _allowed(dossier: AnyRow, wish: Wish, by: Actor, seen: int, at: datetime, *, agent_id: int | None) -> Transition:
    """The table's row, if this actor may use it now. A stranger learns no more than that there is nothing."""
    now = standing(dossier, agent_id=agent_id)
    if not life.concerns(now, by):
        raise NotFound
    known = dossier.entries if by.person_id is not None else dossier.steps  # a person sees the public steps alone
    if known != seen:
        raise Stale(steps=known)
    row = life.transition(wish.act, now)
    if row is None:
        raise Refused(life.obstacle(wish.act, now), state=dossier.state)
    if wish.from_unit_id is not None and wish.from_unit_id not in (now.holder_unit_id, now.desk_unit_id):
        raise Refused("not_with_the_unit")
    if not life.may(row, now, by):
        raise Forbidden(life.bar(row, now, by))
    if at < dossier.acted_at:
        raise Refused("clock_went_back")
    return row


def _other_unit(session: Session, dossier: AnyRow, wish: Wish, on: date) -> units.Unit:
    if wish.to_unit_id == (wish.from_unit_id or dossier.holder_unit_id):
        raise Refused("same_unit")
    unit = units.unit(session, wish.to_unit_id, on=on) if wish.to_unit_id and is_key(wish.to_unit_id) else None
    if unit is None:
        raise Refused("unknown_unit")
    return unit


def _colleague(session: Session, dossier: AnyRow, wish: Wish, at: datetime) -> int:
    """The officer of the holding unit to whom it is given; they hold a role of the desk there today."""
    if wish.to_officer_id == dossier.keeper_id:
        raise Refused("same_keeper")
    known = people.officers_in(session, dossier.holder_unit_id, roles=life.ROLES, on=local_day(at))
    found = next((officer.id for officer in known if officer.id == wish.to_officer_id), None)
    if found is None:
        raise Refused("unknown_colleague")
    return found


def _calendar(session: Session, dossier: AnyRow, row: Transition, on: date) -> Calendar:
    """By which the term is counted: that of the unit which received the dossier, whoever holds it."""
    if row.clock in (Clock.NONE, Clock.PAUSE):
        return current_calendar()
    return calendars.of_unit(session, dossier.unit_id, on=on)


def _clock(
    session: Session,
    dossier: AnyRow,
    row: Transition,
    *,
    before: Running,
    until: date | None,
    at: datetime,
    calendar: Calendar,
) -> Running:
    """How the term runs after the act."""
    if row.clock is Clock.START:
        return running.started(at, _term(session, dossier), calendar)
    if row.clock is Clock.EXTEND and until is not None:
        return running.extended(until, calendar)
    return running.after(row.clock, before, at=at, calendar=calendar, term=lambda: _term(session, dossier))


def _term(session: Session, dossier: AnyRow) -> Term:
    """The term of the revision that it was filed under, where it was filed, for the channel it came through."""
    procedure = procedures.revision(session, dossier.revision_id, agency=dossier.unit_code)
    channel = procedure.channel(dossier.channel) if procedure else None
    if channel is None:
        raise LookupError(f"revision {dossier.revision_id} has no term for {dossier.channel}")
    return Term(channel.term.number, channel.term.unit)


def _append(session: Session, doing: Doing) -> bytes:
    """Have the entry written; its leaf hash."""
    dossier = doing.dossier
    public = entry.Act(
        n=dossier.entries,
        previous=dossier.last_leaf,
        act=doing.wish.act.value,
        at=doing.at,
        reference=dossier.reference,
        procedure=dossier.procedure_code,
        revision=dossier.revision_number,
        unit=doing.unit_code,
        to=doing.to.agency_code if doing.to else None,
        channel=dossier.channel,
        due=doing.clock.due_at,
        rule=doing.clock.rule,
        outcome=doing.wish.outcome.value if doing.wish.outcome else None,
    )
    private = private_fields.of_act(
        officer_id=doing.by.officer_id, note=doing.note, files=doing.files, mandate_id=doing.by_mandate
    )
    secret = sealing.unseal(dossier.secret)
    return ledger.append(session, act=public, private=private, secret=secret, sealed=dossier.sealed).leaf_hash


def _write(session: Session, doing: Doing, leaf: bytes | None) -> None:
    """Dossier and step in one statement, and the files in another if there are any."""
    dossier = doing.dossier
    step = {
        "n": doing.n,
        "act": doing.wish.act.value,
        "at": doing.at,
        "unit_id": doing.unit_id,
        "unit_code": doing.unit_code,
        "to_unit_id": doing.to.id if doing.to else None,
        "to_code": doing.to.agency_code if doing.to else None,
        "person_id": doing.by.person_id,
        "officer_id": doing.by.officer_id,
        "due_at": doing.clock.due_at,
        "rule": doing.clock.rule,
        "outcome": doing.wish.outcome,
        "note": doing.note,
        "entry": dossier.entries if doing.row.public else None,
        "leaf": leaf,
        "to_officer_id": doing.colleague_id,
        "before": dossier.state,
        "keeper_id": dossier.keeper_id,
    }
    writing.move_dossier(session, dossier.id, changes={**dossier._mapping, **_changes(doing, leaf)}, step=step)
    if doing.files:
        owner = {"dossier_id": dossier.id, "by_step": doing.n, "added_at": doing.at}
        session.execute(insert(Attachment), [{**asdict(file), **owner, "field": field} for field, file in doing.files])


def _changes(doing: Doing, leaf: bytes | None) -> dict[str, Any]:
    """What of the dossier's row is new."""
    changes: dict[str, Any] = _keeping(doing) | {
        "state": doing.row.after.value,
        "steps": doing.n + 1,
        "acted_at": doing.at,
        "due_at": doing.clock.due_at,
        "rule": doing.clock.rule,
        "paused_at": doing.clock.paused_at,
        "urgent_at": doing.clock.due_at or doing.dossier.filed_at,
    }
    if leaf is not None:
        changes |= {"last_leaf": leaf, "entries": doing.dossier.entries + 1}
    if doing.row.holder is Holder.OTHER and doing.to is not None:
        changes |= {"holder_unit_id": doing.to.id, "holder_code": doing.to.agency_code}
    if doing.row.holder is Holder.DESK:
        changes |= {"holder_unit_id": doing.dossier.desk_unit_id, "holder_code": doing.dossier.desk_code}
    if doing.row.holder is Holder.SUCCESSOR and doing.to is not None:
        for place in ("desk", "holder"):
            if getattr(doing.dossier, f"{place}_unit_id") == doing.unit_id:
                changes |= {f"{place}_unit_id": doing.to.id, f"{place}_code": doing.to.agency_code}
    match doing.wish.act:
        case Act.RECEIVED:
            changes["received_at"] = doing.at
        case Act.EXTENDED:
            changes["extended"] = True
        case Act.RESOLVED:
            changes |= {"resolved_at": doing.at, "outcome": doing.wish.outcome}
        case Act.RETURNED:
            changes["returned_at"] = doing.at
    return changes


def _keeping(doing: Doing) -> dict[str, Any]:
    """Who of the holding unit has it now, and how far a proposal has come."""
    row, dossier = doing.row, doing.dossier
    keepers: dict[Keeping, int | None] = {
        Keeping.SAME: dossier.keeper_id,
        Keeping.ACTOR: doing.by.officer_id,
        Keeping.NAMED: doing.colleague_id,
        Keeping.NOBODY: None,
        Keeping.PROPOSER: dossier.proposer_id,
    }
    left = row.holder in (Holder.OTHER, Holder.DESK) or row.after in life.FINAL
    changes: dict[str, Any] = {"keeper_id": None if left else keepers[row.keeping]}
    if row.moves or row.only in (Only.PROPOSED, Only.NOT_PROPOSED):
        changes["proposal"] = row.proposal.value if row.proposal else None
    if row.act is Act.PROPOSED:
        changes["proposer_id"] = doing.by.officer_id
    return changes


_LOCKED = (
    select(Dossier.__table__, DossierSecret.secret)
    .join(DossierSecret, DossierSecret.dossier_id == Dossier.id)
    .where(Dossier.reference == bindparam("reference"))
    .with_for_update(of=Dossier)
)
