"""Proof files: read as written, refused in every other form, and what is changed in one is noticed."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import entry, note, promise, proof, proof_file, tree, trust
from portal.ledger.commitment import Opening
from portal.ledger.note import BadNote, Checkpoint, KeySigner
from portal.ledger.proof import Answer
from portal.ledger.proof_file import BadProof, Proof, Receipt
from tests.ledger import make_proofs, small_log
from tests.ledger.acts import FILED
from tests.ledger.small_log import LOG, PROMISING, rendered

KEYS = trust.parse_keys(make_proofs.KEYS["keys.txt"])
HASHES = st.binary(min_size=32, max_size=32)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@st.composite
def openings(draw: st.DrawFn) -> Opening:
    digests = draw(st.lists(st.text(LETTERS, min_size=43, max_size=43), max_size=3))
    disclosures = draw(st.sets(st.text(LETTERS, min_size=1, max_size=9), max_size=3))
    return Opening(draw(HASHES), tuple(digests), tuple(sorted(disclosures)))


@st.composite
def proofs(draw: st.DrawFn) -> Proof:
    """Any proof that has a form, whether it proves anything or not."""
    signers = draw(st.lists(HASHES, min_size=1, max_size=3))
    text = Checkpoint("log.test", draw(st.integers(0, 2**53 - 1)), draw(HASHES)).render()
    receipt = Receipt(
        draw(st.binary(max_size=40)),
        draw(st.none() | openings()),
        draw(st.none() | openings()),
        draw(st.none() | st.text("a é\n—", max_size=9)),
    )
    signed = note.sign(text, [KeySigner(f"key{number}.test", seed) for number, seed in enumerate(signers)])
    path = tuple(draw(st.lists(HASHES, max_size=4)))
    return Proof(receipt, draw(st.integers(0, 2**53 - 1)), path, signed.encode())


@given(proofs())
def test_a_proof_is_read_as_it_was_written(made: Proof) -> None:
    data = proof_file.render(made)
    assert proof_file.parse(data) == made
    receipt = proof_file.render_receipt(made.receipt)
    assert proof_file.parse_receipt(receipt) == made.receipt


@given(proofs(), st.data())
def test_what_is_read_is_spelt_in_one_way_only(made: Proof, data: st.DataObject) -> None:
    """Change any byte: either it is refused, or it is another proof whose own spelling this is."""
    written = bytearray(proof_file.render(made))
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] = data.draw(st.integers(0, 255))
    try:
        again = proof_file.parse(bytes(written))
    except BadProof:
        return
    assert proof_file.render(again) == bytes(written)


@given(st.binary(max_size=300))
def test_anything_at_all_gets_an_answer(data: bytes) -> None:
    for answer in (proof.check(data, KEYS), proof.check(proof_file.FIRST_LINE + data, KEYS)):
        assert not answer.proven
        assert answer.problem in ("not_a_proof", "not_canonical")
    assert proof.check_receipt(b"{" + data, KEYS).problem == "not_canonical"


def test_every_single_byte_of_a_proof_matters() -> None:
    """All of it changed, byte by byte, in the fullest proof there is: what is not noticed was not there to prove."""
    data = next(case.data for case in make_proofs.good() if case.name == "everything")
    good = proof.check(data, KEYS, witnesses=2)
    assert good.proven
    chosen = random.Random(7)
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1 << chosen.randrange(8)
        answer = proof.check(bytes(changed), KEYS, witnesses=2)
        assert not answer.proven, f"byte {at} changed and still proven"


def test_a_proof_holds_for_every_leaf_of_small_trees() -> None:
    leaf = small_log.FILING
    for size in range(1, 20):
        leaves = [*(tree.leaf_hash(bytes([number])) for number in range(size - 1))]
        for index in range(size):
            hashes = [*leaves[:index], tree.leaf_hash(leaf), *leaves[index:]]
            path = tuple(tree.inclusion_proof(index, size, tree.nodes_of(hashes)))
            signed = note.sign(Checkpoint(small_log.ORIGIN, size, tree.root_of(hashes)).render(), [LOG]).encode()
            made = Proof(Receipt(leaf), index, path, signed)
            assert proof.check(proof_file.render(made), KEYS).proven
            moved = replace(made, index=(index + 1) % size)
            assert proof.check(proof_file.render(moved), KEYS).proven is (size == 1)


@pytest.mark.parametrize("problem", proof.PROBLEMS)
def test_each_problem_is_told_in_one_sentence(problem: str) -> None:
    said = proof.sentence(Answer(problem, None))
    assert said.startswith("Not proven: ")
    assert said.endswith(".")
    assert said.count(".") == 1


def test_what_was_proven_is_told() -> None:
    open_act = proof.sentence(proof.check(rendered(), KEYS))
    assert open_act == (
        "Proven: the act 'filed' on dossier H06.31.01-200615-0001 at 2020-06-15T02:30:00Z "
        "is entry 0 of the log of 300 entries."
    )
    assert proof.sentence(proof.check(rendered(2), KEYS)) == (
        "Proven: a sealed act of 2020-06-15 is entry 2 of the log of 300 entries."
    )
    receipt = Receipt(small_log.FILING, promise=small_log.promised(small_log.FILING))
    early = proof.sentence(proof.check_receipt(proof_file.render_receipt(receipt), KEYS))
    assert early == (
        "Promised, not yet proven: the act 'filed' on dossier H06.31.01-200615-0001 at 2020-06-15T02:30:00Z "
        "will be in the log before 2020-06-16T02:30:00Z."
    )


# --- The promise -------------------------------------------------------------------------------------------------


def test_a_promise_is_three_lines_and_the_same_each_time() -> None:
    text = promise.make(bytes(32), at=FILED.at, signer=PROMISING)
    assert text.split("\n")[:4] == [
        "hai-dang.test/ledger/receipt",
        f"leaf {'A' * 43}= at 2020-06-15T02:30:00Z",
        "before 2020-06-16T02:30:00Z",
        "",
    ]
    assert promise.make(bytes(32), at=FILED.at + timedelta(milliseconds=999), signer=PROMISING) == text
    found = promise.parse(text)
    assert (found.name, found.leaf, found.at) == (PROMISING.verifier.name, bytes(32), FILED.at)
    assert found.before == FILED.at + promise.TERM
    assert found.note.signed_by(PROMISING.verifier)


@given(HASHES, st.integers(0, 4_000_000_000))
def test_a_promise_is_read_as_it_was_made(leaf: bytes, seconds: int) -> None:
    at = entry.instant("1970-01-01T00:00:00Z") + timedelta(seconds=seconds)
    found = promise.parse(promise.make(leaf, at=at, signer=PROMISING))
    assert (found.leaf, found.at, found.before) == (leaf, at, at + promise.TERM)


# --- Keys --------------------------------------------------------------------------------------------------------


def test_keys_are_told_apart_by_algorithm_and_name() -> None:
    lines = ["", "  ", *make_proofs.KEYS["rotated.txt"], ""]
    keys = trust.parse_keys(lines)
    assert [log.key.vkey for log in keys.policy.logs] == lines[2:4]
    assert [key.vkey for key in keys.promising] == [lines[4]]
    assert [asked.key.vkey for asked in keys.policy.witnesses] == lines[5:7]


@pytest.mark.parametrize("line", ["x", "a+00000000+AAAA", LOG.verifier.vkey[:-4] + "AAA=", LOG.render()])
def test_what_is_no_public_key_is_refused(line: Any) -> None:
    with pytest.raises(BadNote):
        trust.parse_keys([line])


def test_a_key_given_twice_is_refused() -> None:
    with pytest.raises(BadNote):
        trust.parse_keys([LOG.verifier.vkey, LOG.verifier.vkey])
