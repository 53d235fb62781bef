"""Whether a proof file proves its act, to whoever has the log's public key and nothing else. Pure.

Keys come from whoever checks (`portal.ledger.trust`), never from the file (`portal.ledger.proof_file`).

The check ends at the first of these problems:

    too_large       more than 131,072 bytes
    not_a_proof     does not begin with the first line (a receipt: with "{")
    not_canonical   spelt in any other way than `portal.ledger.proof_file` says
    other_log       the checkpoint's origin is not the name of a log's key that was given
    bad_signature   no line of a given key of that log, or one that is bad or double
    not_witnessed   a bad or double line of a given witness, or fewer cosigned than were asked for
    not_included    index >= size, or the hashes do not lead from the leaf to the root, each used once
    bad_entry       the leaf is neither an entry nor a sealed entry (`portal.ledger.entry`)
    bad_opening     what is sealed or private does not open this leaf's commitment, or there is nothing to open
    bad_promise     not a promise for this leaf by `<origin>/receipt`, or not signed by a key of that name that was
                    given; without such a key the signature is left aside, and so is what it would prove
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from portal.ledger import canonical, commitment, entry, promise, proof_file, tree
from portal.ledger.commitment import BadOpening, Opening
from portal.ledger.entry import BadEntry
from portal.ledger.note import BadNote
from portal.ledger.policy import Cosigned, NotSigned, NotWitnessed, Opened, OtherLog
from portal.ledger.promise import Promise
from portal.ledger.proof_file import BadProof, Proof, Receipt
from portal.ledger.tree import NotProven
from portal.ledger.trust import Keys

PROBLEMS = (
    "too_large",
    "not_a_proof",
    "not_canonical",
    "other_log",
    "bad_signature",
    "not_witnessed",
    "not_included",
    "bad_entry",
    "bad_opening",
    "bad_promise",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What was proven. `entry`: the members that a sealed leaf stands for, where it is opened; `index` and `size`
    None: only promised so far. `promise` None: there is none, or no key was given to check it with."""

    index: int | None
    size: int | None
    entry: Mapping[str, Any]
    sealed: bool
    shown: Mapping[str, Any]
    cosigners: tuple[Cosigned, ...]
    promise: Promise | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Either a problem or facts."""

    problem: str | None
    facts: Facts | None

    @property
    def proven(self) -> bool:
        return self.facts is not None


# --- Checking ----------------------------------------------------------------------------------------------------


def check(data: bytes, keys: Keys, *, witnesses: int = 0) -> Answer:
    """Whether the file proves its act to whoever trusts these keys and asks for so many witnesses. Never raises."""
    try:
        return Answer(None, _proven(proof_file.parse(data), keys, witnesses))
    except BadProof as error:
        return Answer(error.problem, None)


def check_receipt(data: bytes, keys: Keys) -> Answer:
    """Whether the receipt holds a good promise by one of these keys: what there is before there is a proof."""
    try:
        return Answer(None, _promised(proof_file.parse_receipt(data), keys))
    except BadProof as error:
        return Answer(error.problem, None)


def _proven(proof: Proof, keys: Keys, witnesses: int) -> Facts:
    opened = _checkpoint(proof.checkpoint, keys, witnesses)
    checkpoint = opened.checkpoint
    leaf = tree.leaf_hash(proof.receipt.entry)
    try:
        tree.verify_inclusion(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)
    except NotProven as error:
        raise BadProof("not_included") from error
    said = _opened(proof.receipt)
    kept = _kept_promise(proof.receipt, leaf, promise.key_name(checkpoint.origin), keys)
    return Facts(proof.index, checkpoint.size, *said, opened.cosigned, kept)


def _checkpoint(data: bytes, keys: Keys, witnesses: int) -> Opened:
    try:
        opened = keys.policy.check(data)
    except OtherLog as error:
        raise BadProof("other_log") from error
    except NotSigned as error:
        raise BadProof("bad_signature") from error
    except NotWitnessed as error:
        raise BadProof("not_witnessed") from error
    if len(opened.cosigned) < witnesses:
        raise BadProof("not_witnessed")
    return opened


def _promised(receipt: Receipt, keys: Keys) -> Facts:
    opened = _opened(receipt)
    name = (receipt.promise or "").partition("\n")[0]
    kept = _kept_promise(receipt, tree.leaf_hash(receipt.entry), name, keys)
    if kept is None:
        raise BadProof("bad_promise")
    return Facts(None, None, *opened, (), kept)


def _opened(receipt: Receipt) -> tuple[Mapping[str, Any], bool, Mapping[str, Any]]:
    """The act's members, whether the leaf is sealed, the private fields shown."""
    sealed = _is_sealed(receipt.entry)
    try:
        act = receipt.entry
        if sealed and receipt.sealed is not None:
            act = _unsealed(act, receipt.sealed)
        elif receipt.sealed is not None or (sealed and receipt.opening is not None):
            raise BadProof("bad_opening")
        shown: Mapping[str, Any] = {}
        if receipt.opening is not None:
            shown = commitment.check(receipt.opening, entry.parse(act)[1])
        return canonical.parse(act), sealed, shown
    except (BadOpening, BadEntry) as error:
        raise BadProof("bad_opening") from error


