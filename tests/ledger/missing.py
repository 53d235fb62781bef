"""A portal whose operator asks for witnesses, of whom nothing has been heard for so long."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from portal import clock
from portal.ledger import quorum
from portal.ledger.cosignature import Cosigner
from portal.ledger.policy import Asked, Policy
from portal.settings import Settings
from portal.transaction import unit_of_work

WITNESS = Cosigner("witness.example/dead", bytes(32)).witness
POLICY = Policy(witnesses=(Asked("dead", WITNESS, "http://127.0.0.1:1"),), quorum="dead")


@contextmanager
def asked_for(app: Flask, folder: Path, **changes: Any) -> Iterator[Settings]:
    """The policy is in force as long as this lasts."""
    file = folder / "witnesses.policy"
    file.write_text(POLICY.render())
    settings: Settings = app.config["SETTINGS"]
    changed = settings.model_copy(update={"ledger_policy": file, **changes})
    quorum.install(changed)
    try:
        yield changed
    finally:
        quorum.install(settings)


def missing_for(session: Session, time: timedelta) -> datetime:
    """The witnesses have been missing for so long; since when."""
    since = clock.now() - time
    with unit_of_work(session):
        quorum.lacks(session, at=since)
    return since


def back(session: Session) -> None:
    with unit_of_work(session):
        quorum.reached(session, 0)
