"""The register of a unit's one-stop desk: what it received in a period, in the order in which it did."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, DateTime, FromClause, Text, case, insert, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from portal.dossiers import wished_ways
from portal.dossiers.life import Act, State, Way
from portal.dossiers.models import Attachment, Dossier, DossierContent, DossierView, Step
from portal.dossiers.places import places
from portal.dossiers.rows import AnyRow
from portal.dossiers.views import Page, Place
from portal.dossiers.wishes import RESULT
from portal.files.virus_scan import OPENABLE
from portal.procedures.text import Text as Words

LARGEST = 1000
"""Rows that one reading gives at most."""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line. Name, address and telephone are empty after a lawful erasure.

    `wished`: how the applicant wishes to be given the result. `way`, `postal_number`: how it was returned, where the
    desk said so. `online`: whether it lies in the portal for whoever filed there, to be opened and downloaded.
    """

    id: int
    reference: str
    procedure: Words
    name: str
    address: str
    phone: str
    holder: Place
    wished: Way | None
    way: Way | None
    postal_number: str | None
    online: bool
    state: State
    received_at: datetime
    due_at: datetime | None
    returned_at: datetime | None


def register(
    session: Session, *, unit_id: int, start: datetime, end: datetime, after: str | None = None, limit: int = LARGEST
) -> Page[RegisterRow]:
    """What this unit's desk received from `start` up to `end`, in two statements; pages follow by key."""
    limit = min(limit, LARGEST)
    returned = _returned()
    statement = (
        select(
            Dossier.__table__,
            DossierContent.applicant.label("who"),
            DossierContent.wished_ways,
            _has_result().label("has_result"),
            returned.c.way,
            returned.c.postal_number,
        )
        .outerjoin(DossierContent, DossierContent.dossier_id == Dossier.id)
        .outerjoin(returned, Dossier.returned_at.is_not(None))
        .where(Dossier.desk_unit_id == unit_id, Dossier.received_at >= start, Dossier.received_at < end)
    )
    known = _key(after)
    if known is not None:
        bound = tuple_(literal(known[0], DateTime(timezone=True)), literal(known[1], BigInteger))
        statement = statement.where(tuple_(Dossier.received_at, Dossier.id) > bound)
    rows = session.execute(statement.order_by(Dossier.received_at, Dossier.id).limit(limit + 1)).all()
    shown = rows[:limit]
    names = places(session, {row.holder_code for row in shown})
    found = tuple(_line(row, names) for row in shown)
    more = len(rows) > limit
    return Page(found, f"{found[-1].received_at.isoformat()}~{found[-1].id}" if more else None)


def _line(row: AnyRow, names: Mapping[str, Place]) -> RegisterRow:
    who, said = row.who or {}, wished_ways.of_dossier(row.wished_ways)
    return RegisterRow(
        id=row.id,
        reference=row.reference,
        procedure=Words(row.procedure_vi, row.procedure_en),
        name=who.get("name") or "",
        address=who.get("address") or "",
        phone=who.get("phone") or "",
        holder=names[row.holder_code],
        wished=said[-1].way if said else None,
        way=Way(row.way) if row.way else None,
        postal_number=row.postal_number,
        online=row.channel == "online" and row.has_result,
        state=State(row.state),
        received_at=row.received_at,
        due_at=row.due_at,
        returned_at=row.returned_at,
    )


def _has_result() -> ColumnElement[bool]:
    """Of the decision that stands: the files of one that was taken back are no result."""
    openable = Attachment.scan.in_([state.value for state in OPENABLE])
    result = (Attachment.dossier_id == Dossier.id, Attachment.field == RESULT, openable)
    return select(Attachment.id).where(*result, ~_brought_by_what_was_taken_back()).exists()


def _brought_by_what_was_taken_back() -> ColumnElement[bool]:
    brought, back = aliased(Step), aliased(Step)
    it = (brought.dossier_id == Attachment.dossier_id, brought.n == Attachment.by_step)
    its_end = (back.dossier_id == brought.dossier_id, back.entry == brought.entry + 1, back.act == Act.CORRECTED.value)
    return select(brought.n).where(*it, *its_end).exists()


def _returned() -> FromClause:
    """The step by which a dossier was returned; none before it that was taken back."""
    acted = Step.dossier_id == Dossier.id, Step.act == Act.RETURNED
    latest = select(Step.way, Step.postal_number).where(*acted).order_by(Step.n.desc()).limit(1)
    return latest.lateral("returned")


def record_views(
    session: Session, rows: Sequence[RegisterRow], *, officer_id: int, unit_ids: Collection[int], at: datetime
) -> None:
    """Note that an officer of these units read these lines, each for its applicant."""
    if not rows:
        return
    held = Dossier.holder_unit_id.in_(list(unit_ids))
    looks = select(
        Dossier.id,
        literal(officer_id, BigInteger),
        case((held, Dossier.holder_unit_id), else_=Dossier.desk_unit_id),
        case((held, Dossier.holder_code), else_=Dossier.desk_code).cast(Text),
        literal(at, DateTime(timezone=True)),
    ).where(Dossier.id.in_([row.id for row in rows]))
    session.execute(insert(DossierView).from_select(["dossier_id", "officer_id", "unit_id", "unit_code", "at"], looks))


def _key(after: str | None) -> tuple[datetime, int] | None:
    """Where the page before ended; None for the first page and for what is no key of ours."""
    instant, _, number = (after or "").partition("~")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    try:
        at = datetime.fromisoformat(instant)
    except ValueError:
        return None
    return (at, int(number)) if at.tzinfo is not None else None
