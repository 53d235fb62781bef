"""Dossiers by whom they are of: by beginnings of a name, an ID number, a telephone number; newest first.

One index (units, digests, age) is asked, so that however many share a name only those that these units reach are read.
A name is looked for among the newest dossiers first: one that is borne by so many that these fill the page is not
looked for among all, and of one that does not fill it there are few.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import CTE, BigInteger, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, array, insert
from sqlalchemy.orm import Session

from portal.dossiers import sought
from portal.dossiers.listed import COLUMNS, LARGEST_PAGE, number_of, page_of
from portal.dossiers.models import AGE, AGE_BITS, Dossier, DossierContent, DossierSought
from portal.dossiers.rows import LARGEST_KEY
from portal.dossiers.views import DossierRow, Page
from portal.dossiers.writing import reached_by
from portal.reading import Written
from portal.transaction import unit_of_work

AT_ONCE = 500

_UNITS = bindparam("unit_ids", type_=ARRAY(BigInteger))
_BEFORE = bindparam("before", type_=BigInteger)
_LAST = func.least(_BEFORE - 1, select(func.max(Dossier.id)).scalar_subquery())
_AGE = _LAST.op(">>")(literal_column(str(AGE_BITS)))


def _hits(*, newest: bool) -> CTE:
    """Materialised: a planner that takes the newest dossiers one by one, hoping for a hit soon, would read them all."""
    said = bindparam("words", type_=ARRAY(BigInteger))
    asked = [DossierSought.units.bool_op("&&")(_UNITS), DossierSought.words.bool_op("@>")(said)]
    if newest:
        asked.append(literal_column(AGE).bool_op("&&")(array([_AGE, _AGE - 1])))
    return select(DossierSought.dossier_id).where(*asked).cte("hits").prefix_with("materialized", dialect="postgresql")


def _found(*, newest: bool) -> Written:
    hits = _hits(newest=newest)
    first = (
        select(hits.c.dossier_id)
        .where(hits.c.dossier_id < _BEFORE)
        .order_by(hits.c.dossier_id.desc())
        .limit(bindparam("most", type_=BigInteger))
        .subquery("first")
    )
    return Written(
        select(*COLUMNS)
        .join(first, first.c.dossier_id == Dossier.id)
        .where((Dossier.holder_unit_id == func.any(_UNITS)) | (Dossier.desk_unit_id == func.any(_UNITS)))
        .order_by(Dossier.id.desc())
    )


_AMONG_NEWEST, _AMONG_ALL = _found(newest=True), _found(newest=False)


def found(
    session: Session, q: str, *, unit_ids: Collection[int], after: str | None = None, limit: int = 25
) -> Page[DossierRow]:
    """Dossiers within reach of these units, in any state, whose applicant has all that was typed."""
    words, limit = sought.asked(q), min(limit, LARGEST_PAGE)
    if not words or not unit_ids:
        return Page((), None)
    values: dict[str, Any] = {"words": words, "before": number_of(after) or LARGEST_KEY, "most": limit + 1}
    rows: Sequence[Any] = ()
    if not sought.is_number(q):
        rows = _AMONG_NEWEST.read(session, unit_ids=sorted(unit_ids), **values)
    if len(rows) <= limit:
        rows = _AMONG_ALL.read(session, unit_ids=sorted(unit_ids), **values)
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
