"""How PostgreSQL goes about the lists when there are a hundred thousand dossiers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers import finding, load, queries, sought, track
from portal.dossiers.life import State
from portal.people.queries import Person
from portal.transaction import unit_of_work
from tests.dossiers.making import AT, Made, make_dossier
from tests.signing_in import make_citizen
from tests.watched_cursors import watching

DOSSIERS = 100_000
# Copies of one dossier over eighty units and two thousand days, most of them returned long ago.
COPIES = """
insert into dossier (reference, draft_token, person_id, revision_id, revision_number, procedure_code, procedure_vi,
    procedure_en, sealed, unit_id, unit_code, desk_unit_id, desk_code, holder_unit_id, holder_code,
    channel, language, applicant,
    state, steps, acted_at, last_leaf, urgent_at, filed_at, received_at, due_at, rule, extended)
select 'H06.30.01-' || to_char(filed_at - (n % 2000) * interval '1 day', 'YYMMDD') || '-' || lpad(n::text, 7, '0'),
    gen_random_uuid(), case when n % 50 = 0 then person_id else :other end, revision_id, revision_number,
    procedure_code, procedure_vi, procedure_en, sealed, u.id, unit_code, u.id, desk_code, u.id, holder_code,
    channel, language,
    applicant,
    (array['returned', 'returned', 'returned', 'withdrawn', 'in_progress', 'filed', 'awaiting_supplement', 'resolved',
        'returned', 'returned'])[n / 80 % 10 + 1],
    steps, acted_at, last_leaf, filed_at - (n % 2000) * interval '1 day' + n * interval '1 ms', filed_at, filed_at,
    filed_at + interval '3 days', 'test', false
