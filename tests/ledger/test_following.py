"""Following a unit, a dossier, everything: while the log grows, and by those who wait for what comes."""

import itertools
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.ledger import unit_feeds
from portal.transaction import unit_of_work
from tests.dossiers.counting import statements
from tests.ledger.acts import FILED
from tests.ledger.chains import Chain, reference
from tests.ledger.feed_reading import link, parsed, path_of, position, walk
from tests.publishing import publish_now

WARD, OTHER_WARD, CITY, DEPARTMENT = "H06.31.01", "H06.31.02", "H06.31", "H06.08"


@pytest.fixture
def decided_above(app: Flask, session: Session) -> list[int]:
    """A ward's dossier (0..4) that a department takes over and decides, and another ward's (5)."""
    chain = Chain(session, unit=WARD).receive().do("passed", to=DEPARTMENT)
    chain.do("resolved", unit=DEPARTMENT, outcome="granted")
    chain.do("returned", unit=WARD)
    Chain(session, reference(2, OTHER_WARD), unit=OTHER_WARD)
    publish_now(app)
    session.rollback()
    return [4, 3, 2, 1, 0]


def test_a_ward_sees_what_others_decided_for_its_dossiers(client: FlaskClient, decided_above: list[int]) -> None:
    feed = parsed(client, f"/ledger/feed.atom?unit={WARD}")
    assert [position(item) for item in feed.entries] == decided_above
    assert feed.entries[1].title.startswith("Có kết quả")


def test_who_decided_sees_that_and_no_more(client: FlaskClient, decided_above: list[int]) -> None:
    assert walk(client, f"/ledger/feed.atom?unit={DEPARTMENT}") == [3]


def test_whoever_is_above_sees_each_entry_once(client: FlaskClient, decided_above: list[int]) -> None:
    assert walk(client, f"/ledger/feed.atom?unit={CITY}") == [5, *decided_above]
    assert walk(client, "/ledger/feed.json?unit=H06&procedure=1.001193") == [5, *decided_above]
    assert walk(client, f"/ledger/feed.atom?unit={CITY}&procedure=9.000000") == []


def test_sealed_dossiers_are_in_no_units_feed(app: Flask, client: FlaskClient, session: Session) -> None:
    Chain(session, sealed=True).receive().resolve()
    publish_now(app)
    assert walk(client, f"/ledger/feed.atom?unit={WARD}") == []


def test_feeds_that_were_missed_are_written_down_later(app: Flask, session: Session, decided_above: list[int]) -> None:
    """What an older publisher logged after the feeds were made is caught up with, exactly."""

    def rows() -> list[Any]:
        return list(session.execute(text("select unit, position, procedure from ledger_unit_feed order by 1, 2")))

    before = rows()
    assert len(before) == 7
    with unit_of_work(session):
        session.execute(text("delete from ledger_unit_feed where position >= 2"))
    with unit_of_work(session):
        unit_feeds.catch_up(session)
        unit_feeds.catch_up(session)
    assert rows() == before


def test_a_units_feed_is_read_by_its_key(session: Session, decided_above: list[int]) -> None:
    for method in ("seqscan", "sort", "bitmapscan"):
        session.connection().exec_driver_sql(f"set local enable_{method} = off")
    for procedure in (None, "1.001193"):
        statement = unit_feeds.statement(by_procedure=procedure is not None)
        values = unit_feeds.values([WARD, CITY], procedure=procedure, below=6, limit=50)
        plan = "\n".join(session.connection().exec_driver_sql("explain " + statement, values).scalars())
        assert ("ix_ledger_unit_feed_procedure" if procedure else "pk_ledger_unit_feed") in plan
        assert "Seq Scan" not in plan
    session.rollback()


# --- One dossier -------------------------------------------------------------------------------------------------


def test_a_dossiers_feed_has_its_every_act(client: FlaskClient, decided_above: list[int]) -> None:
    address = f"/ledger/dossiers/{FILED.reference}/feed"
    feed = parsed(client, f"{address}.atom")
    assert [position(item) for item in feed.entries] == decided_above
    assert feed.feed.title == f"Sổ công khai Hải Đăng: Hồ sơ {FILED.reference}"
    assert "<fh:complete/>" in client.get(f"{address}.atom").text
    assert path_of(link(feed, "alternate") or "") == f"/ledger/dossiers/{FILED.reference}"
    value = client.get(f"{address}.json").get_json(force=True)
    assert [int(item["id"].rpartition("/")[2]) for item in value["items"]] == decided_above
    page = client.get(f"/ledger/dossiers/{FILED.reference}").text
    for form in ("atom", "json"):
        assert f'href="{address}.{form}"' in page


