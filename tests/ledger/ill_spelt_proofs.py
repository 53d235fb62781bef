"""Files that are no proofs, or are spelt in another way than proofs are."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

from portal.ledger import canonical, note, proof_file
from portal.ledger.note import to_base64
from tests.ledger import small_log
from tests.ledger.small_log import LOG, checkpoint, opening, promised, rendered

PLAIN = rendered()
FULL = rendered(opening=opening(["applicant.name"]), promise=promised(small_log.FILING))
TEXT = checkpoint().decode().partition("\n\n")[0] + "\n"
SIGNED_LINE = checkpoint().decode().splitlines()[4]
DEEP = b"[" * 20_000 + b"]" * 20_000

Named = Iterator[tuple[str, bytes]]


def ill_spelt() -> Named:
    """Each of them `not_canonical`."""
    for part in (_lines, _numbers, _checkpoints, _receipts, _openings):
        yield from part()


def no_proofs() -> Named:
    """Each of them `not_a_proof`."""
    yield "empty", b""
    yield "another-version", PLAIN.replace(b"@v1", b"@v2", 1)
    yield "byte-order-mark", b"\xef\xbb\xbf" + PLAIN
    yield "blank-line-first", b"\n" + PLAIN
    yield "windows-lines", PLAIN.replace(b"\n", b"\r\n")
    yield "a-checkpoint", checkpoint()
    yield "a-receipt", proof_file.render_receipt(proof_file.Receipt(small_log.FILING))
    yield "first-line-cut-short", PLAIN[:20]


def _lines() -> Named:
    head, _, rest = PLAIN.partition(b"\n\n")
    lines = head.split(b"\n")
    yield "truncated-after-the-first-line", PLAIN[:23]
    yield "truncated-in-the-receipt", PLAIN[:200]
    yield "truncated-in-the-path", head[:-10]
    yield "truncated-before-the-signatures", PLAIN[: PLAIN.rindex(b"\n\n") + 1]
    yield "truncated-by-one-byte", PLAIN[:-1]
    yield "one-line-more", PLAIN + b"\n"
    yield "no-extra-line", b"\n".join([lines[0], *lines[2:]]) + b"\n\n" + rest
    yield "two-extra-lines", b"\n".join([*lines[:2], *lines[1:]]) + b"\n\n" + rest
    yield "no-index-line", b"\n".join([*lines[:2], *lines[3:]]) + b"\n\n" + rest
    yield "index-before-extra", b"\n".join([lines[0], lines[2], lines[1], *lines[3:]]) + b"\n\n" + rest
    yield "two-blanks", PLAIN.replace(b"\nindex ", b"\nindex  ", 1)
    yield "two-empty-lines", PLAIN.replace(b"\n\n", b"\n\n\n", 1)
    yield "no-empty-line", PLAIN.replace(b"\n\n", b"\n", 1)
    yield "carriage-return", PLAIN.replace(b"\nindex 0\n", b"\nindex 0\r\n", 1)
    yield "not-utf-8", PLAIN.replace(b"\xe2\x80\x94", b"\xe2\x80", 1)
    yield "nul-byte", PLAIN.replace(b"\nindex 0\n", b"\nindex 0\0\n", 1)
    yield "hash-not-padded", PLAIN.replace(b"=\n\n", b"\n\n", 1)
    yield "hash-with-other-unused-bits", _other_bits(PLAIN, lines[3])
    yield "hash-of-the-other-alphabet", PLAIN.replace(lines[3], b"-" + lines[3][1:], 1)
    yield "hash-of-31-bytes", PLAIN.replace(lines[3], base64.b64encode(bytes(31)), 1)
    yield "hash-of-33-bytes", PLAIN.replace(lines[3], base64.b64encode(bytes(33)), 1)


def _numbers() -> Named:
    for name, number in {
        "with-a-zero-before-it": "00",
        "negative": "-1",
        "with-a-sign": "+0",
        "with-a-fraction": "0.0",
        "in-another-script": "٣",
        "of-400-digits": "9" * 400,
        "beyond-2-to-the-53": str(2**53),
        "empty": "",
    }.items():
        yield f"index-{name}", PLAIN.replace(b"\nindex 0\n", f"\nindex {number}\n".encode(), 1)
    for name, size in {"with-a-zero-before-it": "0300", "beyond-2-to-the-53": str(2**53), "negative": "-300"}.items():
        text = TEXT.replace("\n300\n", f"\n{size}\n")
        yield f"size-{name}", rendered(signed=note.sign(text, [LOG]).encode())


def _checkpoints() -> Named:
    text = TEXT
    yield "checkpoint-with-a-fourth-line", rendered(signed=note.sign(text + "more\n", [LOG]).encode())
    yield "checkpoint-with-an-empty-line", rendered(signed=note.sign(text + "\n\n", [LOG]).encode())
    yield "checkpoint-without-a-root", rendered(signed=note.sign(text[:-45], [LOG]).encode())
    line = SIGNED_LINE.encode()
    yield "signature-line-with-a-hyphen", PLAIN.replace("— ".encode(), b"- ")
    yield "signature-line-with-two-blanks", PLAIN.replace(b"ledger ", b"ledger  ")
    yield "signature-not-padded", PLAIN[:-2].rstrip(b"=") + b"\n"
    yield "signature-of-four-bytes", PLAIN.replace(line.split(b" ")[2], base64.b64encode(LOG.verifier.key_id))
    yield "name-with-a-plus", PLAIN + "— a+b AAAAAAAA\n".encode()
    yield "name-beyond-ascii", PLAIN + "— tên AAAAAAAA\n".encode()
    yield "101-signatures", PLAIN + "— a AAAAAAAA\n".encode() * 100


def _changed(change: Callable[[bytes], bytes], data: bytes = FULL) -> bytes:
    """The proof with its receipt's bytes changed."""
    line = data.split(b"\n")[1]
    receipt = base64.b64decode(line.removeprefix(b"extra "))
    return data.replace(line, b"extra " + base64.b64encode(change(receipt)), 1)


