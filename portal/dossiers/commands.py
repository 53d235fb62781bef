"""The verbs of a dossier's life. Each is one act of the table in `portal.dossiers.life`, done by `_act`.

Every one takes who acts (`by`), the number of steps that the page showed (`seen`: Stale if the dossier moved on
meanwhile), the instant (`at`) and the day of the unit register (`on`). They raise NotFound (none, or not theirs),
Stale, Refused, Forbidden or Invalid(*Problem), and then nothing was written.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import BigInteger, DateTime, case, insert, literal, or_, select
from sqlalchemy.orm import Session

from portal.dossiers import reach, ways
from portal.dossiers.acting import act as _act
from portal.dossiers.attachments import Stored
from portal.dossiers.filing import submit
from portal.dossiers.life import Act, Actor, Outcome, Way
from portal.dossiers.models import Dossier, DossierView
from portal.dossiers.views import Done
from portal.dossiers.wishes import Wish
from portal.errors import NotFound

__all__ = [
    "approve",
    "ask_duty",
    "ask_opinion",
    "ask_supplement",
    "assign",
    "decline",
    "duty_done",
    "extend",
    "give_back",
    "give_opinion",
    "give_supplement",
    "hand_over",
    "pass_back",
    "pass_on",
    "propose",
    "receive",
    "record_view",
    "recount",
    "resolve",
    "return_result",
    "send_back",
    "stop",
    "submit",
    "take_back",
    "take_up",
    "undo",
    "withdraw",
]


def receive(session: Session, *, reference: str, by: Actor, seen: int, at: datetime, on: date) -> Done:
    """Accept a filed dossier as complete: the clock starts, the due instant is set."""
    return _act(session, Wish(Act.RECEIVED), reference=reference, by=by, seen=seen, at=at, on=on)


def decline(session: Session, *, reference: str, by: Actor, seen: int, at: datetime, on: date, reason: str) -> Done:
    """Refuse to receive it."""
    wish = Wish(Act.NOT_RECEIVED, note=reason)
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def ask_supplement(
    session: Session, *, reference: str, by: Actor, seen: int, at: datetime, on: date, reason: str
) -> Done:
    """Ask the person for something more; a running clock stands still until it comes."""
    wish = Wish(Act.SUPPLEMENT_ASKED, note=reason)
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def give_supplement(
    session: Session,
    *,
    reference: str,
    by: Actor,
    seen: int,
    at: datetime,
    on: date,
    message: str = "",
    files: Sequence[Stored] = (),
) -> Done:
    """Send what was asked for, in words or files; the dossier goes back to where it was."""
    wish = Wish(Act.SUPPLEMENT_GIVEN, note=message, note_field="message", files=files)
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def pass_on(
    session: Session,
    *,
    reference: str,
    by: Actor,
    seen: int,
    at: datetime,
    on: date,
    to_unit_id: int,
    note: str = "",
) -> Done:
    """Hand the dossier to another unit of the register, which holds it from now on."""
    wish = Wish(Act.PASSED, note=note, note_field="note", to_unit_id=to_unit_id)
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def pass_back(session: Session, *, reference: str, by: Actor, seen: int, at: datetime, on: date, reason: str) -> Done:
    """Return it, with a reason, to the unit that passed it here, and there to whoever had it."""
    wish = Wish(Act.PASSED_BACK, note=reason)
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def extend(
    session: Session,
    *,
    reference: str,
    by: Actor,
    seen: int,
    at: datetime,
    on: date,
    until: date | None,
    reason: str,
) -> Done:
    """Give a new date once, with an apology: due at the end of that working day."""
    wish = Wish(Act.EXTENDED, note=reason, until=until)
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def recount(session: Session, *, reference: str, by: Actor, seen: int, at: datetime, on: date, reason: str) -> Done:
    """Count the term again by the calendar as it is now; Refused("nothing_to_recount") where that moves nothing."""
    wish = Wish(Act.RECOUNTED, note=reason)
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def resolve(
    session: Session,
    *,
    reference: str,
    by: Actor,
    seen: int,
    at: datetime,
    on: date,
    outcome: Outcome | None,
    reason: str = "",
    files: Sequence[Stored] = (),
) -> Done:
    """Decide: granted with a result file at least, or refused with a reason. The receiving unit then holds it."""
    wish = Wish(Act.RESOLVED, note=reason, files=files, outcome=outcome)
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def return_result(
    session: Session,
    *,
    reference: str,
    by: Actor,
    seen: int,
    at: datetime,
    on: date,
    way: Way | None,
    postal_number: str = "",
    note: str = "",
) -> Done:
    """Record that the result was handed over by the receiving unit's desk, and by which way."""
    number = ways.tidy(postal_number)
    wish = Wish(Act.RETURNED, note=note, note_field="note", way=way, postal_number=number)
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def withdraw(
    session: Session, *, reference: str, by: Actor, seen: int, at: datetime, on: date, reason: str = ""
) -> Done:
    """Take it back, by its own person, before it is resolved."""
    wish = Wish(Act.WITHDRAWN, note=reason)
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def hand_over(
    session: Session,
    *,
    reference: str,
    by: Actor,
    seen: int,
    at: datetime,
    on: date,
    from_unit_id: int,
    to_unit_id: int,
    decision: str,
) -> Done:
    """Give a unit's successor what the unit had of the dossier, by the decision that ended it; no due instant moves."""
    wish = Wish(Act.HANDED_OVER, note=decision, to_unit_id=to_unit_id, from_unit_id=from_unit_id)
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def take_up(session: Session, *, reference: str, by: Actor, seen: int, at: datetime, on: date) -> Done:
    """Become the one of the unit who works on it, where nobody has it."""
    return _act(session, Wish(Act.TAKEN_UP), reference=reference, by=by, seen=seen, at=at, on=on)


