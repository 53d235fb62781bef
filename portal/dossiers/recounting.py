"""Which running dossiers would be due at another instant by the calendars as they are now.

Reading moves nothing. `commands.recount` does, one dossier at a time, by an act with an entry of its own in the
ledger and a letter to the person. A due instant moves both ways; where it would lie in the past at once it is kept.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.calendars import queries as calendars
from portal.deadlines.calendar import Calendar
from portal.deadlines.counting import Due
from portal.deadlines.term import Term
from portal.dossiers import terms, workings
from portal.dossiers.life import Act, State
from portal.dossiers.models import Dossier, Step
from portal.dossiers.rows import AnyRow
from portal.dossiers.running import rule_under
from portal.dossiers.workings import Fact

BATCH = 200
RUNNING = (State.IN_PROGRESS.value, State.AWAITING_SUPPLEMENT.value, State.AWAITING_DUTY.value)


@dataclass(frozen=True, slots=True)
class Moved:
    """A dossier whose due instant is another one now; `after` None: it would be past already, so it is kept."""

    reference: str
    unit_id: int
    holder_unit_id: int
    language: str
    seen: int
    before: datetime
    rule_before: str
    after: datetime | None
    rule_after: str


def listed(session: Session, *, unit_ids: Collection[int] | None, at: datetime, on: date) -> Iterator[Moved]:
    """All of them in the order of filing, of these receiving units or of all; three statements a batch."""
    known: dict[tuple[int, str, str], Term] = {}
    after = 0
    while rows := _batch(session, unit_ids, after):
        after = rows[-1].id
        facts = facts_of(session, [row.id for row in rows])
        by_unit = calendars.of_units(session, {row.unit_id for row in rows}, on=on)
        for row in rows:
            key = (row.revision_id, row.unit_code, row.channel)
            if key not in known:
                known[key] = terms.term(session, row.revision_id, agency=row.unit_code, channel=row.channel)
            moved = _moved(row, facts[row.id], known[key], by_unit[row.unit_id], at)
            if moved is not None:
                yield moved


def facts_of(session: Session, dossier_ids: Collection[int]) -> Mapping[int, list[Fact]]:
    """The acts of these dossiers, as far as a working needs them."""
    rows = session.execute(
        select(Step.dossier_id, Step.act, Step.at, Step.due_at, Step.rule)
        .where(Step.dossier_id.in_(list(dossier_ids)))
        .order_by(Step.dossier_id, Step.n)
    )
    found: dict[int, list[Fact]] = {dossier_id: [] for dossier_id in dossier_ids}
    for row in rows:
        found[row.dossier_id].append(row)
    return found


def due_now(facts: Sequence[Fact], term: Term, calendar: Calendar, *, was: datetime, at: datetime) -> Due | None:
    """What it is due by this calendar, where that is another instant and not past at once."""
    found = _counted(facts, term, calendar)
    return None if found is None or found.at == was or found.at <= at < was else found


def _counted(facts: Sequence[Fact], term: Term, calendar: Calendar) -> Due | None:
    received = next((fact for fact in facts if fact.act == Act.RECEIVED), None)
    if received is None:
        return None
    counts = workings.recounted(facts, term, calendar, rule_under(received.rule))
    return counts[-1] if counts else None


def _moved(row: AnyRow, facts: Sequence[Fact], term: Term, calendar: Calendar, at: datetime) -> Moved | None:
    found = _counted(facts, term, calendar)
    if found is None or found.at == row.due_at:
        return None
    kept = found.at <= at < row.due_at
    return Moved(
        reference=row.reference,
        unit_id=row.unit_id,
        holder_unit_id=row.holder_unit_id,
        language=row.language,
        seen=row.steps,
        before=row.due_at,
        rule_before=row.rule,
        after=None if kept else found.at,
        rule_after=found.rule,
    )


def _batch(session: Session, unit_ids: Collection[int] | None, after: int) -> Sequence[AnyRow]:
    statement = select(
        Dossier.id,
        Dossier.reference,
        Dossier.unit_id,
        Dossier.unit_code,
        Dossier.holder_unit_id,
        Dossier.revision_id,
        Dossier.channel,
        Dossier.language,
        Dossier.steps,
        Dossier.due_at,
        Dossier.rule,
    ).where(Dossier.id > after, Dossier.state.in_(RUNNING), Dossier.due_at.is_not(None))
    if unit_ids is not None:
        statement = statement.where(Dossier.unit_id.in_(list(unit_ids)))
    return session.execute(statement.order_by(Dossier.id).limit(BATCH)).all()