def _is_sealed(leaf: bytes) -> bool:
    try:
        if entry.is_sealed(leaf):
            entry.parse_sealed(leaf)
            return True
        entry.members(leaf)
    except BadEntry as error:
        raise BadProof("bad_entry") from error
    return False


def _unsealed(leaf: bytes, opening: Opening) -> bytes:
    """The entry that a sealed leaf stands for."""
    shown = commitment.check(opening, entry.parse_sealed(leaf).commitment)
    act = shown.get(commitment.SEALED_FIELD)
    if set(shown) != {commitment.SEALED_FIELD} or not isinstance(act, str):
        raise BadProof("bad_opening")
    entry.members(act.encode())
    return act.encode()


def _kept_promise(receipt: Receipt, leaf: bytes, name: str, keys: Keys) -> Promise | None:
    """The promise under this name; None without one, or without a key to check it with."""
    if receipt.promise is None:
        return None
    try:
        found = promise.parse(receipt.promise)
    except BadNote as error:
        raise BadProof("bad_promise") from error
    known = [key for key in keys.promising if key.name == name]
    if (found.name, found.leaf) != (name, leaf) or (known and not any(map(found.note.signed_by, known))):
        raise BadProof("bad_promise")
    return found if known else None


# --- Saying it ---------------------------------------------------------------------------------------------------

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "too_large": "Not proven: the file is larger than any proof; perhaps it is another file.",
        "not_a_proof": "Not proven: this is not a proof file; it does not begin as one.",
        "not_canonical": "Not proven: the file is damaged or was changed; it is not written as proofs are.",
        "other_log": "Not proven: the proof is of another log than the one whose key you gave.",
        "bad_signature": "Not proven: the checkpoint in the file is not signed by the log's key that you gave.",
        "not_witnessed": "Not proven: not enough of the witnesses you trust cosigned the checkpoint, or one did not.",
        "not_included": "Not proven: the entry is not in the log at the place that the file names.",
        "bad_entry": "Not proven: what is in the log at that place is not an entry as this log writes them.",
        "bad_opening": "Not proven: the private part in the file is not the one that the entry commits to.",
        "bad_promise": "Not proven: the promise in the file was not made for this entry by this log's key.",
    }
)


def sentence(answer: Answer) -> str:
    """What the check found, in one English sentence."""
    facts = answer.facts
    if facts is None:
        return SENTENCES[answer.problem or "not_a_proof"]
    what = _what(facts.entry)
    if facts.index is None and facts.promise is not None:
        return f"Promised, not yet proven: {what} will be in the log before {entry.instant_text(facts.promise.before)}."
    return f"Proven: {what} is entry {facts.index} of the log of {facts.size} entries."


def _what(members: Mapping[str, Any]) -> str:
    if "act" not in members:
        return f"a sealed act of {members['on']}"
    return f"the act {members['act']!r} on dossier {members['reference']} at {members['at']}"
