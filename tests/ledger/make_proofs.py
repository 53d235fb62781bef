"""The vectors of proof files: what every verifier, in whatever language, must answer alike.

python -m tests.ledger.make_proofs        writes tests/ledger/proofs/ anew, byte for byte the same

keys.txt, rotated.txt, log-only.txt, stranger.txt    public keys, a vkey a line, as a person who checks gives them
<case>.tlog-proof                                    one file a case, the names tell what is wrong
expected.json     {file: {"keys", "witnesses" (how many are asked for), "proven", "problem", "found"}}
receipts.json     the same for receipts before there is a proof, each with its "text"
qr.json           {case: {"text": of a QR code, "problem": of reading it, "file": what it holds}}
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from portal.ledger import base45, entry, proof, proof_file, qr_text, trust
from portal.ledger.proof import Answer
from portal.ledger.qr_text import MARK
from tests.ledger import hostile_proofs, odd_proofs, small_log
from tests.ledger.hostile_proofs import Hostile
from tests.ledger.small_log import FIRST, LOG, OLD_LOG, OTHER_LOG, PROMISING, SECOND, STRANGER, checkpoint, rendered

FOLDER = Path(__file__).parent / "proofs"
WITNESSES = [FIRST.witness.vkey, SECOND.witness.vkey]
KEYS: Mapping[str, list[str]] = {
    "keys.txt": [LOG.verifier.vkey, PROMISING.verifier.vkey, *WITNESSES],
    "rotated.txt": [OLD_LOG.verifier.vkey, LOG.verifier.vkey, PROMISING.verifier.vkey, *WITNESSES],
    "log-only.txt": [LOG.verifier.vkey],
    "stranger.txt": [OTHER_LOG.verifier.vkey],
}


class Good(NamedTuple):
    name: str
    data: bytes
    keys: str = "keys.txt"
    witnesses: int = 0


def good() -> Iterator[Good]:
    """Proofs that hold."""
    leaf, inside = small_log.FILING, small_log.UNSEALED
    both = checkpoint(cosigning=(FIRST, SECOND))
    all_of_it = {"sealed": inside, "opening": small_log.opening(), "promise": small_log.promised(small_log.SEALED)}
    yield Good("plain", rendered())
    yield Good("second-act", rendered(1))
    yield Good("last-of-the-log", rendered(small_log.SIZE - 1))
    yield Good("log-of-one", rendered(0, size=1))
    yield Good("log-of-two", rendered(1, size=2))
    yield Good("log-of-256", rendered(255, size=256))
    yield Good("log-of-257", rendered(256, size=257))
    yield Good("promised", rendered(promise=small_log.promised(leaf)))
    yield Good("promised-no-key-to-check-it", rendered(promise=small_log.promised(leaf)), "log-only.txt")
    yield Good("opened-no-field", rendered(opening=small_log.opening([])))
    yield Good("opened-one-field", rendered(opening=small_log.opening(["applicant.name"])))
    yield Good("opened-every-field", rendered(opening=small_log.opening()))
    yield Good("sealed", rendered(2))
    yield Good("sealed-and-opened", rendered(2, sealed=inside))
    yield Good("sealed-and-opened-with-fields", rendered(2, sealed=inside, opening=small_log.opening(["file.0"])))
    yield Good("cosigned-by-one", rendered(signed=checkpoint(cosigning=[FIRST])), witnesses=1)
    yield Good("cosigned-by-two", rendered(signed=both), witnesses=2)
    yield Good("cosigned-by-a-stranger-too", rendered(signed=checkpoint(cosigning=[STRANGER, SECOND])), witnesses=1)
    yield Good("cosigned-and-nobody-asked", rendered(signed=both), "log-only.txt")
    yield Good("signed-by-a-stranger-too", rendered(signed=checkpoint(signers=[small_log.OTHER_PROMISING, LOG])))
    yield Good("rotated-old-key-alone", rendered(signed=checkpoint(signers=[OLD_LOG])), "rotated.txt")
    yield Good("rotated-both-keys", rendered(signed=checkpoint(signers=[OLD_LOG, LOG])), "rotated.txt")
    yield Good("rotated-new-key-known-alone", rendered(signed=checkpoint(signers=[OLD_LOG, LOG])))
    yield Good("everything", rendered(2, signed=both, **all_of_it), witnesses=2)


def cases() -> Iterator[Hostile]:
    """Every case, the good ones with None for a problem."""
    yield from (Hostile(case.name, case.data, None, case.keys, case.witnesses) for case in good())
    yield from (Hostile(*case) for case in odd_proofs.odd())
    yield from hostile_proofs.hostile()


def found(answer: Answer) -> dict[str, Any] | None:
    """The facts as both verifiers tell them."""
    facts = answer.facts
    if facts is None:
        return None
    kept = facts.promise
    return {
        "index": facts.index,
        "size": facts.size,
        "entry": dict(facts.entry),
        "sealed": facts.sealed,
        "shown": dict(sorted(facts.shown.items())),
        "cosigners": [{"name": one.name, "at": entry.instant_text(one.at)} for one in facts.cosigners],
        "promise": kept and {"at": entry.instant_text(kept.at), "before": entry.instant_text(kept.before)},
    }


def told(problem: str | None, answer: Answer) -> dict[str, Any]:
    """What every verifier must say: the problem that this page names, and of the good ones what was found."""
    return {"proven": problem is None, "problem": problem, "found": found(answer) if problem is None else None}


def receipts() -> Iterator[Hostile]:
    """Receipts before there is a proof."""
    leaf = small_log.FILING
    receipt = proof_file.Receipt(leaf, opening=small_log.opening(), promise=small_log.promised(leaf))
    data = proof_file.render_receipt(receipt)
    other = small_log.promised(small_log.RECEIVED)
    yield Hostile("promised", data, None)
    yield Hostile("no-key-to-check-it", data, "bad_promise", "log-only.txt")
    yield Hostile("no-promise", proof_file.render_receipt(replace(receipt, promise=None)), "bad_promise")
    yield Hostile("promise-of-another-leaf", proof_file.render_receipt(replace(receipt, promise=other)), "bad_promise")
    yield Hostile("spread", data.replace(b",", b", "), "not_canonical")
    yield Hostile("cut-short", data[:-1], "not_canonical")
    yield Hostile("a-proof", rendered(), "not_a_proof")
    yield Hostile("too-large", data + b" " * proof_file.MAX_BYTES, "too_large")


def qr_texts() -> Iterator[tuple[str, str, str | None]]:
    """Texts of QR codes and their problems. The stream is stored, not packed, so that every zlib gives the same."""
    stream = stored(rendered())
    letters = base45.encode(stream)
    yield "good", MARK + letters, None
    yield "without-its-mark", letters, "not_a_proof"
    yield "small-letters", MARK + letters.replace("A", "a"), "not_canonical"
    yield "cut-short", MARK + base45.encode(stream[:-5]), "not_canonical"
    yield "without-its-sum", MARK + base45.encode(stream[:-4]), "not_canonical"
    yield "wrong-sum", MARK + base45.encode(stream[:-4] + bytes(4)), "not_canonical"
    yield "goes-on", MARK + base45.encode(stream + b"more"), "not_canonical"
    yield "one-letter-left", MARK + letters[: len(letters) // 3 * 3 - 2], "not_canonical"
    yield "letters-beyond-bytes", MARK + ":::", "not_canonical"
    yield "empty", MARK, "not_canonical"
    yield "bomb", MARK + base45.encode(zeros(509)), "too_large"


def stored(data: bytes) -> bytes:
    """A zlib stream (RFC 1950) of one stored block (RFC 1951 section 3.2.4)."""
    length = len(data)
    head = b"\x78\x01\x01" + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little")
    return head + data + zlib.adler32(data).to_bytes(4, "big")


def zeros(runs: int) -> bytes:
    """A zlib stream of one zero and so many runs of 258 more, in the fixed code of RFC 1951 section 3.2.6."""
    bits = "110" + "00110000" + ("11000101" + "00000") * runs + "0000000"
    bits += "0" * (-len(bits) % 8)
    packed = bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))
    return b"\x78\x01" + packed + zlib.adler32(bytes(1 + 258 * runs)).to_bytes(4, "big")


def _qr_case(text: str, problem: str | None) -> dict[str, Any]:
    return {"text": text, "problem": problem, "file": qr_text.parse(text).decode() if problem is None else None}


def files() -> dict[str, bytes]:
    """Every file of the folder."""
    keys = {name: trust.parse_keys(lines) for name, lines in KEYS.items()}
    made = {name: ("\n".join(lines) + "\n").encode() for name, lines in KEYS.items()}
    expected, early = {}, {}
    for case in cases():
        name = f"{case.name}.tlog-proof"
        answer = proof.check(case.data, keys[case.keys], witnesses=case.witnesses)
        expected[name] = {"keys": case.keys, "witnesses": case.witnesses, **told(case.problem, answer)}
        made[name] = case.data
    for case in receipts():
        answer = proof.check_receipt(case.data, keys[case.keys])
        early[case.name] = {"text": case.data.decode(), "keys": case.keys, **told(case.problem, answer)}
    codes = {name: _qr_case(text, problem) for name, text, problem in qr_texts()}
    for name, value in (("expected.json", expected), ("receipts.json", early), ("qr.json", codes)):
        made[name] = (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
    return made


def write() -> None:
    FOLDER.mkdir(exist_ok=True)
    made = files()
    for path in FOLDER.iterdir():
        if path.name not in made:
            path.unlink()
    for name, data in made.items():
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    write()
