"""Proof files that must not be believed, each with the problem that every verifier must find."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.ledger import canonical, commitment, cosignature, note, proof_file, tree
from portal.ledger.note import to_base64
from portal.ledger.proof_file import MAX_BYTES
from tests.ledger import ill_spelt_proofs, small_log
from tests.ledger.ill_spelt_proofs import PLAIN, SIGNED_LINE, TEXT
from tests.ledger.small_log import (
    FIRST,
    LOG,
    OLD_LOG,
    OTHER_LOG,
    OTHER_PROMISING,
    PROMISING,
    SECOND,
    STRANGER,
    checkpoint,
    opening,
    promised,
    rendered,
)

COSIGNED = rendered(signed=checkpoint(cosigning=[FIRST]))
LOG_LETTERS = SIGNED_LINE.split(" ")[2].encode()
ROOT = to_base64(tree.root_of(small_log.HASHES)).encode()


class Hostile(NamedTuple):
    name: str
    data: bytes
    problem: str | None
    keys: str = "keys.txt"
    witnesses: int = 0


def hostile() -> Iterator[Hostile]:
    for name, data in ill_spelt_proofs.no_proofs():
        yield Hostile(name, data, "not_a_proof")
    for name, data in ill_spelt_proofs.ill_spelt():
        yield Hostile(name, data, "not_canonical")
    yield Hostile("too-large", PLAIN + b"A" * (MAX_BYTES + 1 - len(PLAIN)), "too_large")
    yield Hostile("as-large-as-can-be", PLAIN + b"A" * (MAX_BYTES - len(PLAIN)), "not_canonical")
    yield from _signatures()
    for problem, parts in (
        ("not_included", _places),
        ("bad_entry", _entries),
        ("bad_opening", _openings),
        ("bad_promise", _promises),
    ):
        for name, data in parts():
            yield Hostile(name, data, problem)


def _signatures() -> Iterator[Hostile]:
    text = TEXT
    wrong = _flipped(COSIGNED, 5, -3)
    yield Hostile(
        "proof-of-another-log",
        rendered(signed=checkpoint(signers=[OTHER_LOG], origin=OTHER_LOG.verifier.name)),
        "other_log",
    )
    yield Hostile("key-of-another-log", PLAIN, "other_log", "stranger.txt")
    yield Hostile(
        "origin-of-another-log-signed-by-ours", rendered(signed=checkpoint(origin="another.test/ledger")), "other_log"
    )
    yield Hostile(
        "origin-of-the-promises",
        rendered(signed=checkpoint(signers=[PROMISING], origin=PROMISING.verifier.name)),
        "other_log",
    )
    yield Hostile("signed-by-another-key-of-the-name", rendered(signed=checkpoint(signers=[OLD_LOG])), "bad_signature")
    yield Hostile("signed-by-the-promising-key", rendered(signed=checkpoint(signers=[PROMISING])), "bad_signature")
    yield Hostile(
        "signed-by-a-witness-alone", rendered(signed=(text + "\n" + FIRST.line(text)).encode()), "bad_signature"
    )
    yield Hostile("signed-twice", PLAIN + SIGNED_LINE.encode() + b"\n", "bad_signature")
    yield Hostile("signature-changed", _flipped(PLAIN, 4, -3), "bad_signature")
    yield Hostile(
        "signature-cut-short", PLAIN.replace(SIGNED_LINE.encode()[-92:], SIGNED_LINE.encode()[-92:-4]), "bad_signature"
    )
    yield Hostile("key-id-changed", PLAIN.replace(LOG_LETTERS, b"B" + LOG_LETTERS[1:]), "bad_signature")
    yield Hostile("size-changed", PLAIN.replace(b"\n300\n", b"\n301\n", 1), "bad_signature")
    yield Hostile("root-changed", PLAIN.replace(ROOT, to_base64(bytes(32)).encode(), 1), "bad_signature")
    yield Hostile(
        "rotated-and-one-of-the-two-bad", rendered(signed=_flipped_note([OLD_LOG, LOG])), "bad_signature", "rotated.txt"
    )
    yield Hostile("nobody-cosigned", PLAIN, "not_witnessed", witnesses=1)
    yield Hostile("one-of-two-cosigned", COSIGNED, "not_witnessed", witnesses=2)
    yield Hostile(
        "a-stranger-cosigned", rendered(signed=checkpoint(cosigning=[STRANGER])), "not_witnessed", witnesses=1
    )
    yield Hostile("cosignature-changed", wrong, "not_witnessed")
    yield Hostile("cosignature-twice", COSIGNED + FIRST.line(text).encode(), "not_witnessed")
    yield Hostile(
        "cosignature-at-another-time", COSIGNED[: -len(FIRST.line(text).encode())] + _retimed(text), "not_witnessed"
    )
    yield Hostile("cosignature-after-the-year-9999", PLAIN + _late(text), "not_witnessed")
    yield Hostile(
        "cosignature-of-another-size", PLAIN + FIRST.line(text.replace("300", "299")).encode(), "not_witnessed"
    )
    yield Hostile("cosignature-under-another-name", PLAIN + _renamed(text), "not_witnessed", witnesses=1)
    yield Hostile("cosignature-cut-short", PLAIN + _cut(text), "not_witnessed")


def _places() -> Iterator[tuple[str, bytes]]:
    good = small_log.proof()
    for name, bad in {
        "index-is-the-size": replace(good, index=300),
        "index-beyond-the-size": replace(good, index=2**53 - 1),
        "index-of-the-next-leaf": replace(good, index=1),
        "path-too-short": replace(good, path=good.path[:-1]),
        "path-too-long": replace(good, path=(*good.path, bytes(32))),
        "path-empty": replace(good, path=()),
        "path-very-long": replace(good, path=(bytes(32),) * 1000),
        "path-turned": replace(good, path=good.path[::-1]),
        "path-changed": replace(good, path=(bytes(32), *good.path[1:])),
        "path-of-another-leaf": replace(good, path=small_log.proof(5).path),
        "path-of-another-size": replace(good, path=small_log.proof(size=255).path),
        "wrong-root-well-signed": replace(good, checkpoint=checkpoint(root=bytes(32))),
        "size-0-well-signed": replace(good, path=(), checkpoint=checkpoint(0)),
        "another-leaf": replace(good, receipt=proof_file.Receipt(small_log.RECEIVED)),
        "no-leaf": replace(good, receipt=proof_file.Receipt(b"")),
        "one-letter-of-the-leaf": replace(
            good, receipt=proof_file.Receipt(small_log.FILING.replace(b"online", b"onlime"))
        ),
        "a-node-as-a-leaf": replace(
            good,
            receipt=proof_file.Receipt(small_log.HASHES[0] + small_log.HASHES[1]),
            path=good.path[1:],
        ),
        "all-leaves-of-the-log-as-one": replace(
            good, path=(), checkpoint=checkpoint(1), receipt=proof_file.Receipt(small_log.RECEIVED)
        ),
    }.items():
        yield name, proof_file.render(bad)


def _entries() -> Iterator[tuple[str, bytes]]:
    yield "no-entry", rendered(3)
    yield "sealed-on-a-day-that-no-calendar-has", rendered(4)
    yield "at-an-instant-that-no-calendar-has", rendered(5)
    yield "a-rule-without-a-due-instant", rendered(8)
    yield "no-entry-and-an-opening", rendered(3, opening=opening())


def _openings() -> Iterator[tuple[str, bytes]]:
    good, inside = opening(), small_log.UNSEALED
    name = opening(["applicant.name"])
    yield "opening-of-another-act", rendered(1, opening=good)
    yield "opening-of-another-secret", rendered(opening=opening(secret=bytes(32)))
    yield "opening-with-another-salt", rendered(opening=replace(good, salt=bytes(32)))
    yield "opening-without-one-digest", rendered(opening=replace(good, digests=good.digests[1:]))
    yield "opening-with-its-digests-turned", rendered(opening=replace(good, digests=good.digests[::-1]))
    yield "opening-with-a-digest-twice", rendered(opening=replace(good, digests=(good.digests[0], *good.digests)))
    yield (
        "disclosure-that-was-not-committed-to",
        rendered(opening=replace(name, disclosures=opening(["applicant.name"], n=1).disclosures)),
    )
    yield "disclosure-with-another-value", rendered(opening=replace(name, disclosures=(_renamed_person(name),)))
    yield "disclosure-no-base64", rendered(opening=replace(name, disclosures=("A",)))
    yield "opened-what-is-sealed-and-shut", rendered(2, opening=good)
    yield "unsealed-what-is-not-sealed", rendered(sealed=inside)
    yield "unsealed-by-the-private-part", rendered(2, sealed=good)
    yield "unsealed-with-nothing-shown", rendered(2, sealed=small_log.UNSEALED_NO_ACT)
    yield "unsealed-to-no-entry", rendered(6, sealed=small_log.UNSEALED_WORDS)
    yield "unsealed-with-another-field", rendered(7, sealed=small_log.UNSEALED_OTHER_FIELD)
    yield "unsealed-by-another-leafs-opening", rendered(2, sealed=small_log.UNSEALED_WORDS)
    yield "unsealed-and-another-private-part", rendered(2, sealed=inside, opening=opening(secret=bytes(32)))


def _promises() -> Iterator[tuple[str, bytes]]:
    good = promised(small_log.FILING)
    lines = good.split("\n")
    other = note.sign("\n".join(lines[:3]) + "\n", [OTHER_PROMISING])
    late = note.sign(f"{lines[0]}\n{lines[1]}\n{lines[2].replace('2020', '2019')}\n", [PROMISING])
    no_day = note.sign(f"{lines[0]}\n{lines[1]}\n{lines[2].replace('06-16', '06-31')}\n", [PROMISING])
    for name, text in {
        "of-another-leaf": promised(small_log.RECEIVED),
        "of-another-log": promised(small_log.FILING, signer=OTHER_PROMISING),
        "signed-by-another-log": other,
        "signed-by-the-log": note.sign("\n".join(lines[:3]) + "\n", [LOG]),
        "changed": good.replace("before 2020-06-16", "before 2020-06-17"),
        "signature-changed": good[:-6] + ("A" if good[-6] != "A" else "B") + good[-5:],
        "not-signed": "\n".join(lines[:3]) + "\n",
        "signed-twice": good + lines[4] + "\n",
        "with-a-fourth-line": note.sign("\n".join([*lines[:3], "more"]) + "\n", [PROMISING]),
        "of-the-past": late,
        "on-a-day-that-no-calendar-has": no_day,
        "empty": "",
    }.items():
        yield f"promise-{name}", rendered(promise=text)


# --- Ways to change bytes ----------------------------------------------------------------------------------------


def _flipped(data: bytes, line: int, letter: int) -> bytes:
    """One letter changed in that line of the checkpoint."""
    head, _, signed = data.partition(b"\n\n")
    lines = signed.split(b"\n")
    letters = bytearray(lines[line])
    letters[letter - 10] = ord("A") if letters[letter - 10] != ord("A") else ord("B")
    return head + b"\n\n" + b"\n".join([*lines[:line], bytes(letters), *lines[line + 1 :]])


def _flipped_note(signers: list[note.KeySigner]) -> bytes:
    signed = _flipped(b"\n\n" + checkpoint(signers=signers), 4, -3)
    return signed.removeprefix(b"\n\n")


def _retimed(text: str) -> bytes:
    """The cosignature of one second under another."""
    value = note.from_base64(FIRST.line(text).rstrip("\n").split(" ")[2])
    return _cosignature(FIRST.witness.name, value[:4] + (1).to_bytes(8, "big") + value[12:])


def _late(text: str) -> bytes:
    """Well signed, a second after the year 9999."""
    seconds = cosignature.LAST_SECOND + 1
    signature = Ed25519PrivateKey.from_private_bytes(sha256(FIRST.witness.name.encode()).digest()).sign(
        cosignature.message(text, seconds)
    )
    return _cosignature(FIRST.witness.name, FIRST.witness.key_id + seconds.to_bytes(8, "big") + signature)


def _renamed(text: str) -> bytes:
    return _cosignature(SECOND.witness.name, note.from_base64(FIRST.line(text).rstrip("\n").split(" ")[2]))


def _cut(text: str) -> bytes:
    return _cosignature(FIRST.witness.name, note.from_base64(FIRST.line(text).rstrip("\n").split(" ")[2])[:-1])


def _cosignature(name: str, value: bytes) -> bytes:
    return f"— {name} {to_base64(value)}\n".encode()


def _renamed_person(good: commitment.Opening) -> str:
    """The disclosure with its salt and name, and somebody else as its value."""
    padded = good.disclosures[0] + "=" * (-len(good.disclosures[0]) % 4)
    parts = canonical.parse(base64.urlsafe_b64decode(padded))
    return base64.urlsafe_b64encode(canonical.render([*parts[:2], "Nguyễn Văn Khác"])).decode().rstrip("=")
