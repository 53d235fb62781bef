"""Every filter in every order is read by an index: of 200,000 dossiers no list looks at more than a sliver."""

import itertools
import json
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.ledger import selection
from portal.ledger.entry import CHANNELS
from portal.ledger.selection import ORDERS, STATES_OF, Selection
from portal.ledger.standing import STATES

DOSSIERS = 200_000
ROWS = 26
MOST_LOOKED_AT = 15_000  # and no more of a list that is longer

# Skewed as real ones are: units and procedures of very different size, posts and withdrawals rare, one in fifty late.
FILL = """
insert into ledger_dossier (reference, first, positions, n, last_leaf, sealed, procedure, unit, desk, holder, channel,
                            state, filed_on, filed_at, received_at, due_at, resolved_at, resolved_position, outcome,
                            late)
select unit || '-' || to_char(day, 'YYMMDD') || '-' || lpad(i::text, 6, '0'), i * 4, array[i * 4], 3,
       decode(md5(i::text) || md5(i::text), 'hex'), false, procedure, unit, unit, unit,
       case when i % 1999 = 7 then 'post' when i % 499 = 3 then 'national' when i % 3 = 0 then 'counter'
            else 'online' end,
       state, day, day, day, day + interval '5 days' + make_interval(secs => i % 30000),
       case when state in ('resolved', 'returned') then day + interval '4 days' end,
       case when state in ('resolved', 'returned') then i * 4 + 2 end, null, i % 53 = 0
  from (select i, date '2020-01-01' + ((i * 300) / :count)::int as day,
               'H06.' || (30 + (power(random(), 3) * 9)::int) || '.' || (10 + (power(random(), 2) * 9)::int) as unit,
               '1.' || lpad((power(random(), 4) * 300)::int::text, 6, '0') as procedure,
               case when i % 1501 = 9 then 'withdrawn' when i % 1009 = 5 then 'stopped' when i % 97 = 2 then 'filed'
                    when i % 211 = 4 then 'awaiting_supplement' when i % 23 = 1 then 'in_progress'
                    when i % 41 = 3 then 'resolved' when i % 607 = 8 then 'not_received' else 'returned' end as state
          from generate_series(1, :count) as i) as made
"""


def units(*, of: str) -> frozenset[str]:
    return frozenset(f"{of}.{number}" for number in range(10, 20))


NARROWED = {
    "nothing": {},
    "a unit": {"units": frozenset({"H06.31.12"})},
    "a small unit": {"units": frozenset({"H06.38.19"})},
    "a district": {"units": units(of="H06.31")},
    "the province": {"units": frozenset(code for n in range(30, 40) for code in units(of=f"H06.{n}"))},
    "nobody's unit": {"units": frozenset({"H06.99"})},
    "a procedure": {"procedure": "1.000000"},
    "a rare procedure": {"procedure": "1.000290"},
    "a field": {"procedures": frozenset(f"1.{number:06d}" for number in range(200, 240))},
    "nobody's field": {"procedures": frozenset({"2.000001", "2.000002"})},
    "late": {"late": True},
    **{f"state {state}": {"state": state} for state in STATES},
    **{f"channel {channel}": {"channel": channel} for channel in CHANNELS},
    "a day": {"since": date(2020, 4, 1), "until": date(2020, 4, 1)},
    "three months": {"since": date(2020, 2, 1), "until": date(2020, 4, 30)},
    "a unit's month": {"units": frozenset({"H06.31.12"}), "since": date(2020, 2, 1), "until": date(2020, 2, 29)},
    "a day to come": {"since": date(2021, 4, 1)},
    "a code": {"q": "H06.31.12-200315-000123"},
    "the beginning of a code": {"q": "H06.31.12-2003"},
    "a unit's late": {"units": frozenset({"H06.31.12"}), "late": True},
    "a district's rare procedure": {"units": units(of="H06.31"), "procedure": "1.000290"},
}


def looked_at(node: dict[str, Any]) -> int:
    """Rows that a scan of dossiers touched, kept or not, or that a sort took in; a bitmap's entry is a tenth of one."""
    own = 0
    if node.get("Relation Name") == "ledger_dossier" or node["Node Type"] in ("Sort", "Bitmap Index Scan"):
        touched = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        touched += node.get("Rows Removed by Index Recheck", 0)
        own = int(touched * node["Actual Loops"])
        if node["Node Type"] == "Bitmap Index Scan":
            own //= 10
        if node["Node Type"] == "Sort":
            own = sum(int(below["Actual Rows"] * below["Actual Loops"]) for below in node.get("Plans", []))
    return max([own, *(looked_at(below) for below in node.get("Plans", []))])


def kinds(node: dict[str, Any]) -> set[str]:
    return {node["Node Type"], *itertools.chain.from_iterable(map(kinds, node.get("Plans", [])))}


def key_in_the_middle(order: str) -> str:
    return {"filed": "20200601.400000", "due": "1590000000.5", "resolved": "1590000000.400002"}[order]


def test_every_filter_in_every_order_looks_at_a_sliver(app: Flask) -> None:
    session = db.session()
    session.execute(text("select setseed(0.5)"))
    session.execute(text(FILL), {"count": DOSSIERS})
    session.commit()
    session.execute(text("analyze ledger_dossier"))
    wrong = []
    for (name, wishes), order, turn in itertools.product(NARROWED.items(), ORDERS, (None, "middle")):
        wanted = replace(Selection(**wishes), order=order)  # type: ignore[arg-type]
        if wanted.state is not None and wanted.state not in STATES_OF[order]:
            continue
        plan = _plan(session, wanted, key_in_the_middle(order) if turn else None)
        seen = looked_at(plan)
        if "Seq Scan" in kinds(plan) or seen > MOST_LOOKED_AT:
            wrong.append(f"{name}, {order}, {turn}: {seen} rows, {sorted(kinds(plan))}")
    session.rollback()
    assert wrong == [], "\n".join(wrong)


def _plan(session: Session, wanted: Selection, after: str | None) -> dict[str, Any]:
    statement = selection.statement(wanted, after=after, limit=ROWS)
    assert statement is not None
    explained = session.connection().exec_driver_sql(
        "explain (analyze, timing off, format json) " + statement.text, statement.values
    )
    found = explained.scalar_one()
    plan: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan
