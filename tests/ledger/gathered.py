"""Gathering in a test's own process, from witnesses that are processes of their own."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from portal.ledger import commands, halted, log, quorum
from portal.ledger.cosignature import Cosigner
from portal.ledger.gathering import Gathering
from portal.ledger.policy import Asked, Group, Log, Policy
from portal.ledger.quorum import Rules
from portal.settings import Settings
from portal.transaction import unit_of_work
from tests.ledger.acts import FILED, SECRET
from tests.ledger.chains import reference
from tests.ledger.stored import SIGNER, scalar
from tests.ledger.witnesses import post

DEAD = Asked("dead", Cosigner("witness.example/dead", bytes(32)).witness, "http://127.0.0.1:1")
AT = datetime(2026, 1, 5, 8, tzinfo=UTC)


@dataclass
class Two:
    """An honest witness and one that signs anything."""

    honest: Asked
    dishonest: Asked


def of(quorum_name: str, *witnesses: Asked, needed: int = 1) -> Policy:
    group = Group("enough", needed, tuple(one.name for one in witnesses))
    return Policy((Log(SIGNER.verifier),), witnesses, (group,), quorum_name)


def gathering(app: Flask, checkpoint_file: Path, wanted: Policy, **changes: object) -> Gathering:
    settings: Settings = app.config["SETTINGS"]
    halt_file = halted.beside(checkpoint_file)
    return Gathering(settings.sqlalchemy_url, rules=Rules(wanted), halt_file=halt_file, **changes)  # type: ignore[arg-type]


@contextlib.contextmanager
def gathered(app: Flask, checkpoint_file: Path, wanted: Policy, **changes: object) -> Iterator[Gathering]:
    made = gathering(app, checkpoint_file, wanted, **changes)
    made.settle(10)
    yield made
    made.close()


def add(session: Session, count: int) -> None:
    """So many dossiers are filed, in one transaction."""
    first = scalar(session, "select (select count(*) from ledger_entry) + (select count(*) from ledger_outbox)")
    with unit_of_work(session):
        for number in range(first, first + count):
            act = replace(FILED, reference=reference(number))
            commands.append(session, act=act, private={}, secret=SECRET, sealed=False)


def served(session: Session) -> bytes:
    session.rollback()
    head = log.head(session)
    assert head is not None
    return head.note


def standing(session: Session) -> quorum.Standing:
    session.rollback()
    return quorum.standing(session)


def post_raw(witness: Asked, body: bytes) -> bytes:
    answer = post(f"{witness.address}/add-checkpoint", body)
    return answer.body if answer.status == 200 else b""
