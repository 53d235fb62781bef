"""Which checkpoint a proof file leads to: the newest that its witnesses cosigned, for newer acts the newest of all."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import commitment, log, note, proof, proof_file, proving, quorum, trust
from portal.ledger.proof_file import Receipt
from portal.ledger.publisher import Publisher
from portal.transaction import unit_of_work
from tests.ledger.acts import SECRET
from tests.ledger.chains import Chain, reference
from tests.ledger.small_log import FIRST, SECOND
from tests.ledger.stored import SIGNER

AT = datetime(2020, 6, 15, 3, tzinfo=UTC)
KEYS = trust.parse_keys([SIGNER.verifier.vkey, FIRST.witness.vkey, SECOND.witness.vkey])


def cosign(session: Session) -> None:
    """Both witnesses cosign the newest checkpoint, which is their quorum."""
    signed = log.head(session)
    assert signed is not None
    with unit_of_work(session):
        for witness in (FIRST, SECOND):
            quorum.keep(session, signed.size, witness.cosign(note.parse(signed.note).text, AT), at=AT)
        quorum.reached(session, signed.size)


def checked(made: proof_file.Proof | None, witnesses: int = 0) -> proof.Facts:
    assert made is not None
    found = proof.check(proof_file.render(made), KEYS, witnesses=witnesses).facts
    assert found is not None
    return found


def test_a_proof_leads_to_the_newest_checkpoint_that_was_cosigned(session: Session, publisher: Publisher) -> None:
    chain = Chain(session).receive()
    publisher.publish_pending()
    session.rollback()
    assert checked(proving.public_proof(session, 1)).cosigners == ()
    cosign(session)
    old = checked(proving.public_proof(session, 1), witnesses=2)
    assert [(one.name, one.at) for one in old.cosigners] == [(one.witness.name, AT) for one in (FIRST, SECOND)]
    chain.resolve()
    publisher.publish_pending()
    session.rollback()
    assert checked(proving.public_proof(session, 1), witnesses=2).size == 2
    new = checked(proving.public_proof(session, 2))
    assert (new.size, new.cosigners) == (3, ())


def test_a_leaf_is_found_wherever_it_is(session: Session, publisher: Publisher) -> None:
    chain = Chain(session)
    other = Chain(session, reference(2), sealed=True)
    (leaf, sealed), name = (chain.appended[0], other.appended[0]), chain.act.reference
    waiting = proving.leaf(session, name, leaf.leaf_hash)
    assert waiting == proving.Leaf(leaf.entry, None, None)
    publisher.publish_pending()
    session.rollback()
    assert proving.leaf(session, name, leaf.leaf_hash) == proving.Leaf(leaf.entry, None, 0)
    found = proving.leaf(session, reference(2), sealed.leaf_hash)
    assert found is not None
    assert (found.data, found.position, found.receipt.sealed is not None) == (sealed.entry, 1, True)
    assert proving.leaf(session, name, sealed.leaf_hash) is None, "another dossier's"
    assert proving.leaf(session, name, bytes(32)) is None


def test_what_is_stored_and_not_handed_out_is_in_no_proof(session: Session, publisher: Publisher) -> None:
    leaf = Chain(session).appended[0]
    publisher.publish_pending()
    session.rollback()
    session.execute(text("alter table ledger_head disable trigger all"))
    session.execute(text("update ledger_head set published = 0"))
    found = proving.leaf(session, reference(1), leaf.leaf_hash)
    assert found == proving.Leaf(leaf.entry, None, None)
    assert proving.public_proof(session, 0) is None


def test_an_act_that_breaks_its_chain_is_proven_all_the_same(session: Session, publisher: Publisher) -> None:
    """It is in the log; what it counts for is another question."""
    chain = Chain(session)
    chain.act = replace(chain.act, n=6)
    chain.receive()
    publisher.publish_pending()
    session.rollback()
    found = proving.leaf(session, chain.act.reference, chain.appended[1].leaf_hash)
    assert found is not None
    assert found.position == 1
    receipt = replace(found.receipt, opening=commitment.open_fields(chain.private, show=(), secret=SECRET, n=7))
    assert checked(proving.proof(session, 1, receipt)).entry["n"] == 7


def test_a_receipt_of_another_leaf_gets_no_proof(session: Session, publisher: Publisher) -> None:
    chain = Chain(session).receive()
    publisher.publish_pending()
    session.rollback()
    with pytest.raises(ValueError, match="another"):
        proving.proof(session, 0, Receipt(chain.appended[1].entry))
