"""The one way through: every act on a dossier, from its table row to its ledger entry, in one function.

Nothing else changes a dossier. `act` locks its row, asks the table of `portal.dossiers.life` whether the act is
possible for this actor in this state, checks the facts, has the ledger write the entry, and writes dossier, step and
files in one statement. What it raises leaves nothing behind.
"""

from dataclasses import asdict, replace
from datetime import date, datetime

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from portal import sealing
from portal.calendars import queries as calendars
from portal.deadlines.calendar import Calendar, current_calendar
from portal.deadlines.counting import due
from portal.deadlines.term import Term
from portal.dossiers import (
    allowing,
    grounds,
    notices,
    opinions,
    paper_signing,
    private_fields,
    receivers,
    recounting,
    references,
    restoring,
    running,
    taking_back,
    terms,
    wishes,
    writing,
)
from portal.dossiers.doing import Doing, changes
from portal.dossiers.life import Act, Actor, Clock, Proposal, Transition
from portal.dossiers.models import Attachment, Dossier, DossierSecret
from portal.dossiers.rows import AnyRow
from portal.dossiers.running import Running
from portal.dossiers.views import Done
from portal.dossiers.vocabulary import LEDGER_WORDS
from portal.dossiers.wishes import Wish
from portal.errors import NotFound, Refused
from portal.ledger import commands as ledger
from portal.ledger import entry, quorum
from portal.processes import following
from portal.processes import queries as processes

DECISIONS = frozenset({Act.NOT_RECEIVED, Act.RESOLVED, Act.STOPPED})
"""What waits, where the operator wants it, while nobody outside vouches for the log."""


def act(session: Session, wish: Wish, *, reference: str, by: Actor, seen: int, at: datetime, on: date) -> Done:
    """Do it, or raise NotFound, Stale, Refused, Forbidden or Invalid."""
    dossier = _locked(session, reference)
    by = allowing.as_now(session, by, at=at)
    found = grounds.of(session, wish, dossier, by, at=at, on=on)
    opinion, origin, back = found.opinion, found.origin, found.back
    row, ways = allowing.allowed(dossier, wish, by, seen, at, now=found.now, opinion=opinion)
    row = row if back is None else replace(row, after=back.state)
    step = following.of_row(session, dossier, by)
    by, next_unit = (ways[0], None) if step is None else following.check(session, step, dossier, wish.act, ways, on=on)
    if (wish.act if back is None else back.told.act) in DECISIONS:
        quorum.check_decision(session, at=at)
    before = Running(dossier.due_at, dossier.rule, dossier.paused_at)
    calendar = _calendar(session, dossier, row, on)
    note = wishes.checked(wish, row, before, at=at, calendar=calendar)
    to = receivers.towards(session, dossier, wish, row, origin=origin, on=on)
    following.check_unit(next_unit, to, wish.act)
    if back is None:
        colleague_id = receivers.colleague(session, dossier, wish, row, by=by, origin=origin, at=at)
        clock = _clock(session, dossier, row, before=before, until=wish.until, at=at, calendar=calendar)
    else:
        colleague_id = receivers.back_to(session, dossier, back, on=on, at=at)
        clock = Running(back.due_at, back.rule, back.paused_at)
    kept = None if row.words_apart else note
    doing = Doing(wish, dossier, row, by, at, kept, clock, to, colleague_id, opinion, found.now.last, back)
    leaf = _append(session, doing) if row.public else None
    _write(session, doing, leaf)
    if row.words_apart and note is not None:
        _write_opinion(session, doing, note, on)
    _move_on(session, doing, step, on)
    _follow_up(session, doing, note)
    return Done(dossier.reference, row.after, clock.due_at, doing.n + 1)


def _move_on(session: Session, doing: Doing, step: following.Following | None, on: date) -> None:
    """Its place in the internal process under which it was received, where there is one."""
    if doing.back is not None:
        following.take_back(session, step, doing, doing.back)
    elif doing.wish.act is Act.RECEIVED:
        following.begin(session, doing, on=on)
    elif step is not None:
        following.move(session, step, doing, on=on)


def _follow_up(session: Session, doing: Doing, note: str | None) -> None:
    """What has to come of the act once it is committed: a paper that is signed, a letter."""
    if doing.back is not None:
        restoring.withdraw(session, doing.dossier, doing.back, at=doing.at)
    paper_signing.ask(
        session,
        dossier_id=doing.dossier.id,
        unit_code=doing.dossier.holder_code,
        act=doing.wish.act,
        n=doing.n,
        officer_id=doing.by.officer_id,
        outcome=doing.wish.outcome,
        approved=doing.dossier.proposal == Proposal.APPROVED,
        at=doing.at,
    )
    notices.send(
        session,
        doing.dossier,
        act=doing.wish.act,
        due_at=doing.clock.due_at,
        note=note,
        outcome=doing.wish.outcome,
        at=doing.at,
        to_code=doing.to.agency_code if doing.to else doing.unit_code if doing.back else None,
        back=doing.back,
        way=doing.wish.way,
        postal_number=doing.wish.postal_number,
    )


