"""How many procedures each filter would leave, counted beside a search in one statement."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from portal.procedures import indexing, matching
from portal.procedures.indexing import Question
from portal.procedures.matching import Filters
from portal.procedures.models import Revision
from portal.synonyms import queries as synonyms


@dataclass(frozen=True, slots=True)
class Facets:
    """How many answers there are, and how many each choice of one filter would give beside the other filters."""

    total: int
    field: Mapping[str, int]
    level: Mapping[str, int]
    audience: Mapping[str, int]
    life_event: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Alike:
    """Procedures that no filter tells apart, and their number."""

    number: int
    values: Mapping[str, frozenset[str]]

    def passes(self, filters: Filters, *, but: str = "") -> bool:
        """Whether these pass every filter but the one named."""
        wanted = {name: getattr(filters, name) for name in self.values if name != but}
        return all(value is None or value in self.values[name] for name, value in wanted.items())


def facets(
    session: Session,
    *,
    q: str = "",
    asked: Question | None = None,
    filters: Filters,
    way: int = 0,
    at: datetime,
) -> Facets:
    """The counts beside a search; `way` and `asked` as its page says. One statement where `asked` is given."""
    match = matching.WAYS[way](asked or synonyms.understand(session, indexing.question(q)))
    only_agency = Filters(agency=filters.agency, agency_kind=filters.agency_kind)
    where = and_(match.where, matching.in_force(at), *matching.conditions(only_agency).values())
    kinds = (Revision.field, Revision.level, Revision.audience, Revision.life_events)
    groups = [
        _Alike(
            row.number,
            {
                "field": frozenset((row.field,)),
                "level": frozenset((row.level,)),
                "audience": frozenset(row.audience),
                "life_event": frozenset(row.life_events),
            },
        )
        for row in session.execute(select(*kinds, func.count().label("number")).where(where).group_by(*kinds))
    ]
    return Facets(
        total=sum(group.number for group in groups if group.passes(filters)),
        field=_counts("field", groups, filters),
        level=_counts("level", groups, filters),
        audience=_counts("audience", groups, filters),
        life_event=_counts("life_event", groups, filters),
    )


def _counts(name: str, groups: Iterable[_Alike], filters: Filters) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for group in groups:
        if group.passes(filters, but=name):
            found.update(dict.fromkeys(group.values[name], group.number))
    return found
