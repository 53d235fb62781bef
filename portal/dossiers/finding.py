"""Dossiers by whom they are of: by beginnings of a name, an ID number, a telephone number; newest first.

One index (units, digests) is asked, so that however many share a name only those that these units reach are read.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from portal.dossiers import sought
from portal.dossiers.listed import COLUMNS, LARGEST_PAGE, number_of, page_of
from portal.dossiers.models import Dossier, DossierContent, DossierSought
from portal.dossiers.rows import LARGEST_KEY
from portal.dossiers.views import DossierRow, Page
from portal.dossiers.writing import reached_by
from portal.reading import Written
from portal.transaction import unit_of_work

AT_ONCE = 500

_UNITS = bindparam("unit_ids", type_=ARRAY(BigInteger))
# Materialised: a planner that takes the newest dossiers one by one, hoping for a hit soon, would read all of them.
_HITS = (
    select(DossierSought.dossier_id)
    .where(
        DossierSought.units.bool_op("&&")(_UNITS),
        DossierSought.words.bool_op("@>")(bindparam("words", type_=ARRAY(BigInteger))),
    )
    .cte("hits")
    .prefix_with("materialized", dialect="postgresql")
)
_FIRST = (
    select(_HITS.c.dossier_id)
    .where(_HITS.c.dossier_id < bindparam("before", type_=BigInteger))
    .order_by(_HITS.c.dossier_id.desc())
    .limit(bindparam("most", type_=BigInteger))
    .subquery("first")
)
_FOUND = Written(
    select(*COLUMNS)
    .join(_FIRST, _FIRST.c.dossier_id == Dossier.id)
    .where((Dossier.holder_unit_id == func.any(_UNITS)) | (Dossier.desk_unit_id == func.any(_UNITS)))
    .order_by(Dossier.id.desc())
)


def found(
    session: Session, q: str, *, unit_ids: Collection[int], after: str | None = None, limit: int = 25
) -> Page[DossierRow]:
    """Dossiers within reach of these units, in any state, whose applicant has all that was typed."""
    words, limit = sought.asked(q), min(limit, LARGEST_PAGE)
    if not words or not unit_ids:
        return Page((), None)
    values: dict[str, Any] = {"words": words, "before": number_of(after) or LARGEST_KEY, "most": limit + 1}
    rows: Sequence[Any] = _FOUND.read(session, unit_ids=sorted(unit_ids), **values)
    return page_of(session, rows, limit, lambda row: str(row.id))


def index_missing(*, at_once: int = AT_ONCE) -> int:
    """Make findable what was filed before there was an index, some at a time; how many. Safe to break off."""
    done, last = 0, 0
    while True:
        with unit_of_work() as session:
            rows = _missing(session, last, at_once)
            if not rows:
                return done
            session.execute(insert(DossierSought).on_conflict_do_nothing(), [_indexed(row) for row in rows])
        done, last = done + len(rows), rows[-1].id


def _missing(session: Session, last: int, most: int) -> Sequence[Any]:
    """Locked, both: no act moves one to another unit meanwhile, and of whom an erasure takes away nothing is read."""
    return session.execute(
        select(Dossier.id, Dossier.reference, Dossier.desk_unit_id, Dossier.holder_unit_id, DossierContent.applicant)
        .join(DossierContent, DossierContent.dossier_id == Dossier.id)
        .where(Dossier.id > last, ~select(DossierSought).where(DossierSought.dossier_id == Dossier.id).exists())
        .order_by(Dossier.id)
        .limit(most)
        .with_for_update(of=(Dossier, DossierContent))
    ).all()


def _indexed(row: Any) -> dict[str, Any]:
    units = {"desk_unit_id": row.desk_unit_id, "holder_unit_id": row.holder_unit_id}
    words = sought.of_dossier(row.reference, row.applicant)
    return {"dossier_id": row.id, "units": reached_by(units), "words": words}
