"""The feed of a unit: what the unit did, and what anybody did to the dossiers that it received.

A ward follows what the city decides for its dossiers. Each entry is written down under its acting unit, under the
unit that received its dossier and under the one that took that over (one row where they are the same), when the entry
gets its position; so a feed is read by its key and an entry never joins a feed later than the log. Sealed entries are
in no feed of a unit. Derived: an entry names its acting unit, and the receiving one is the acting unit of the dossier's
first entry.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger.storage import cursor


class Row(NamedTuple):
    unit: str
    position: int
    procedure: str


def write(session: Session, rows: Iterable[Row]) -> None:
    """With the other lists, in their transaction."""
    with cursor(session).copy("copy ledger_unit_feed (unit, position, procedure) from stdin (format binary)") as copy:
        copy.set_types(["text", "int8", "text"])
        for row in rows:
            copy.write_row(row)


def catch_up(session: Session) -> None:
    """Write down what a publisher of before there were such feeds has logged since they were made."""
    session.execute(text(_CATCH_UP))


def statement(*, by_procedure: bool) -> str:
    """Positions and bytes of the newest entries below `before` of any of `units`, each once."""
    where = "f.unit = wanted.code and f.position < %(below)s::int8"
    if by_procedure:
        where += " and f.procedure = %(procedure)s"
    each = f"select f.position from ledger_unit_feed as f where {where} order by f.position desc limit %(limit)s"  # noqa: S608
    newest = (
        f"select distinct found.position from unnest(%(units)s::text[]) as wanted (code) "  # noqa: S608
        f"cross join lateral ({each}) as found order by found.position desc limit %(limit)s"
    )
    return (
        "select e.position, e.entry, false, null::bytea, false "  # noqa: S608
        f"from ({newest}) as newest join ledger_entry as e on e.position = newest.position order by e.position desc"
    )


def values(units: Iterable[str], *, procedure: str | None, below: int, limit: int) -> dict[str, Any]:
    return {"units": sorted(units), "procedure": procedure, "below": below, "limit": limit}


_CATCH_UP = """
with missing as (
    select e.position, e.unit, e.procedure, convert_from(e.entry, 'UTF8')::json ->> 'reference' as reference
      from ledger_entry as e
     where e.position > (select coalesce(max(position), -1) from ledger_unit_feed) and e.unit is not null
       and e.position < (select listed from ledger_head))
insert into ledger_unit_feed (unit, procedure, position)
select unit, procedure, position from missing
union
select d.unit, m.procedure, m.position
  from missing as m join ledger_dossier as d on d.reference = m.reference
"""