def test_a_dossiers_feed_changes_with_the_dossier_alone(
    app: Flask, client: FlaskClient, session: Session, decided_above: list[int]
) -> None:
    address = f"/ledger/dossiers/{reference(2, OTHER_WARD)}/feed.atom"
    tag = client.get(address).headers["ETag"]
    chain = Chain(session, reference(9))
    publish_now(app)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert chain.act.reference not in client.get(address).text


@pytest.mark.parametrize("reference", ["H06.31.01-200615-9999", "x", "%00", "x" * 500])
def test_a_dossier_that_is_not_there_has_no_feed(client: FlaskClient, reference: str) -> None:
    for form in ("atom", "json"):
        assert client.get(f"/ledger/dossiers/{reference}/feed.{form}").status_code in (400, 404)


# --- While the log grows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/ledger/feed.atom",
        "/ledger/feed.json",
        f"/ledger/feed.atom?unit={CITY}",
        "/ledger/feed.json?procedure=1.001193",
    ],
)
def test_a_reader_who_walks_while_a_publisher_publishes_misses_nothing(
    app: Flask, client: FlaskClient, session: Session, address: str
) -> None:
    """Each walk sees every entry that was in the lists when it began; positions never move."""
    numbers = itertools.count()

    def file(count: int) -> None:
        with app.app_context():
            own = Session(session.get_bind())
            for _ in range(count):
                Chain(own, reference(next(numbers)))
            own.close()

    file(280)
    publish_now(app)
    stop = threading.Event()

    def publish() -> None:
        while not stop.is_set():
            file(7)
            publish_now(app)

    publisher = threading.Thread(target=publish)
    publisher.start()
    try:
        for _ in range(3):
            size = listed(session)
            seen = walk(client, address)
            assert set(range(size)) <= set(seen)
    finally:
        stop.set()
        publisher.join()
    everything = walk(client, address)
    assert sorted(set(everything)) == list(range(listed(session)))
    assert listed(session) > 280


def listed(session: Session) -> int:
    session.rollback()
    return int(session.execute(text("select listed from ledger_head")).scalar_one())


# --- Just resolved -----------------------------------------------------------------------------------------------


def events(answer: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    blocks = answer.get_data(as_text=True).split("\n\n")
    assert blocks[0] == "retry: 15000"
    assert blocks[-1] == ""
    for block in blocks[1:-1]:
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        assert fields["event"] == "resolved"
        yield int(fields["id"]), json.loads(fields["data"])


def test_the_stream_tells_the_newest_results_and_then_only_what_is_new(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    assert list(events(client.get("/ledger/live"))) == []
    at = (clock.now() - timedelta(hours=2, seconds=1)).replace(microsecond=0)
    for number in range(7):
        Chain(session, reference(number), at=at).receive(due_in_hours=0.5 if number == 6 else 72).resolve()
    Chain(session, reference(7), at=at, sealed=True).receive().resolve()
    publish_now(app)
    found = list(events(client.get("/ledger/live")))
    assert [data["reference"] for _position, data in found] == [reference(number) for number in range(2, 7)]
    assert [position for position, _data in found] == [8, 11, 14, 17, 20]
    last = found[-1][1]
    assert (last["late"], last["verdict"], last["title"]) == (True, "Trễ hạn", "Đăng ký khai sinh")
    assert last["href"] == f"/ledger/dossiers/{reference(6)}"
    assert found[0][1]["verdict"] == "Đúng hạn"
    rest = list(events(client.get("/ledger/live", headers={"Last-Event-ID": "14"})))
    assert [position for position, _data in rest] == [17, 20]
    assert list(events(client.get("/ledger/live", headers={"Last-Event-ID": "20"}))) == []
    english = client.get("/ledger/live", headers={"Accept-Language": "en"}).text
    assert "Ward 1" in english


@pytest.mark.parametrize("last", ["", "x", "-1", "9" * 400, "1.5", "٣"])
def test_a_last_event_that_never_was_gets_everything(client: FlaskClient, session: Session, last: str) -> None:
    assert client.get("/ledger/live", headers={"Last-Event-ID": last.encode().decode("latin-1")}).status_code == 200


def test_the_stream_takes_one_statement_once_the_names_are_known(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    Chain(session).receive().resolve()
    publish_now(app)
    client.get("/ledger/live")
    with statements(session) as sent:
        client.get("/ledger/live")
    assert len(sent) == 1
