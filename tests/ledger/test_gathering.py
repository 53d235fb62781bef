"""Cosignatures gathered from witnesses that are processes of their own: honest, dishonest, dead, slow, and wrong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.ledger import halted, log, policy, quorum
from portal.ledger.cosignature import Cosigner
from portal.ledger.policy import NotWitnessed
from portal.ledger.publisher import Publisher
from portal.ledger.witness import request
from portal.ledger.witness.request import Request
from portal.transaction import unit_of_work
from tests.ledger.chains import Chain
from tests.ledger.gathered import AT, DEAD, Two, add, gathered, of, post_raw, served, standing
from tests.ledger.stored import SIGNER
from tests.ledger.witnesses import SmallLog

# --- The quorum rule ---------------------------------------------------------------------------------------------


def test_the_quorum_holds_with_an_honest_a_dishonest_and_a_dead_witness(
    app: Flask, session: Session, publisher: Publisher, checkpoint_file: Path, two: Two
) -> None:
    Chain(session).receive().resolve()
    publisher.publish_pending()
    wanted = {count: of("enough", two.honest, two.dishonest, DEAD, needed=count) for count in (1, 2, 3)}
    with gathered(app, checkpoint_file, wanted[2]):
        note = served(session)
        opened = wanted[2].check(note)
        assert opened.checkpoint.size == 3
        assert {one.name for one in opened.cosigned} == {"witness.example/honest", "witness.example/dishonest"}
        assert all(abs(one.at - datetime.now(UTC)) < timedelta(minutes=1) for one in opened.cosigned)
        with pytest.raises(NotWitnessed):
            wanted[3].check(note)
    assert standing(session) == quorum.Standing(3, None)
    with gathered(app, checkpoint_file, wanted[3]):
        assert standing(session).witnessed == 3
        assert standing(session).missing_since is not None


def test_what_a_dishonest_witness_signs_is_not_enough_where_an_honest_one_is_asked_too(
    app: Flask, session: Session, publisher: Publisher, checkpoint_file: Path, two: Two
) -> None:
    """Somebody with the log's key shows two histories. The dishonest witness signs both; no quorum has both."""
    publisher.publish_pending()
    both = of("enough", two.honest, two.dishonest, needed=2)
    Chain(session)
    publisher.publish_pending()
    with gathered(app, checkpoint_file, both):
        assert both.check(served(session)).checkpoint.size == 1
    fork, signed = SmallLog(SIGNER), SmallLog(SIGNER).note(1)
    for witness in (two.honest, two.dishonest):
        answer = post_raw(witness, fork.request(0, 1)) or post_raw(witness, fork.request(1, 1))
        signed += answer
    assert of("dishonest", two.dishonest).check(signed).checkpoint.size == 1
    with pytest.raises(NotWitnessed):
        both.check(signed)


def test_a_growing_log_is_cosigned_step_by_step(
    app: Flask, session: Session, publisher: Publisher, checkpoint_file: Path, two: Two
) -> None:
    """Each step needs a proof from the witness's size to the log's, over tiles that are full and tiles that are not."""
    wanted = of("honest", two.honest)
    for number in (0, 1, 2, 250, 20, 300):
        add(session, number)
        publisher.publish_pending()
        with gathered(app, checkpoint_file, wanted):
            assert wanted.check(served(session)).checkpoint.size == standing(session).witnessed
    assert standing(session) == quorum.Standing(573, None)


def test_between_published_and_cosigned_the_last_witnessed_checkpoint_is_at_hand(
    app: Flask, session: Session, publisher: Publisher, checkpoint_file: Path, two: Two
) -> None:
    wanted = of("honest", two.honest)
    publisher.publish_pending()
    assert log.witnessed(session) is None
    with gathered(app, checkpoint_file, wanted):
        add(session, 3)
        publisher.publish_pending()
        with pytest.raises(NotWitnessed):
            wanted.check(served(session))
        found = log.witnessed(session)
        assert found is not None
        assert wanted.check(found.note).checkpoint.size == found.size == 0


def test_a_witness_that_is_further_than_we_remember_is_met_where_it_is(
    app: Flask, session: Session, publisher: Publisher, checkpoint_file: Path, two: Two
) -> None:
    """Its answer was lost: it signed, and nobody knows. It says its size, and is asked from there."""
    add(session, 3)
    publisher.publish_pending()
    lost = request.render(Request(0, (), served(session)))
    assert post_raw(two.honest, lost)
    add(session, 2)
    publisher.publish_pending()
    with gathered(app, checkpoint_file, of("honest", two.honest)):
        assert standing(session) == quorum.Standing(5, None)
    assert halted.reason(halted.beside(checkpoint_file)) is None


# --- What is kept ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_cosignature set line = 'x'",
        "delete from ledger_cosignature",
        "truncate ledger_cosignature",
        "insert into ledger_cosignature select 99, name, key_id, at, line from ledger_cosignature",
        "delete from ledger_quorum",
        "truncate ledger_quorum",
        "insert into ledger_quorum (id) values (2)",
        "set session_replication_role = replica; delete from ledger_cosignature",
    ],
)
def test_what_witnesses_signed_cannot_be_rewritten(session: Session, publisher: Publisher, statement: str) -> None:
    publisher.publish_pending()
    with unit_of_work(session):
        quorum.keep(session, 0, Cosigner("w", bytes(32)).cosign("text\n", AT), at=AT)
    with pytest.raises(IntegrityError):
        session.execute(text(statement))


def test_everybody_is_served_the_cosignatures(
    app: Flask, client: FlaskClient, session: Session, publisher: Publisher, checkpoint_file: Path, two: Two
) -> None:
    publisher.publish_pending()
    wanted = of("enough", two.honest, two.dishonest, needed=2)
    plain = client.get("/ledger/checkpoint")
    with pytest.raises(NotWitnessed):
        wanted.check(plain.data)
    with gathered(app, checkpoint_file, wanted):
        answer = client.get("/ledger/checkpoint", headers={"If-None-Match": plain.headers["ETag"]})
    assert answer.status_code == 200
    assert wanted.check(answer.data).checkpoint == policy.of_keys([SIGNER.verifier]).check(plain.data).checkpoint
    assert answer.data.startswith(plain.data)
    assert client.get("/ledger/checkpoint", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
