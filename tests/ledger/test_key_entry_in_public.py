"""The log's own entry about a key is no act: every page, feed, figure and download goes on with it in its midst."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import clock
from portal.ledger import key_entry
from portal.ledger.keys import LogKeys
from portal.ledger.publisher import Publisher
from portal.settings import Settings
from tests.ledger.chains import Chain, reference
from tests.ledger.stored import scalar, stored_entries

PLACES = [
    *("/", "/ledger", "/ledger.json", "/ledger.csv", "/ledger?q=H06", "/ledger/verify", "/ledger/checkpoint"),
    *("/ledger/entries/0", "/ledger/entries/2", "/ledger/entries/2.json", "/ledger/entries/3.tlog-proof"),
    *("/ledger/feed.atom", "/ledger/feed.json", "/ledger/feed.atom?lang=en"),
    *("/ledger/feed/0.atom", "/ledger/feed/0.json"),
    *("/ledger/tile/entries/000", "/ledger/tile/0/000", "/ledger/tile/1/000.p/1"),
    *("/ledger/statistics", "/ledger/statistics.json", "/ledger/statistics.csv"),
]


@pytest.fixture
def log(app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A dossier's two acts, the announcement of a key at position 2, and more than a full tile of acts after it."""
    settings: Settings = app.config["SETTINGS"]
    own = settings.model_copy(update={"instance": tmp_path / "instance"})
    monkeypatch.setitem(app.config, "SETTINGS", own)
    publisher = Publisher.of(own)
    Chain(session).receive()
    publisher.publish_pending()
    keys = LogKeys.of(own)
    keys.rotate(*keys.make_key(), at=clock.now(), overlap=timedelta(days=30))
    publisher.publish_pending()
    for number in range(260):
        Chain(session, reference(1000 + number))
    publisher.publish_pending()
    publisher.close()
    return own


def test_every_public_place_goes_on(session: Session, log: Settings, client: FlaskClient) -> None:
    assert [position for position, data in enumerate(stored_entries(session)) if key_entry.is_key(data)] == [2]
    answers = {place: client.get(place).status_code for place in PLACES}
    assert {place: status for place, status in answers.items() if status != 200} == {}
    assert client.get("/ledger/entries/2.tlog-proof").status_code == 404, "a proof file is an act's"
    assert scalar(session, "select count(*) from ledger_fault") == 0
    assert scalar(session, "select count(*) from ledger_dossier") == 261


def test_its_own_page_says_what_it_is(log: Settings, client: FlaskClient) -> None:
    page = client.get("/ledger/entries/2").get_data(as_text=True)
    assert "Mục này do chính cuốn sổ ghi" in page
    assert all(key.verifier.vkey in page for key in LogKeys.of(log).ring().keys)
    assert "Mục này do chính cuốn sổ ghi" not in client.get("/ledger/entries/1").get_data(as_text=True)
