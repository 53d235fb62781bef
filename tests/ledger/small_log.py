"""A small log that is always the same: its keys, its leaves, and proofs of them. For the vectors in `proofs/`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from portal.ledger import commitment, entry, note, promise, proof_file, tree
from portal.ledger.commitment import Opening
from portal.ledger.cosignature import Cosigner
from portal.ledger.note import Checkpoint, KeySigner
from portal.ledger.proof_file import Proof, Receipt
from tests.ledger.acts import DUE_AT, FILED, RULE, after

ORIGIN = "hai-dang.test/ledger"
LOG = KeySigner(ORIGIN, sha256(b"the log").digest())
OLD_LOG = KeySigner(ORIGIN, sha256(b"the log, before its key was changed").digest())
OTHER_LOG = KeySigner("another.test/ledger", sha256(b"another log").digest())
PROMISING = KeySigner(promise.key_name(ORIGIN), sha256(b"the promises").digest())
OTHER_PROMISING = KeySigner(promise.key_name("another.test/ledger"), sha256(b"other promises").digest())
SECRET = sha256(b"the dossier").digest()
COSIGNED_AT = datetime(2020, 6, 15, 2, 31, tzinfo=UTC)

PRIVATE: Mapping[str, Any] = {
    "applicant.kind": "citizen",
    "applicant.name": "Nguyễn Văn Mẫu",
    "answer.content": 'Dòng một\nDòng "hai" \\ \t\u007f\u2028 😀 đ',
    "answer.list": [1, -2, None, True, {"b": [], "a": "Đ", "__proto__": {}}],
    "answer.largest": 2**53 - 1,
    "file.0": ["birth_certificate", "00" * 32, 1234],
}


class Cosigning(Cosigner):
    """A witness that cosigns, by default at one second."""

    def __init__(self, name: str) -> None:
        super().__init__(name, sha256(name.encode()).digest())

    def line(self, text: str, at: datetime = COSIGNED_AT) -> str:
        return self.cosign(text, at).line


FIRST, SECOND, STRANGER = map(Cosigning, ("witness.test/one", "witness.test/two", "witness.test/stranger"))


def committed(act: entry.Act, fields: Mapping[str, Any] = PRIVATE, *, secret: bytes = SECRET) -> bytes:
    return entry.render(act, commitment.commit(fields, secret=secret, n=act.n))


def opening(show: Sequence[str] | None = None, *, n: int = 0, secret: bytes = SECRET) -> Opening:
    return commitment.open_fields(PRIVATE, show=PRIVATE if show is None else show, secret=secret, n=n)


def sealed(text: str, *, secret: bytes = SECRET, field: str = "entry") -> tuple[bytes, Opening]:
    """A sealed leaf over that text, and what opens it."""
    fields = {field: text}
    value = commitment.commit(fields, secret=secret, n=0, purpose="sealed")
    opens = commitment.open_fields(fields, show=fields, secret=secret, n=0, purpose="sealed")
    return entry.render_sealed(date(2020, 6, 15), value), opens


FILING = committed(FILED)
RECEIVED = committed(after(FILED, tree.leaf_hash(FILING), "received", due=DUE_AT, rule=RULE))
SEALED_ACT = committed(replace(FILED, reference="H06.31.01-200615-0002"))
SEALED, UNSEALED = sealed(SEALED_ACT.decode())
NO_ENTRY = b'{"act":"filed","name":"not an entry"}'
NO_DAY = SEALED.replace(b'"2020-06-15"', b'"2020-02-30"')
NO_INSTANT = FILING.replace(b"2020-06-15T02:30:00Z", b"2019-02-29T02:30:00Z")
SEALED_WORDS, UNSEALED_WORDS = sealed("no entry at all")
SEALED_OTHER_FIELD, UNSEALED_OTHER_FIELD = sealed(SEALED_ACT.decode(), field="other")
UNSEALED_NO_ACT = commitment.open_fields({"entry": SEALED_ACT.decode()}, show=(), secret=SECRET, n=0, purpose="sealed")
NO_SENSE = FILING.replace(b'"rule":null', b'"rule":"vn-2018.1"')

FIXED = (FILING, RECEIVED, SEALED, NO_ENTRY, NO_DAY, NO_INSTANT, SEALED_WORDS, SEALED_OTHER_FIELD, NO_SENSE)
SIZE = 300


def leaves(size: int = SIZE) -> list[bytes]:
    more = (
        committed(replace(FILED, reference=f"H06.31.01-200615-{number:04d}"), {}) for number in range(len(FIXED), size)
    )
    return [*FIXED, *more][:size]


LEAVES = leaves()
HASHES = [tree.leaf_hash(leaf) for leaf in LEAVES]


def checkpoint(
    size: int = SIZE,
    *,
    signers: Sequence[KeySigner] = (LOG,),
    origin: str = ORIGIN,
    root: bytes | None = None,
    cosigning: Sequence[Cosigning] = (),
) -> bytes:
    """The signed and cosigned checkpoint of the first so many leaves."""
    text = Checkpoint(origin, size, root or tree.root_of(HASHES[:size])).render()
    return (note.sign(text, signers) + "".join(one.line(text) for one in cosigning)).encode()


def promised(leaf: bytes, *, signer: KeySigner = PROMISING) -> str:
    return promise.make(tree.leaf_hash(leaf), at=FILED.at, signer=signer)


def proof(index: int = 0, *, size: int = SIZE, signed: bytes | None = None, **members: Any) -> Proof:
    """The proof of that leaf; `members` are those of the receipt besides the leaf."""
    path = tuple(tree.inclusion_proof(index, size, tree.nodes_of(HASHES[:size])))
    return Proof(Receipt(LEAVES[index], **members), index, path, signed or checkpoint(size))


def rendered(index: int = 0, **wishes: Any) -> bytes:
    return proof_file.render(proof(index, **wishes))
