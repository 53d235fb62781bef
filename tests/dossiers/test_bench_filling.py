"""What the bench fills a database with is what the commands would have written: rows, steps and entries agree."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import crowd
from bench.filling import Filler
from portal import clock
from portal.dossiers import finding, queries
from portal.dossiers.life import State
from portal.dossiers.queueing import ALL, WITH_THE_DESK, Narrowing
from tests.dossiers.records import check_chain, record


def test_filled_dossiers_keep_every_rule_of_the_schema_and_their_chain(session: Session) -> None:
    Filler(session, officers=0).add(200)
    references = set(session.scalars(text("select reference from dossier")))
    assert len(references) == 200
    for reference in references:
        check_chain(record(session, reference))
    open_now = "state not in ('returned', 'withdrawn', 'not_received')"
    assert session.scalar(text(f"select count(*) from dossier where {open_now}")) == 40
    assert session.scalar(text("select count(distinct state) from dossier")) == 8
    assert session.scalar(text("select count(*) from dossier where acted_at > now()")) == 0


def test_who_filed_is_found_by_name_number_and_telephone(session: Session) -> None:
    Filler(session, officers=0).add(200)
    units = set(session.scalars(text("select holder_unit_id from dossier")))
    somebody = crowd.Somebody(1, 1007, crowd.name_of(1007))
    for said in (somebody.name, somebody.national_id, somebody.phone):
        found = finding.found(session, said, unit_ids=units).rows
        assert somebody.name in {row.applicant for row in found}, said


def test_the_officers_are_spread_over_all_units_by_what_is_filed_there(session: Session) -> None:
    places = crowd.places(session, officers=1000)
    numbers = [sum(map(len, place.officer_ids.values())) for place in places]
    assert sum(numbers) == 1000
    assert numbers == sorted(numbers, reverse=True)
    assert all(place.officer_ids[role] for place in places for role in crowd.ROLES)
    session.commit()
    assert (
        session.scalar(text("select count(*) from officer_role where valid_from <= :on"), {"on": clock.now().date()})
        == 1000
    )


def test_every_number_over_the_queue_is_the_length_of_its_list(session: Session) -> None:
    """Whatever narrows both, in one unit or several."""
    Filler(session, officers=400).add(1000)
    at = clock.now()
    there = session.execute(text("select holder_unit_id as unit, keeper_id, procedure_code from dossier")).all()
    kept = next(row for row in there if row.keeper_id)
    several = {row.unit for row in there if row.procedure_code == kept.procedure_code}
    for narrowing in (ALL, Narrowing(kept.procedure_code), Narrowing(of_keeper=kept.keeper_id), Narrowing(unkept=True)):
        for units in ({kept.unit}, several):
            _compare(session, units, at, kept.keeper_id, narrowing)


def _compare(session: Session, units: set[int], at: datetime, keeper_id: int, narrowing: Narrowing) -> None:
    soon, apology, work = at + timedelta(days=1), at + timedelta(hours=12), {"states": {State.IN_PROGRESS}}
    absent = session.execute(
        text("select keeper_id, holder_unit_id from dossier where keeper_id <> :k"), {"k": keeper_id}
    )
    mine: dict[str, Any] = {"keeper_id": keeper_id, "standing_in": {(row[0], row[1]) for row in absent.all()[:9]}}
    whose: dict[str, Any] = {"unit_ids": units, "at": at, "narrowing": narrowing}
    found = queries.counts(session, **whose, **mine, soon=soon, apology=apology)
    lists: dict[str, tuple[int, dict[str, Any]]] = {
        **{state: (found.of(state), {"states": {state}}) for state in WITH_THE_DESK},
        "kept": (found.kept, mine),
        "proposed": (found.proposed, {"proposed": True} | work),
        "late": (found.late, {"late": True} | work),
        "soon": (found.soon, {"late": True, "at": soon, "since": at} | work),
        "unapologised": (found.unapologised, {"late": True, "at": apology, "unapologised": True} | work),
    }
    for name, (number, wish) in lists.items():
        assert number == _length(session, whose | wish), name


def _length(session: Session, wish: dict[str, Any]) -> int:
    number, after = 0, None
    while True:
        page = queries.queue(session, **wish, after=after, limit=100)
        number, after = number + len(page.rows), page.after
        if after is None:
            return number
