"""What a visitor asks of the list: the words and filters of the address, read once for page and data."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from flask import request

from portal.access import register_day
from portal.procedures import sectors
from portal.procedures.indexing import LONGEST_QUESTION
from portal.procedures.matching import Filters
from portal.procedures.procedure import AUDIENCES, LEVELS, LIFE_EVENTS
from portal.transaction import current_session
from portal.units import queries as units
from portal.units.queries import Unit

RECEIVING_LEVELS = ("commune", "district", "province")


@dataclass(frozen=True, slots=True)
class Wish:
    """The search as understood; a filter with a value that does not exist is no filter."""

    q: str
    filters: Filters
    after: str | None
    units: Sequence[Unit]  # of today's register, to choose an agency from

    @property
    def address(self) -> dict[str, Any]:
        """The query that asks the same again, from the beginning."""
        return {"q": self.q, **self.chosen} if self.q else {**self.chosen}

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that are set, by the names they have in the address."""
        found = asdict(self.filters)
        return {name: value for name, value in found.items() if value is not None and name != "agency_kind"}

    def without(self, name: str) -> dict[str, Any]:
        """The same question with one filter less."""
        return {key: value for key, value in self.address.items() if key != name}


def read() -> Wish:
    everywhere = units.units_on(current_session(), on=register_day())
    places = [unit for unit in everywhere if unit.level in RECEIVING_LEVELS and unit.kind != "province"]
    filters = Filters(
        field=_known("field", sectors.sectors()),
        level=_known("level", LEVELS),
        audience=_known("audience", AUDIENCES),
        life_event=_known("life_event", LIFE_EVENTS),
    )
    agency = next((unit for unit in places if unit.agency_code == request.args.get("agency")), None)
    if agency:
        filters = replace(filters, agency=agency.agency_code, agency_kind=agency.kind)
    q = request.args.get("q", "").strip()[:LONGEST_QUESTION]
    return Wish(q, filters, request.args.get("after"), places)


def _known(name: str, values: Iterable[str]) -> str | None:
    value = request.args.get(name, "")
    return value if value in values else None
