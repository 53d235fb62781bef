"""The register of a unit's one-stop desk: what it received in a period, in the order in which it did."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, DateTime, Text, case, insert, literal, select, tuple_
from sqlalchemy.orm import Session

from portal.dossiers.life import State
from portal.dossiers.models import Attachment, Dossier, DossierContent, DossierView
from portal.dossiers.places import places
from portal.dossiers.views import Page, Place
from portal.files.virus_scan import OPENABLE
from portal.procedures.text import Text as Words

LARGEST = 1000
"""Rows that one reading gives at most."""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line. Name, address and telephone are empty after a lawful erasure.

    `online`: whether the result lies in the portal for whoever filed there, to be opened and downloaded.
    """

    id: int
    reference: str
    procedure: Words
    name: str
    address: str
    phone: str
    holder: Place
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
    statement = (
        select(Dossier.__table__, DossierContent.applicant.label("who"), _has_result().label("has_result"))
        .outerjoin(DossierContent, DossierContent.dossier_id == Dossier.id)
        .where(Dossier.desk_unit_id == unit_id, Dossier.received_at >= start, Dossier.received_at < end)
    )
    known = _key(after)
    if known is not None:
        bound = tuple_(literal(known[0], DateTime(timezone=True)), literal(known[1], BigInteger))
        statement = statement.where(tuple_(Dossier.received_at, Dossier.id) > bound)
    rows = session.execute(statement.order_by(Dossier.received_at, Dossier.id).limit(limit + 1)).all()
    shown = rows[:limit]
    names = places(session, {row.holder_code for row in shown})
    found = tuple(
        RegisterRow(
            id=row.id,
            reference=row.reference,
            procedure=Words(row.procedure_vi, row.procedure_en),
            name=(row.who or {}).get("name") or "",
            address=(row.who or {}).get("address") or "",
            phone=(row.who or {}).get("phone") or "",
            holder=names[row.holder_code],
            online=row.channel == "online" and row.has_result,
            state=State(row.state),
            received_at=row.received_at,
            due_at=row.due_at,
            returned_at=row.returned_at,
        )
        for row in shown
    )
    more = len(rows) > limit
    return Page(found, f"{found[-1].received_at.isoformat()}~{found[-1].id}" if more else None)


def _has_result() -> ColumnElement[bool]:
    openable = Attachment.scan.in_([state.value for state in OPENABLE])
    result = (Attachment.dossier_id == Dossier.id, Attachment.field == "result", openable)
    return select(Attachment.id).where(*result).exists()


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