def _locked(session: Session, reference: str) -> AnyRow:
    row = session.execute(_LOCKED, {"reference": references.tidy(reference)}).one_or_none()
    if row is None:
        raise NotFound
    return row


def _calendar(session: Session, dossier: AnyRow, row: Transition, on: date) -> Calendar:
    """By which the term is counted: that of the unit which received the dossier, whoever holds it."""
    if row.clock in (Clock.NONE, Clock.PAUSE, Clock.BACK):
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
    if row.clock is Clock.RECOUNT:
        return _recounted(session, dossier, calendar, at)
    if row.clock is Clock.EXTEND and until is not None:
        return running.extended(until, calendar)
    return running.after(row.clock, before, at=at, calendar=calendar, term=lambda: _term(session, dossier))


def _term(session: Session, dossier: AnyRow) -> Term:
    return terms.term(session, dossier.revision_id, agency=dossier.unit_code, channel=dossier.channel)


def _recounted(session: Session, dossier: AnyRow, calendar: Calendar, at: datetime) -> Running:
    """By the calendar as it is now; refused where nothing moves, or where it would be late at once by it."""
    facts = recounting.facts_of(session, [dossier.id])[dossier.id]
    found = recounting.due_now(facts, _term(session, dossier), calendar, was=dossier.due_at, at=at)
    if found is None:
        raise Refused("nothing_to_recount")
    return Running(found.at, found.rule, dossier.paused_at)


def _append(session: Session, doing: Doing) -> bytes:
    """Have the entry written; its leaf hash."""
    dossier = doing.dossier
    word, reason = LEDGER_WORDS.get(doing.wish.act, (doing.wish.act.value, None))
    reason = reason if doing.back is None else taking_back.reason_code(doing.back.told.act)
    public = entry.Act(
        n=dossier.entries,
        previous=dossier.last_leaf,
        act=word,
        at=doing.at,
        reference=dossier.reference,
        procedure=dossier.procedure_code,
        revision=dossier.revision_number,
        unit=doing.unit_code,
        to=doing.towards[1] if doing.towards else None,
        channel=dossier.channel,
        due=doing.clock.due_at,
        rule=doing.clock.rule,
        outcome=doing.wish.outcome.value if doing.wish.outcome else reason,
    )
    private = private_fields.of_act(
        officer_id=doing.by.officer_id,
        note=doing.note,
        files=doing.files,
        mandate_id=doing.by_mandate,
        for_officer_id=doing.by.for_id,
        way=doing.wish.way,
        postal_number=doing.wish.postal_number,
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
        "to_unit_id": doing.towards[0] if doing.towards else None,
        "to_code": doing.towards[1] if doing.towards else None,
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
        "for_officer_id": doing.by.for_id,
        "way": doing.wish.way,
        "postal_number": doing.wish.postal_number,
    }
    writing.move_dossier(session, dossier.id, changes={**dossier._mapping, **changes(doing, leaf)}, step=step)
    if doing.files:
        owner = {"dossier_id": dossier.id, "by_step": doing.n, "added_at": doing.at}
        session.execute(insert(Attachment), [{**asdict(file), **owner, "field": field} for field, file in doing.files])


def _write_opinion(session: Session, doing: Doing, words: str, on: date) -> None:
    """The question with its own due instant, by the calendar of the unit that is asked; or the answer."""
    if doing.opinion is not None:
        opinions.answer(session, doing.opinion, step=doing.n, words=words, at=doing.at)
    elif doing.to is not None and doing.wish.hours is not None:
        calendar = calendars.of_unit(session, doing.to.id, on=on)
        until = due(doing.at, Term(doing.wish.hours, "hours"), calendar)
        opinions.ask(session, doing.dossier, doing.wish, unit=doing.to, until=until, question=words, at=doing.at)


_STAY = processes.open_stay()
_LOCKED = (
    select(Dossier.__table__, DossierSecret.secret, *[column for column in _STAY.c if column.name != "dossier_id"])
    .join(DossierSecret, DossierSecret.dossier_id == Dossier.id)
    .outerjoin(_STAY, _STAY.c.dossier_id == Dossier.id)
    .where(Dossier.reference == bindparam("reference"))
    .with_for_update(of=Dossier)
)
