"""The worker counts what it publishes, as a process, and goes on after being killed."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.settings import Settings
from portal.statistics import commands, queries
from portal.statistics.following import Follower
from tests.ledger.chains import Chain, reference
from tests.ledger.stored import wait_until
from tests.ledger.test_worker import worker
from tests.statistics.logs import Story
from tests.statistics.stored import publish


@pytest.fixture
def own(app: Flask, tmp_path: Path) -> Settings:
    settings: Settings = app.config["SETTINGS"]
    return settings.model_copy(update={"instance": tmp_path / "instance"})


def counted(session: Session) -> int:
    session.rollback()
    return queries.size(session)


def test_the_worker_counts_and_goes_on_after_being_killed(session: Session, own: Settings) -> None:
    Chain(session).receive().resolve()
    with worker(own):
        wait_until(lambda: counted(session) == 3, 40)
    Chain(session, reference(2)).receive(due_in_hours=1).resolve(hours=20)
    with worker(own):
        wait_until(lambda: counted(session) == 6, 40)
    assert commands.check(session) == (6, [])


def test_several_followers_count_each_entry_once(app: Flask, session: Session) -> None:
    followers = [Follower.of(app.config["SETTINGS"]) for _ in range(3)]
    for number in range(4):
        publish(
            app, session, Story(number, "2020-06-15 08:00").received("2020-06-15 09:00", "2020-06-18 09:00").entries
        )
        assert sorted(follower.catch_up() for follower in followers) == [0, 0, 2]
    for follower in followers:
        follower.close()
    assert commands.check(session) == (8, [])