from dossier, generate_series(1, :count) n
join (select id, row_number() over (order by id) - 1 as place from unit order by id limit 80) u on u.place = n % 80
"""
SECRETS = """
insert into dossier_secret (dossier_id, secret, look_up, digits)
select d.id, s.secret, s.look_up, s.digits from dossier d, dossier_secret s where d.id <> s.dossier_id
"""

# Half of all people share a name, all share some beginnings, nobody a number.
SOUGHT = """
insert into dossier_sought (dossier_id, units, words)
select d.id, array[d.holder_unit_id], case when d.id % 2 = 0 then known else array[d.id] || known[3:] end
from dossier d, (select dossier_id, array_remove(words, :number) as known from dossier_sought) s
where d.id <> s.dossier_id
"""


@pytest.fixture
def person(session: Session) -> Person:
    return make_citizen(session)


@pytest.fixture
def crowd(session: Session, person: Person) -> Made:
    """A hundred thousand dossiers; the one that was really filed."""
    made = make_dossier(session, person)
    other = make_citizen(session)
    with unit_of_work(session):
        session.execute(text("set local session_replication_role = replica"))  # copies need no foreign keys checked
        session.execute(text(COPIES), {"count": DOSSIERS, "other": other.id})
        session.execute(text(SECRETS))
        session.execute(text(SOUGHT), {"number": sought.asked(person.national_id or "")[0]})
    session.execute(text("analyze dossier, dossier_secret, dossier_sought"))
    session.commit()
    return made


def plans(session: Session, work: Callable[[], Any]) -> list[dict[str, Any]]:
    """The plan, with what really happened, of each statement that the work sends about dossiers."""
    sent: list[tuple[str, Any]] = []

    with watching(lambda statement, values: sent.append((statement, values))):
        work()
    connection = session.connection()
    return [
        connection.exec_driver_sql(f"explain (analyze, format json) {statement}", parameters).scalar_one()[0]
        for statement, parameters in sent
        if "dossier" in statement
    ]


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", ()) for node in nodes(child))]


def test_no_list_reads_more_than_it_shows(session: Session, person: Person, crowd: Made) -> None:
    unit = crowd.unit.id
    at = AT + timedelta(days=30)
    someone = session.execute(text("select unit_id from dossier where unit_id <> :u limit 1"), {"u": unit}).scalar_one()
    lists: dict[str, tuple[int, Callable[[], Any]]] = {
        "queue": (60, lambda: queries.queue(session, unit_ids=[someone], at=at)),
        "two units": (60, lambda: queries.queue(session, unit_ids=[unit, someone], at=at)),
        "late": (60, lambda: queries.queue(session, unit_ids=[someone], at=at, late=True)),
        "closed": (60, lambda: queries.queue(session, unit_ids=[someone], at=at, states={State.RETURNED})),
        "newest": (60, lambda: queries.queue(session, unit_ids=[unit, someone], at=at, newest=True)),
        "sent on": (60, lambda: queries.queue(session, unit_ids=[someone], at=at, elsewhere=True)),
        "sent on, newest": (
            60,
            lambda: queries.queue(session, unit_ids=[someone], at=at, elsewhere=True, newest=True),
        ),
        "of a person": (60, lambda: queries.of_person(session, person_id=person.id)),
        "one": (3, lambda: queries.owned(session, crowd.reference, person_id=person.id)),
        "counts": (2000, lambda: queries.counts(session, unit_ids=[someone], at=at)),
        "load": (2000, lambda: load.load_of(session, unit_ids=[someone], at=at, soon=at)),
        "a name": (60, lambda: finding.found(session, person.name, unit_ids=[someone])),
        "a deep page of a name": (60, lambda: finding.found(session, person.name, unit_ids=[someone], after="50000")),
        "a number": (60, lambda: finding.found(session, person.national_id or "", unit_ids=[unit, someone])),
        "nobody": (1, lambda: finding.found(session, "Trần Văn Ai", unit_ids=[someone])),
        "look-up": (3, lambda: look_up(session, crowd)),
    }
    for name, (most, work) in lists.items():
        found = plans(session, work)
        assert found, name
        for plan in found:
            for node in nodes(plan["Plan"]):
                if node.get("Relation Name") == "dossier":
                    assert node["Node Type"] != "Seq Scan", name
                    assert node["Actual Rows"] <= most, (name, node)
                if node.get("Relation Name") == "dossier_sought":
                    assert node["Node Type"] == "Bitmap Heap Scan", name
                    assert node["Actual Rows"] <= 900, (name, node)


def test_a_deep_page_costs_what_the_first_costs(session: Session, crowd: Made) -> None:
    unit = session.execute(text("select unit_id from dossier group by 1 order by count(*) desc limit 1")).scalar_one()
    states = {State.RETURNED}
    after: str | None = None
    for _ in range(10):
        after = queries.queue(session, unit_ids=[unit], at=AT, states=states, after=after, limit=50).after
        assert after is not None
    deep = after
    for plan in plans(session, lambda: queries.queue(session, unit_ids=[unit], at=AT, states=states, after=deep)):
        read = [
            node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            for node in nodes(plan["Plan"])
            if node.get("Relation Name") == "dossier"
        ]
        assert read
        assert max(read) <= 26


def test_a_name_that_many_bear_is_found_whole_page_by_page(session: Session, person: Person, crowd: Made) -> None:
    """Those of the newest dossiers and all before them, each once."""
    unit = session.execute(text("select unit_id from dossier where id % 2 = 0 limit 1")).scalar_one()
    found: list[str] = []
    after: str | None = None
    while True:
        page = finding.found(session, person.name, unit_ids=[unit], after=after, limit=100)
        found += [row.reference for row in page.rows]
        after = page.after
        if after is None:
            break
    mine = "select reference from dossier join dossier_sought on dossier_id = id where unit_id = :u and words @> :w"
    there = session.scalars(text(f"{mine} order by id desc"), {"u": unit, "w": sought.asked(person.name)})
    assert found == list(there)
    assert len(found) > 500


def look_up(session: Session, made: Made) -> None:
    found = track.look_up(session, reference=made.reference, proof=made.secret, client="x", limit=9, at=AT)
    assert found is not None
