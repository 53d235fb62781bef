"""Lists of drafts and dossiers: Core selects of columns, paged by key, a fixed number of statements each."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.dossiers import reach
from portal.dossiers.draft_views import DraftRow
from portal.dossiers.life import Act
from portal.dossiers.listed import COLUMNS, LARGEST_PAGE, number_of, page_of
from portal.dossiers.models import Dossier, DossierView, Draft, Step
from portal.dossiers.places import places
from portal.dossiers.represented import Use
from portal.dossiers.rows import AnyRow, AnySelect
from portal.dossiers.views import DossierRow, Page, ViewRow
from portal.procedures.text import Text


def drafts_of(session: Session, *, person_id: int) -> tuple[DraftRow, ...]:
    """The person's drafts, the last saved first; there are never more than a few."""
    rows = session.execute(
        select(
            Draft.token,
            Draft.procedure_code,
            Draft.procedure_vi,
            Draft.procedure_en,
            Draft.created_at,
            Draft.saved_at,
            Draft.mandate_id,
        )
        .where(reach.own_draft(person_id))
        .order_by(Draft.saved_at.desc())
        .limit(LARGEST_PAGE)
    )
    return tuple(
        DraftRow(
            row.token,
            row.procedure_code,
            Text(row.procedure_vi, row.procedure_en),
            row.created_at,
            row.saved_at,
            row.mandate_id,
        )
        for row in rows
    )


def of_person(session: Session, *, person_id: int, after: str | None = None, limit: int = 25) -> Page[DossierRow]:
    """The person's own dossiers, newest first, whoever filed them."""
    limit = min(limit, LARGEST_PAGE)
    statement = select(*COLUMNS).where(reach.own(person_id))
    before = number_of(after)
    if before is not None:
        statement = statement.where(Dossier.id < before)
    rows = session.execute(statement.order_by(Dossier.id.desc()).limit(limit + 1)).all()
    return page_of(session, rows, limit, lambda row: str(row.id))


def held_by(session: Session, references: Collection[str], *, unit_ids: Collection[int]) -> tuple[DossierRow, ...]:
    """Those of these dossiers that one of these units holds, most urgent first."""
    statement = select(*COLUMNS).where(
        Dossier.reference.in_(list(references)[:LARGEST_PAGE]), Dossier.holder_unit_id.in_(list(unit_ids))
    )
    rows = session.execute(statement.order_by(Dossier.urgent_at, Dossier.id)).all()
    return page_of(session, rows, LARGEST_PAGE, lambda row: str(row.id)).rows


def views_of(session: Session, *, person_id: int, after: str | None = None, limit: int = 25) -> Page[ViewRow]:
    """Which officers looked at the person's own dossiers, newest first."""
    limit = min(limit, LARGEST_PAGE)
    statement = _views().where(reach.own(person_id))
    before = number_of(after)
    if before is not None:
        statement = statement.where(DossierView.id < before)
    rows = session.execute(statement.limit(limit + 1)).all()
    shown = _view_rows(session, rows[:limit])
    return Page(shown, str(rows[limit - 1].id) if len(rows) > limit else None)


def views_of_dossier(session: Session, *, dossier_id: int, limit: int = 50) -> tuple[ViewRow, ...]:
    """Which officers looked at this dossier, newest first."""
    rows = session.execute(_views().where(DossierView.dossier_id == dossier_id).limit(min(limit, LARGEST_PAGE))).all()
    return _view_rows(session, rows)


def uses_of(session: Session, *, mandate_id: int, limit: int = LARGEST_PAGE) -> tuple[Use, ...]:
    """What was done by this mandate, newest first, for its two sides."""
    rows = session.execute(
        select(Dossier.reference, Dossier.procedure_vi, Dossier.procedure_en, Step.act, Step.at)
        .join(Step, Step.dossier_id == Dossier.id)
        .where(Dossier.mandate_id == mandate_id, Step.person_id != Dossier.person_id)
        .order_by(Step.at.desc(), Dossier.id.desc(), Step.n.desc())
        .limit(min(limit, LARGEST_PAGE))
    )
    return tuple(Use(row.reference, Text(row.procedure_vi, row.procedure_en), Act(row.act), row.at) for row in rows)


def _views() -> AnySelect:
    view = DossierView
    return (
        select(view.id, Dossier.reference, view.officer_id, view.unit_code, view.at, view.file_id)
        .join(Dossier, Dossier.id == view.dossier_id)
        .order_by(view.id.desc())
    )


def _view_rows(session: Session, rows: Sequence[AnyRow]) -> tuple[ViewRow, ...]:
    names = places(session, [row.unit_code for row in rows])
    return tuple(ViewRow(row.reference, row.officer_id, names[row.unit_code], row.at, row.file_id) for row in rows)