def _receipts() -> Named:
    line = FULL.split(b"\n")[1]
    yield "receipt-with-blanks", _changed(lambda data: data.replace(b",", b", "))
    yield "receipt-in-another-order", _changed(_turned)
    yield "receipt-with-a-member-twice", _changed(lambda data: data.replace(b'"v":1', b'"v":1,"v":1'))
    yield "receipt-with-an-unknown-member", _changed(lambda data: data[:-1] + b',"w":1}')
    yield "receipt-without-a-promise-member", _changed(lambda data: _without(data, "promise"))
    yield "receipt-without-an-entry", _changed(lambda data: _without(data, "entry"))
    yield "receipt-of-version-2", _changed(lambda data: data.replace(b'"v":1}', b'"v":2}'))
    yield "receipt-of-version-true", _changed(lambda data: data.replace(b'"v":1}', b'"v":true}'))
    yield "receipt-of-version-1.0", _changed(lambda data: data.replace(b'"v":1}', b'"v":1.0}'))
    yield "receipt-of-version-in-words", _changed(lambda data: data.replace(b'"v":1}', b'"v":"1"}'))
    yield "receipt-no-object", _changed(lambda data: b"[" + data + b"]")
    yield "receipt-with-a-byte-order-mark", _changed(lambda data: b"\xef\xbb\xbf" + data)
    yield "receipt-not-utf-8", _changed(lambda data: data.replace(b'"promise":"', b'"promise":"\xff'))
    yield "receipt-empty", _changed(lambda data: b"")
    yield "receipt-very-deep", _changed(lambda data: _with(data, "promise", 7).replace(b":7,", b":" + DEEP + b","))
    yield "receipt-with-5000-digits", _changed(lambda data: data.replace(b'"v":1}', b'"v":' + b"1" * 5000 + b"}"))
    yield "receipt-with-a-lone-surrogate", _changed(lambda data: _with(data, "promise", "?").replace(b"?", b"\\ud800"))
    yield "receipt-not-in-normal-form", _changed(_spelt_apart)
    yield "receipt-in-the-other-alphabet", FULL.replace(line, line[:10] + b"-_" + line[12:])
    yield "receipt-padded-too-much", FULL.replace(line, line + b"====")
    yield "entry-not-base64", _changed(lambda data: _with(data, "entry", "{}"))
    yield "entry-not-padded", _changed(lambda data: _with(data, "entry", to_base64(b"x").rstrip("=")))
    yield "entry-with-other-unused-bits", _changed(lambda data: _with(data, "entry", "eB=="))
    yield "entry-a-number", _changed(lambda data: _with(data, "entry", 1))
    yield "promise-a-list", _changed(lambda data: _with(data, "promise", []))
    yield "sealed-a-text", _changed(lambda data: _with(data, "sealed", "null"))


def _openings() -> Named:
    whole = canonical.parse(opening(["applicant.name", "file.0"]).render())
    for name, value in {
        "with-an-unknown-member": whole | {"w": 1},
        "without-its-salt": {key: whole[key] for key in ("digests", "disclosures", "v")},
        "of-version-2": whole | {"v": 2},
        "of-version-true": whole | {"v": True},
        "with-a-salt-of-31-bytes": whole | {"salt": to_base64(bytes(31))},
        "with-a-salt-not-padded": whole | {"salt": whole["salt"].rstrip("=")},
        "with-a-digest-too-short": whole | {"digests": [text[:-1] for text in whole["digests"]]},
        "with-a-digest-padded": whole | {"digests": [text + "=" for text in whole["digests"]]},
        "with-a-digest-no-text": whole | {"digests": [1]},
        "with-disclosures-turned": whole | {"disclosures": whole["disclosures"][::-1]},
        "with-a-disclosure-twice": whole | {"disclosures": whole["disclosures"][:1] * 2},
        "with-an-empty-disclosure": whole | {"disclosures": [""]},
        "with-a-disclosure-of-other-letters": whole | {"disclosures": ["+/"]},
        "an-empty-object": {},
        "a-list": [],
        "very-deep": _deep(40),
    }.items():
        yield f"opening-{name}", _changed(lambda data, value=value: _raw_with(data, "opening", value))  # type: ignore[misc]


# --- Ways to change bytes ----------------------------------------------------------------------------------------


def _with(data: bytes, member: str, value: Any) -> bytes:
    return canonical.render(canonical.parse(data) | {member: value})


def _raw_with(data: bytes, member: str, value: Any) -> bytes:
    """As `_with`, for values that the canonical writer refuses."""
    return json.dumps(canonical.parse(data) | {member: value}, sort_keys=True, separators=(",", ":")).encode()


def _without(data: bytes, member: str) -> bytes:
    return canonical.render({key: value for key, value in canonical.parse(data).items() if key != member})


def _turned(data: bytes) -> bytes:
    value = canonical.parse(data)
    return json.dumps({key: value[key] for key in sorted(value, reverse=True)}, separators=(",", ":")).encode()


def _spelt_apart(data: bytes) -> bytes:
    return _with(data, "promise", "?").replace(b"?", "e\u0301".encode())


def _deep(depth: int) -> Any:
    return [] if depth == 0 else [_deep(depth - 1)]


def _other_bits(data: bytes, line: bytes) -> bytes:
    """The same 32 bytes with one of the unused bits of the last letter set."""
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = letters[letters.index(line[42:43]) + 1 : letters.index(line[42:43]) + 2]
    return data.replace(line, line[:42] + last + b"=", 1)
