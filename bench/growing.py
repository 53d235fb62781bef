"""Portals with so many dossiers: filled, published, ready to be measured; each step says how long it took."""

import time
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import act_rows, desk_rows, growth_rows, rows
from bench.filling import Filler, copy_draft, settle
from bench.installation import Bench
from bench.rows import Row
from portal.extensions import db
from portal.ledger.publisher import Publisher
from portal.people.queries import Person
from portal.statistics.following import Follower
from portal.transaction import unit_of_work
from tests import filing, signing_in

HANDS = 2
NUMBER = "079000000001"


def grow(bench: Bench, filler: Filler, count: int) -> None:
    """Add so many, publish their entries, count them in the statistics."""
    fill(bench, filler, count)
    publish(bench)
    started = time.perf_counter()
    follower = Follower.of(bench.settings)
    counted = follower.catch_up()
    follower.close()
    _say("statistics", counted, "entries", time.perf_counter() - started)
    settle(bench.settings.database_url)


def fill(bench: Bench, filler: Filler, count: int) -> None:
    started = time.perf_counter()
    filler.add_beside(count, url=bench.settings.database_url, hands=HANDS)
    _say("filled", count, "dossiers more", time.perf_counter() - started)


def publish(bench: Bench) -> None:
    publisher, published = Publisher.of(bench.settings), 0
    started = time.perf_counter()
    while batch := publisher.publish_pending():
        published += batch
    publisher.close()
    _say("published", published, "entries", time.perf_counter() - started)


def only_desk(benches: Mapping[int, Bench], *, rounds: int, seconds: float) -> None:
    """The desk alone: no ledger is filled, for no page of the desk reads it."""
    for size, bench in benches.items():
        with bench.app.app_context():
            _fill_up(bench, size, entries=False)
    desk_rows.show(benches, rounds=rounds, seconds=seconds)
    for size, bench in benches.items():
        with bench.app.app_context():
            print(f"  at {size:,} dossiers")
            person, citizen, officer = sign_in(bench)
            more = iter(drafts(person, rounds * act_rows.AT_ONCE))
            act_rows.show(bench, more, citizen=citizen, officer=officer, rounds=rounds)


def only_growth(benches: Mapping[int, Bench], *, rounds: int, seconds: float) -> None:
    """With the ledger, but for the statistics, which none of these rows reads."""
    measured = {}
    for size, bench in benches.items():
        with bench.app.app_context():
            _fill_up(bench, size, entries=True)
            publish(bench)
            settle(bench.settings.database_url)
            measured[size] = _rows(bench, int((rounds + 1) * seconds * 400))
    growth_rows.show(benches, measured, rounds=rounds, seconds=seconds)


def sign_in(bench: Bench) -> tuple[Person, str, str]:
    """A citizen, and the tokens of the citizen and of an officer who receives."""
    session, client = db.session(), bench.app.test_client()
    person = signing_in.make_citizen(session, national_id=NUMBER)
    officer = filing.officer_of(session, filing.WARD_1, "receiver")
    return person, signing_in.sign_in_as(client, person), signing_in.sign_in_as(client, officer)


def unit_of_officer(session: Session) -> int:
    """Where the officer of `sign_in` receives."""
    found = filing.unit_id_of(session, filing.WARD_1)
    session.rollback()
    return found


def drafts(person: Person, count: int) -> list[UUID]:
    """Drafts ready to be filed, copies of one that was made as people make them."""
    session = db.session()
    left = "(select token from draft where person_id = :person)"  # by the size before: nobody may keep so many
    with unit_of_work(session):
        session.execute(text(f"delete from attachment where draft_token in {left}"), {"person": person.id})
        session.execute(text("delete from draft where person_id = :person"), {"person": person.id})
    return copy_draft(session, filing.draft(session, person), count)


def _rows(bench: Bench, submissions: int) -> list[Row]:
    session = db.session()
    person, citizen, officer = sign_in(bench)
    return [
        *rows.public_rows(bench.portal, list(growth_rows.newest(session))),
        rows.queue_row(bench.app, officer),
        rows.submission_row(bench.app, iter(drafts(person, submissions)), citizen),
    ]


def _fill_up(bench: Bench, size: int, *, entries: bool) -> None:
    """What is missing: a folder that is used again may be full."""
    session = db.session()
    there = session.execute(text("select count(*) from dossier")).scalar_one()
    session.rollback()
    if there < size:
        fill(bench, Filler(session, entries=entries, trusting=True), size - there)


def _say(done: str, count: int, what: str, seconds: float) -> None:
    print(f"  {done} {count:,} {what} in {seconds:,.0f} s, {count / seconds:,.0f}/s", flush=True)
