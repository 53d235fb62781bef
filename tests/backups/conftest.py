"""An installation that backs up, and one elsewhere that a backup is put into."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.dossiers import erasures
from portal.people.queries import Officer, Person
from portal.pilot.postgres import EmbeddedPostgres
from portal.settings import Settings
from tests import filing
from tests.backups.places import NAME, Place, empty
from tests.publishing import publish_now
from tests.signing_in import make_citizen


@pytest.fixture
def here(app: Flask) -> Settings:
    """The installation, with its keys; other tests share its folder, and whom they erased is not remembered here."""
    found: Settings = app.config["SETTINGS"]
    publish_now(app)
    (found.instance / erasures.FILE).unlink(missing_ok=True)
    return found


@pytest.fixture
def person(session: Session) -> Person:
    return make_citizen(session, name=NAME)


@pytest.fixture
def receiver(session: Session) -> Officer:
    return filing.officer_of(session, filing.WARD_1, "receiver")


@pytest.fixture
def place(app: Flask, postgres: EmbeddedPostgres, here: Settings, tmp_path: Path) -> Place:
    return empty(postgres, here, tmp_path / "elsewhere")