def assign(
    session: Session,
    *,
    reference: str,
    by: Actor,
    seen: int,
    at: datetime,
    on: date,
    to_officer_id: int | None,
    note: str = "",
) -> Done:
    """Give it to a colleague of the holding unit."""
    wish = Wish(Act.ASSIGNED, note=note, note_field="note", to_officer_id=to_officer_id)
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def give_back(session: Session, *, reference: str, by: Actor, seen: int, at: datetime, on: date, reason: str) -> Done:
    """Let go of it: a colleague who gave it has it again; else whoever of the unit takes it up."""
    wish = Wish(Act.GIVEN_BACK, note=reason)
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def propose(
    session: Session,
    *,
    reference: str,
    by: Actor,
    seen: int,
    at: datetime,
    on: date,
    outcome: Outcome | None,
    reason: str,
) -> Done:
    """Lay a decision before the unit's leaders; until one of them answers, none but a leader decides."""
    wish = Wish(Act.PROPOSED, note=reason, outcome=outcome)
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def approve(session: Session, *, reference: str, by: Actor, seen: int, at: datetime, on: date, note: str = "") -> Done:
    """Agree to what was proposed: whoever proposed it has it again, to record the decision."""
    wish = Wish(Act.APPROVED, note=note, note_field="note")
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def send_back(session: Session, *, reference: str, by: Actor, seen: int, at: datetime, on: date, reason: str) -> Done:
    """Return it to the step before, with a reason: whoever proposed has it again, and nothing is proposed."""
    wish = Wish(Act.SENT_BACK, note=reason)
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def ask_opinion(
    session: Session,
    *,
    reference: str,
    by: Actor,
    seen: int,
    at: datetime,
    on: date,
    to_unit_id: int | None,
    question: str,
    hours: int | None,
    file_ids: Sequence[int] = (),
    shares_answers: bool = False,
) -> Done:
    """Ask another unit for its opinion within so many working hours; it may open these files, and no others.

    The dossier stays where it is and its own clock runs on.
    """
    wish = Wish(
        Act.OPINION_ASKED,
        note=question,
        note_field="question",
        to_unit_id=to_unit_id,
        hours=hours,
        file_ids=file_ids,
        shares_answers=shares_answers,
    )
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def give_opinion(
    session: Session, *, reference: str, by: Actor, opinion_id: int, at: datetime, on: date, answer: str
) -> Done:
    """Answer, by an officer of the unit that was asked; Stale where a colleague has."""
    wish = Wish(Act.OPINION_GIVEN, note=answer, note_field="answer", opinion_id=opinion_id)
    return _act(session, wish, reference=reference, by=by, seen=0, at=at, on=on)


def ask_duty(session: Session, *, reference: str, by: Actor, seen: int, at: datetime, on: date, reason: str) -> Done:
    """Ask the person to pay a tax or fee first; the clock stands still until an officer records that they did."""
    return _act(session, Wish(Act.DUTY_ASKED, note=reason), reference=reference, by=by, seen=seen, at=at, on=on)


def duty_done(
    session: Session, *, reference: str, by: Actor, seen: int, at: datetime, on: date, note: str = ""
) -> Done:
    """Record that it was paid: work goes on, and the clock with it."""
    wish = Wish(Act.DUTY_DONE, note=note, note_field="note")
    return _act(session, wish, reference=reference, by=by, seen=seen, at=at, on=on)


def stop(session: Session, *, reference: str, by: Actor, seen: int, at: datetime, on: date, reason: str) -> Done:
    """End the work for good without a decision, by a leader and with a reason."""
    return _act(session, Wish(Act.STOPPED, note=reason), reference=reference, by=by, seen=seen, at=at, on=on)


def undo(session: Session, *, reference: str, by: Actor, seen: int, at: datetime, on: date, reason: str) -> Done:
    """Take the latest step inside the unit back: by whoever did it or a leader, as a further step with a reason."""
    return _act(session, Wish(Act.UNDONE, note=reason), reference=reference, by=by, seen=seen, at=at, on=on)


def take_back(session: Session, *, reference: str, by: Actor, seen: int, at: datetime, on: date, reason: str) -> Done:
    """Take the latest public act back, as a further public act with a reason: all is as it was before that act.

    By whoever did it or a leader of the unit that did, while nothing was done since.
    """
    return _act(session, Wish(Act.CORRECTED, note=reason), reference=reference, by=by, seen=seen, at=at, on=on)


def record_view(
    session: Session,
    *,
    dossier_id: int,
    officer_id: int,
    unit_ids: Collection[int],
    at: datetime,
    file_id: int | None = None,
) -> None:
    """Note that an officer of one of these units looked at the dossier, or opened one of its files."""
    units = list(unit_ids)
    as_holder, as_desk = Dossier.holder_unit_id.in_(units), Dossier.desk_unit_id.in_(units)
    row = select(
        Dossier.id,
        literal(officer_id, BigInteger),
        case((as_holder, Dossier.holder_unit_id), (as_desk, Dossier.desk_unit_id), else_=reach.latest_unit_id()),
        case((as_holder, Dossier.holder_code), (as_desk, Dossier.desk_code), else_=reach.latest_unit_code()),
        literal(at, DateTime(timezone=True)),
        literal(file_id, BigInteger),
    ).where(Dossier.id == dossier_id, or_(as_holder, as_desk, reach.latest_unit_id().in_(units)))
    written = session.execute(
        insert(DossierView)
        .from_select(["dossier_id", "officer_id", "unit_id", "unit_code", "at", "file_id"], row)
        .returning(DossierView.id)
    )
    if written.one_or_none() is None:
        raise NotFound
