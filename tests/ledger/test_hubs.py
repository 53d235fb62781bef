"""A WebSub hub is told of every feed that something came into, after the publication, by a job."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import hubs
from portal.settings import Settings
from tests.ledger.acts import FILED
from tests.ledger.chains import Chain, reference
from tests.ledger.feed_reading import link, parsed, path_of
from tests.publishing import publish_now

JOBS = text("select args from procrastinate_jobs where task_name = 'ledger.tell_hub' order by id")


class Hub(ThreadingHTTPServer):
    """A real hub's door: keeps what it is told, answers `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.told: list[list[str]] = []
        self.status = 204

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hub"


class Door(BaseHTTPRequestHandler):
    server: Hub

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert form["hub.mode"] == ["publish"]
        self.server.told.append(form["hub.url"])
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    do_GET = do_POST  # noqa: N815 - the library's name

    def log_message(self, format: str, *args: object) -> None:
        """Not worth a line in a test's report."""


@pytest.fixture
def hub(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub, and a portal that is set to tell it."""
    server = Hub()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    told = settings.model_copy(update={"websub_hub": server.url, "websub_hub_inside": True})
    monkeypatch.setitem(app.config, "SETTINGS", told)
    hubs.configure(told)
    yield server
    hubs.configure(settings)
    server.shutdown()
    thread.join()
    server.server_close()


def waiting(session: Session) -> list[dict[str, Any]]:
    session.rollback()
    return list(session.scalars(JOBS))


def tell_all(session: Session) -> None:
    for arguments in waiting(session):
        hubs.tell_hub(**arguments)


def test_nobody_is_told_where_no_hub_is_set(app: Flask, client: FlaskClient, session: Session) -> None:
    Chain(session)
    publish_now(app)
    assert waiting(session) == []
    answer = client.get("/ledger/feed.atom")
    assert 'rel="hub"' not in answer.text
    assert "Link" not in answer.headers


def test_a_publication_leaves_a_job_that_tells_of_exactly_its_entries(app: Flask, session: Session, hub: Hub) -> None:
    Chain(session).receive()
    assert publish_now(app) == 2
    Chain(session, reference(2, "H06.32.01"), unit="H06.32.01")
    publish_now(app)
    assert waiting(session) == [{"low": 0, "high": 2}, {"low": 2, "high": 3}]
    assert hub.told == []
    tell_all(session)
    first, second = hub.told
    assert "http://localhost/ledger/feed.atom" in first
    assert f"http://localhost/ledger/dossiers/{FILED.reference}/feed.json" in first
    for unit in ("H06.31.01", "H06.31", "H06"):
        assert f"http://localhost/ledger/feed.atom?unit={unit}" in first
    assert "http://localhost/ledger/feed.json?procedure=1.001193" in first
    assert not any("H06.32" in address for address in first)
    assert any("H06.32.01" in address for address in second)
    assert len(first) == len(set(first))


def test_the_feeds_told_of_name_the_hub_and_themselves(
    app: Flask, client: FlaskClient, session: Session, hub: Hub
) -> None:
    Chain(session).receive()
    publish_now(app)
    tell_all(session)
    for address in hub.told[0]:
        answer = client.get(path_of(address))
        assert answer.headers["Link"] == f'<{hub.url}>; rel="hub", <{address}>; rel="self"'
        if urlsplit(address).path.endswith(".atom"):
            feed = parsed(client, path_of(address))
            assert (link(feed, "hub"), link(feed, "self")) == (hub.url, address)
            assert feed.entries
        else:
            value = answer.get_json(force=True)
            assert (value["hubs"], value["feed_url"]) == ([{"type": "WebSub", "url": hub.url}], address)
    for other in ("?lang=en", "?unit=H06&procedure=1.001193", "?before=1"):
        assert "Link" not in client.get(f"/ledger/feed.atom{other}").headers


def test_a_unit_is_told_of_what_others_did_to_its_dossiers(app: Flask, session: Session, hub: Hub) -> None:
    chain = Chain(session, unit="H06.31.01").receive()
    publish_now(app)
    chain.do("resolved", unit="H06.08", outcome="granted")
    publish_now(app)
    tell_all(session)
    assert "http://localhost/ledger/feed.atom?unit=H06.31.01" in hub.told[1]
    assert "http://localhost/ledger/feed.atom?unit=H06.08" in hub.told[1]


def test_of_a_sealed_entry_only_the_whole_log_is_told(app: Flask, session: Session, hub: Hub) -> None:
    Chain(session, sealed=True)
    publish_now(app)
    tell_all(session)
    assert hub.told == [["http://localhost/ledger/feed.atom", "http://localhost/ledger/feed.json"]]


@pytest.mark.parametrize("status", [301, 307, 400, 500])
def test_a_hub_that_did_not_take_it_is_told_again_and_never_followed(
    app: Flask, session: Session, hub: Hub, status: int
) -> None:
    Chain(session)
    publish_now(app)
    hub.status = status
    with pytest.raises(hubs.HubDidNotTake):
        tell_all(session)
    assert len(hub.told) == 1
    hub.status = 202
    tell_all(session)
    assert hub.told[0] == hub.told[1]


def test_a_hub_that_is_away_stops_no_publication(app: Flask, session: Session, hub: Hub, settings: Settings) -> None:
    hubs.configure(settings.model_copy(update={"websub_hub": "http://127.0.0.1:1/", "websub_hub_inside": True}))
    Chain(session)
    assert publish_now(app) == 1
    with pytest.raises(hubs.HubDidNotTake):
        tell_all(session)


def test_many_feeds_are_told_of_in_several_posts(app: Flask, session: Session, hub: Hub) -> None:
    for number in range(60):
        Chain(session, reference(number))
    publish_now(app)
    tell_all(session)
    assert len(hub.told) == 3
    assert max(map(len, hub.told)) == hubs.AT_A_TIME
    assert len({address for post in hub.told for address in post}) == 2 * (1 + 60 + 3 + 1)


@pytest.mark.parametrize("address", ["ftp://hub.example/", "hub.example", "javascript:alert(1)", "http://a b"])
def test_a_setting_that_is_no_address_stops_the_start(settings: Settings, address: str) -> None:
    with pytest.raises(ValidationError):
        Settings(websub_hub=address)


INSIDE = [
    "http://hub.example/",
    "https://127.0.0.1/",
    "https://hub.example:8443/",
    "https://localhost/",
    "http://[::1]:80/",
]


@pytest.mark.parametrize("address", INSIDE)
def test_a_hub_inside_needs_the_operator_s_word(settings: Settings, address: str) -> None:
    with pytest.raises(ValidationError, match="PORTAL_WEBSUB_HUB_INSIDE"):
        Settings(websub_hub=address)
    allowed = Settings(websub_hub=address, websub_hub_inside=True)
    assert len(allowed.hubs_inside) == 1


def test_a_public_hub_needs_none() -> None:
    assert Settings(websub_hub="https://hub.example/publish").hubs_inside == frozenset()


def test_a_hub_whose_name_leads_inside_is_not_told(app: Flask, session: Session, hub: Hub, settings: Settings) -> None:
    """Its name may be pointed elsewhere after the portal began: what counts is where it leads when it is told."""
    Chain(session)
    publish_now(app)
    hubs.configure(settings.model_copy(update={"websub_hub": hub.url}))
    with pytest.raises(hubs.HubDidNotTake, match="not_https"):
        tell_all(session)
    hubs.configure(settings.model_copy(update={"websub_hub": "https://localhost.localdomain/hub"}))
    with pytest.raises(hubs.HubDidNotTake):
        tell_all(session)
    assert hub.told == []
