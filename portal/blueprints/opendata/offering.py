"""What there is at this moment: months finished and not, and how far the ledger reaches."""

from dataclasses import dataclass

from portal.blueprints.opendata import face
from portal.ledger import export, log
from portal.ledger.log import Published
from portal.opendata import coverage, months, selection
from portal.opendata.catalog import MonthOffered
from portal.opendata.columns import DOSSIERS, LEDGER
from portal.opendata.months import Month
from portal.opendata.sums import Sums
from portal.transaction import current_session


@dataclass(frozen=True, slots=True)
class Offered:
    """`finished` and `open` months of the ledger, `filed` those of dossiers; oldest first."""

    head: Published | None
    finished: tuple[Sums, ...]
    open: tuple[Month, ...]
    filed: tuple[Month, ...]

    @property
    def first_month(self) -> Month | None:
        return min((*(item.month for item in self.finished), *self.open), default=None)


def now() -> Offered:
    head = log.head(current_session())
    kept = face.archive()
    finished = tuple(kept.months())
    if head is None:
        return Offered(None, finished, (), ())
    seen = coverage.of(current_session(), kept.folder, head.size)
    filed = tuple(months.parse(month) for month in export.months_of_dossiers(current_session()))
    return Offered(head, finished, tuple(selection.unfinished(seen, kept.closed())), filed)


def months_offered(offered: Offered) -> list[MonthOffered]:
    return [
        *(MonthOffered(LEDGER, item.month, item.files) for item in offered.finished),
        *(MonthOffered(LEDGER, month, None) for month in offered.open),
        *(MonthOffered(DOSSIERS, month, None) for month in offered.filed),
    ]
