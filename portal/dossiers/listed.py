"""Rows of dossiers in lists, read as values: the same columns whoever the list is for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from portal.dossiers.life import Outcome, State
from portal.dossiers.models import Dossier
from portal.dossiers.places import places
from portal.dossiers.rows import AnyRow
from portal.dossiers.views import DossierRow, Page, Place
from portal.procedures.text import Text

LARGEST_PAGE = 100
LONGEST_NUMBER = 18
KEY_INSTANT = "%Y%m%dT%H%M%S.%f"

COLUMNS = (
    Dossier.id,
    Dossier.reference,
    Dossier.procedure_code,
    Dossier.procedure_vi,
    Dossier.procedure_en,
    Dossier.unit_code,
    Dossier.holder_code,
    Dossier.applicant,
    Dossier.state,
    Dossier.filed_at,
    Dossier.received_at,
    Dossier.due_at,
    Dossier.paused_at,
    Dossier.resolved_at,
    Dossier.outcome,
    Dossier.urgent_at,
    Dossier.keeper_id,
    Dossier.steps,
)


def key_of(at: datetime, number: int) -> str:
    """What a page's address carries where rows stand by an instant."""
    return f"{at.astimezone(UTC).strftime(KEY_INSTANT)}-{number}"


def key_in(after: str | None) -> tuple[datetime, int] | None:
    """The key in a page's address; None where there is none, or none of ours."""
    when, _, number = (after or "").rpartition("-")
    last = number_of(number)
    try:
        return None if last is None else (datetime.strptime(when, KEY_INSTANT).replace(tzinfo=UTC), last)
    except ValueError:
        return None


def number_of(after: str | None) -> int | None:
    """The number in a page's address; None where there is none, or none of ours."""
    if not after or not after.isascii() or not after.isdecimal() or len(after) > LONGEST_NUMBER:
        return None
    return int(after)


def page_of(session: Session, rows: Sequence[AnyRow], limit: int, key: Callable[[AnyRow], str]) -> Page[DossierRow]:
    """The first `limit` of these rows as values, and the key of the page after them where there are more."""
    shown = rows[:limit]
    names = places(session, codes_of(shown))
    return Page(tuple(values_of(row, names) for row in shown), key(shown[-1]) if len(rows) > limit else None)


def codes_of(rows: Iterable[AnyRow]) -> set[str]:
    """Of the units that these rows name."""
    return {code for row in rows for code in (row.unit_code, row.holder_code)}


def values_of(row: AnyRow, names: Mapping[str, Place]) -> DossierRow:
    return DossierRow(
        id=row.id,
        reference=row.reference,
        procedure_code=row.procedure_code,
        procedure=Text(row.procedure_vi, row.procedure_en),
        unit=names[row.unit_code],
        holder=names[row.holder_code],
        applicant=row.applicant,
        state=State(row.state),
        filed_at=row.filed_at,
        received_at=row.received_at,
        due_at=row.due_at,
        paused_at=row.paused_at,
        resolved_at=row.resolved_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        keeper_id=row.keeper_id,
        steps=row.steps,
    )
