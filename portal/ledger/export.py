"""The log and its dossiers in bulk.

Entries are read in runs, which end at multiples of so many positions: memory stays flat, and no connection is held
while a slow reader takes what was read.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy.orm import Session

from portal.ledger import tiles
from portal.ledger.storage import cursor
from portal.reading import read

RUN_ROWS = 8192  # a power of two, and full tiles: a run is one node of the tree

CRLF = b"\r\n"

Form = Literal["csv", "jsonl"]
Write = Callable[[bytes, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Moments:
    """Entries with a moment from `since` up to `until`, and from position `late_from` on also those before.

    Instants as entries write them; a sealed entry has a day instead, given as such.
    """

    since: str
    until: str
    since_day: str
    until_day: str
    late_from: int | None = None


class MonthSeen(NamedTuple):
    """`month` as 2020-06, the first and last position with a moment in it, and how many."""

    month: str
    first: int
    last: int
    rows: int


def entries(session: Session, low: int, high: int, moments: Moments | None, write: Write) -> bytes:
    """What `write` makes of each position from `low` up to `high` and its entry: one run, held in memory."""
    statement, values = _ALL, {"low": low, "high": high}
    if moments is not None:
        statement = _SOME
        values |= asdict(moments) | {"late_from": high if moments.late_from is None else moments.late_from}
    rows = cursor(session).execute(statement, values, binary=True).fetchall()
    return b"".join([write(position, entry) for position, entry in rows])


def runs(low: int, high: int) -> Iterator[tuple[int, int]]:
    """Positions `low` up to `high`, cut where runs end."""
    while low < high:
        end = min(low - low % RUN_ROWS + RUN_ROWS, high)
        yield low, end
        low = end


def run_root(session: Session, low: int) -> bytes | None:
    """The node of the tree over the whole run from position `low` on; None while the tree has not all of it."""
    first, count = low // tiles.WIDTH, RUN_ROWS // tiles.WIDTH
    roots = [row[0] for row in read(session, _ROOTS, {"low": first, "high": first + count})]
    return tiles.subtree_roots(roots)[0] if len(roots) == count else None


def dossiers(session: Session, form: Form, since: str | None, until: str | None) -> Iterator[bytes]:
    """Every dossier filed from one local day up to another, by day and position: one statement, one state."""
    values = {"since": since or "-infinity", "until": until or "infinity"}
    if form == "csv":
        statement = _DOSSIERS.format(yes="'true'", no="'false'")
    else:
        statement = f"select row_to_json(d) from ({_DOSSIERS.format(yes='true', no='false')}) as d"  # noqa: S608
    yield from _copied(session, statement, form, values)


def months(session: Session, low: int, high: int) -> list[MonthSeen]:
    """The months in Viet Nam that the moments of these entries fall in."""
    return [MonthSeen(*row) for row in read(session, _MONTHS, {"low": low, "high": high})]


def months_of_dossiers(session: Session) -> list[str]:
    """The months in which dossiers were filed, as 2020-06."""
    return [row[0] for row in read(session, _MONTHS_OF_DOSSIERS, {})]


def signed_at(session: Session, size: int) -> datetime:
    """When the checkpoint of this size was signed."""
    found: datetime = read(session, "select at from ledger_checkpoint where size = %(size)s", {"size": size})[0][0]
    return found


def _copied(session: Session, statement: str, form: Form, values: Mapping[str, object]) -> Iterator[bytes]:
    options = "(format csv)" if form == "csv" else "(format text)"
    with cursor(session).copy(f"copy ({statement}) to stdout {options}", values) as copy:
        for row in copy:
            yield bytes(row)[:-1] + CRLF if form == "csv" else bytes(row)  # no cell holds a line break


# --- Statements --------------------------------------------------------------------------------------------------

# The cell has a name of its own: `order by position` would take one called position for what is meant, and sort text.
_ALL = (
    "select position::text::bytea as cell, entry from ledger_entry "
    "where position >= %(low)s and position < %(high)s order by position"
)
_ROOTS = "select root from ledger_tile where level = 0 and number >= %(low)s and number < %(high)s order by number"
# What is ordered inside is computed there, once a row, however often it is named outside.
_DATED = """
select position, entry, sealed,
       case when sealed then substr(words, strpos(words, '"on":"') + 6, 10)
            else substr(words, strpos(words, '"at":"') + 6, 20) end collate "C" as moment
  from (select position, entry, convert_from(entry, 'UTF8') as words,
               starts_with(convert_from(entry, 'UTF8'), '{"commitment":"') as sealed
          from ledger_entry
         where position >= %(low)s and position < %(high)s order by position) as stored
 order by position
"""
_SOME = f"""
select position::text::bytea as cell, entry from ({_DATED}) as dated
 where moment < case when sealed then %(until_day)s else %(until)s end
   and (moment >= case when sealed then %(since_day)s else %(since)s end or position >= %(late_from)s)
 order by position
"""  # noqa: S608
_INSTANT = """to_char({value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
_DOSSIERS = f"""
select reference, first as first_index, n + 1 as entries,
       case when sealed then {{yes}} else {{no}} end as sealed,
       procedure, unit, holder, channel, state,
       {_INSTANT.format(value="filed_at")} as filed_at,
       {_INSTANT.format(value="received_at")} as received_at,
       {_INSTANT.format(value="due_at")} as due_at,
       {_INSTANT.format(value="resolved_at")} as resolved_at,
       {_INSTANT.format(value="returned_at")} as returned_at,
       outcome,
       case when resolved_at > due_at then {{yes}} when resolved_at <= due_at then {{no}} end as late
  from ledger_dossier
 where filed_on >= %(since)s::date and filed_on < %(until)s::date
 order by filed_on, first
"""  # noqa: S608
_MONTHS = f"""
select month, min(position), max(position), count(*)
  from (select position, case when sealed then substr(moment, 1, 7)
               else to_char(moment::timestamptz at time zone 'Asia/Ho_Chi_Minh', 'YYYY-MM') end as month
          from ({_DATED}) as dated) as seen
 group by month order by month
"""  # noqa: S608
_MONTHS_OF_DOSSIERS = """
with recursive seen (day) as (
    (select filed_on from ledger_dossier order by filed_on limit 1)
    union all
    select (select filed_on from ledger_dossier
             where filed_on >= date_trunc('month', seen.day) + interval '1 month' order by filed_on limit 1)
      from seen where seen.day is not null
)
select to_char(day, 'YYYY-MM') from seen where day is not null
"""
