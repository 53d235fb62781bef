"""The grants that docs/ledger.md names are enough to work, and not enough to rewrite."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from portal.ledger import quorum
from portal.ledger.gathering import Gathering
from portal.ledger.policy import Asked, Policy
from portal.ledger.publisher import Publisher
from portal.ledger.quorum import Rules
from portal.pilot.postgres import EmbeddedPostgres
from portal.settings import ROOT, Settings
from tests.ledger.chains import Chain, reference
from tests.ledger.stored import SIGNER, assert_sound, keys_beside
from tests.ledger.test_guards import REWRITING
from tests.ledger.witnesses import started


def url_of(settings: Settings, role: str) -> str:
    return settings.sqlalchemy_url.replace("//portal@", f"//{role}@")


@pytest.fixture
def granted(app: Flask, postgres: EmbeddedPostgres) -> Iterator[Settings]:
    """Two roles with exactly the documented grants on this test's database."""
    settings: Settings = app.config["SETTINGS"]
    (grants,) = re.findall(r"```sql\n(.*?)```", (ROOT / "docs" / "ledger.md").read_text(), re.DOTALL)
    roles = ("portal_web", "portal_worker")
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        for role in roles:
            connection.execute(f"drop role if exists {role}")
            connection.execute(f"create role {role} login")
        connection.execute(grants.replace("database portal ", "database portal_test "))
    yield settings
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        for role in roles:
            connection.execute(f"drop owned by {role}")
            connection.execute(f"drop role {role}")


def test_web_and_worker_can_do_their_work(session: Session, granted: Settings, checkpoint_file: Path) -> None:
    web = create_engine(url_of(granted, "portal_web"), poolclass=NullPool)
    publisher = Publisher(
        url_of(granted, "portal_worker"), keys=keys_beside(checkpoint_file), checkpoint_file=checkpoint_file
    )
    with Session(web) as own:
        Chain(own).receive().resolve()
        Chain(own, reference(2), sealed=True).receive(due_in_hours=1)
        assert publisher.publish_pending() == 5
        Chain(own, reference(3)).do("withdrawn")
        assert publisher.publish_pending() == 2
    publisher.close()
    assert assert_sound(session, checkpoint_file) == 7


@pytest.mark.parametrize("role", ["portal_web", "portal_worker"])
def test_neither_can_rewrite(session: Session, granted: Settings, checkpoint_file: Path, role: str) -> None:
    publisher = Publisher(
        url_of(granted, "portal_worker"), keys=keys_beside(checkpoint_file), checkpoint_file=checkpoint_file
    )
    Chain(session)
    publisher.publish_pending()
    publisher.close()
    engine = create_engine(url_of(granted, role), poolclass=NullPool)
    tried = [text for text in REWRITING if not text.startswith(("insert", "update ledger_head"))]
    tried += ["alter table ledger_entry disable trigger all", "drop table ledger_entry"]
    for statement in tried:
        with Session(engine) as own, pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            own.execute(text(statement))


def test_the_worker_gathers_cosignatures_with_its_grants(
    session: Session, granted: Settings, publisher: Publisher, tmp_path: Path
) -> None:
    publisher.publish_pending()
    with started(tmp_path / "honest", SIGNER.verifier) as honest:
        rules = Rules(Policy(witnesses=(Asked("honest", honest.key, honest.address),), quorum="honest"))
        made = Gathering(url_of(granted, "portal_worker"), rules=rules, halt_file=tmp_path / "halted")
        made.settle(10)
        made.close()
    assert quorum.standing(session).witnessed == 0
