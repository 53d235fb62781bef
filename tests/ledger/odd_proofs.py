"""Proofs that are well signed and hold odd content: values that parsers of JSON disagree on, and entries at the limits.

Each is the only leaf of a log of its own. What is good here must be proven, what is not must be refused.
"""

import base64
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple

from portal.ledger import canonical, commitment, entry, note, proof_file, tree
from portal.ledger.commitment import Opening
from portal.ledger.note import Checkpoint
from portal.ledger.proof_file import Proof, Receipt
from tests.ledger import small_log
from tests.ledger.acts import FILED


class Odd(NamedTuple):
    name: str
    data: bytes
    problem: str | None


def odd() -> Iterator[Odd]:
    for name, value in GOOD_VALUES.items():
        yield Odd(f"value-{name}", _disclosed(b'["salt","name",' + _bytes(value) + b"]"), None)
    for name, value in BAD_VALUES.items():
        yield Odd(f"value-{name}", _disclosed(b'["salt","name",' + _bytes(value) + b"]"), "bad_opening")
    for name, content in BAD_DISCLOSURES.items():
        yield Odd(f"disclosure-{name}", _disclosed(_bytes(content)), "bad_opening")
    for (old, new), problem in ENTRIES.items():
        leaf = small_log.FILING
        for before, after in zip(old.split(" & "), new.split(" & "), strict=True):
            assert before.encode() in leaf, before
            leaf = leaf.replace(before.encode(), after.encode(), 1)
        yield Odd(f"entry-{_slug(new)}", _proof(Receipt(leaf)), problem)


def _deep(opened: str, closed: str, depth: int, inmost: str = "1") -> str:
    return opened * depth + inmost + closed * depth


GOOD_VALUES: Mapping[str, str | bytes] = {
    "zero": "0",
    "largest-integer": "9007199254740991",
    "smallest-integer": "-9007199254740991",
    "null": "null",
    "empty-text": '""',
    "slash": '"/"',
    "delete-character": '"\x7f"',
    "control-character": '"\\u001f"',
    "short-escapes": '"\\b\\f\\t\\r\\n\\"\\\\"',
    "composed": '"é"',
    "hangul": '"\ud7a3"',
    "byte-order-mark-in-a-text": '"\ufeff"',
    "noncharacters": '"\ufffe\uffff\U0010ffff"',
    "beyond-the-first-plane": '"😀"',
    "line-separator": '"\u2028"',
    "empty-list": "[]",
    "empty-object": "{}",
    "members-named-proto": '{"__proto__":{"x":1}}',
    "members-of-every-object": '{"constructor":1,"toString":2}',
    "member-without-a-name": '{"":1}',
    "capitals-before-small": '{"B":1,"a":2}',
    "numbers-as-names-sorted-as-texts": '{"1":1,"10":2,"2":3}',
    "control-character-as-a-name": '{"\\n":1}',
    "31-lists-deep": _deep("[", "]", 31),
    "31-objects-deep": _deep('{"a":', "}", 31),
}
BAD_VALUES: Mapping[str, str | bytes] = {
    "minus-zero": "-0",
    "fraction": "1.5",
    "fraction-of-zero": "1.0",
    "exponent": "1e2",
    "leading-zero": "01",
    "plus": "+1",
    "beyond-2-to-the-53": "9007199254740992",
    "below-2-to-the-53": "-9007199254740992",
    "400-digits": "9" * 400,
    "more-than-any-double": "1e400",
    "not-a-number": "NaN",
    "infinity": "Infinity",
    "undefined": "undefined",
    "needless-escape": '"\\u0041"',
    "escaped-slash": '"\\/"',
    "long-escape-of-a-newline": '"\\u000a"',
    "escape-in-capitals": '"\\u001F"',
    "escaped-delete-character": '"\\u007f"',
    "raw-control-character": '"\x01"',
    "decomposed": '"e\u0301"',
    "angstrom-sign": '"\u212b"',
    "jamo": '"\u1112\u1161"',
    "excluded-from-composition": '"\u0958"',
    "compatibility-ideograph": '"\uf900"',
    "lone-surrogate": '"\\ud800"',
    "escaped-pair": '"\\ud83d\\ude00"',
    "surrogate-in-utf-8": b'"\xed\xa0\x80"',
    "overlong-nul": b'"\xc0\x80"',
    "not-utf-8": b'"\xff"',
    "escaped-line-separator": '"\\u2028"',
    "blank-in-a-list": "[1, 2]",
    "comma-at-the-end": "[1,]",
    "blank-after": "1 ",
    "newline-after": "1\n",
    "members-turned": '{"b":2,"a":1}',
    "member-twice": '{"a":1,"a":1}',
    "member-twice-with-another-value": '{"a":1,"a":2}',
    "name-beyond-ascii": '{"é":1}',
    "escaped-name": '{"\\u0061":1}',
    "numbers-as-names-sorted-as-numbers": '{"1":1,"2":2,"10":3}',
    "single-quotes": "'a'",
    "comment": "1/**/",
    "32-lists-deep": _deep("[", "]", 32),
    "31-lists-and-an-object-deep": _deep("[", "]", 31, "{}"),
    "32-objects-deep": _deep('{"a":', "}", 32),
    "500-lists-deep": _deep("[", "]", 500),
}
BAD_DISCLOSURES: Mapping[str, str | bytes] = {
    "of-nothing": "[]",
    "of-one": '["s"]',
    "of-two": '["s","n"]',
    "of-four": '["s","n",1,2]',
    "with-a-number-for-a-salt": '[1,"n",1]',
    "with-a-number-for-a-name": '["s",1,1]',
    "without-a-name": '["s","",1]',
    "an-object": '{"0":"s","1":"n","2":1}',
    "a-text": '"snx"',
    "after-a-byte-order-mark": '\ufeff["s","n",1]',
    "with-a-name-decomposed": '["s","e\u0301",1]',
}
ENTRIES: Mapping[tuple[str, str], str | None] = {
    ("2020-06-15T02:30:00Z", "0001-01-01T00:00:00Z"): None,
    ("2020-06-15T02:30:00Z", "9999-12-31T23:59:59Z"): None,
    ("2020-06-15T02:30:00Z", "2000-02-29T00:00:00Z"): None,
    ('"outcome":null', f'"outcome":"{"a" * 64}"'): None,
    ('"revision":1', '"revision":9007199254740991'): None,
    ("H06.31.01-200615-0001", "A.B.C.D.E.F-20200615-1234567890"): None,
    ('"n":0 & "previous":null', f'"n":999999999 & "previous":"{"A" * 43}="'): None,
    ('"act":"filed" & "to":null', '"act":"passed" & "to":"H06"'): None,
    ('"due":null & "rule":null', '"due":"2020-02-29T00:00:00Z" & "rule":"x"'): None,
    ("2020-06-15T02:30:00Z", "0000-01-01T00:00:00Z"): "bad_entry",
    ("2020-06-15T02:30:00Z", "1900-02-29T00:00:00Z"): "bad_entry",
    ("2020-06-15T02:30:00Z", "2020-04-31T00:00:00Z"): "bad_entry",
    ("2020-06-15T02:30:00Z", "2020-06-15T24:00:00Z"): "bad_entry",
    ("2020-06-15T02:30:00Z", "2016-12-31T23:59:60Z"): "bad_entry",
    ("2020-06-15T02:30:00Z", "2020-06-15t02:30:00z"): "bad_entry",
    ("2020-06-15T02:30:00Z", "2020-06-15T02:30:00+00:00"): "bad_entry",
    ('"outcome":null', f'"outcome":"{"b" * 65}"'): "bad_entry",
    ('"revision":1', '"revision":9007199254740992'): "bad_entry",
    ('"revision":1', '"revision":0'): "bad_entry",
    ("H06.31.01-200615-0001", "A.B.C.D.E.F.G-200615-0001"): "bad_entry",
    ('"n":0', '"n":1'): "bad_entry",
    ('"previous":null', f'"previous":"{"A" * 43}="'): "bad_entry",
    ('"n":0 & "previous":null', f'"n":1 & "previous":"{"A" * 42}B="'): "bad_entry",
    ('"n":0 & "previous":null', f'"n":1000000000 & "previous":"{"A" * 43}="'): "bad_entry",
    ('"act":"filed"', '"act":"passed"'): "bad_entry",
    ('"act":"filed"', '"act":"resolved"'): "bad_entry",
    ('"act":"filed"', '"act":"lost"'): "bad_entry",
    ('"to":null', '"to":"H06"'): "bad_entry",
    ('"due":null', '"due":"2020-06-18T02:30:00Z"'): "bad_entry",
    ('"due":null & "rule":null', '"due":"2021-02-29T00:00:00Z" & "rule":"x"'): "bad_entry",
    ('"channel":"online"', '"channel": "online"'): "bad_entry",
    ('"channel":"online"', '"channel":"fax"'): "bad_entry",
    ('"v":1', '"v":true'): "bad_entry",
    ('"v":1}', '"v":1,"w":1}'): "bad_entry",
    ('"v":1}', '"v":1}\n'): "bad_entry",
}


def _disclosed(content: bytes) -> bytes:
    """The proof of an entry that commits to this one disclosure, opened."""
    text = base64.urlsafe_b64encode(content).decode().rstrip("=")
    digest, salt = commitment.digest(text), bytes(32)
    committed = sha256(b"hai-dang/commitment/v1\x00" + salt + canonical.render([digest])).digest()
    return _proof(Receipt(entry.render(FILED, committed), opening=Opening(salt, (digest,), (text,))))


def _proof(receipt: Receipt) -> bytes:
    text = Checkpoint(small_log.ORIGIN, 1, tree.leaf_hash(receipt.entry)).render()
    return proof_file.render(Proof(receipt, 0, (), note.sign(text, [small_log.LOG]).encode()))


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _slug(text: str) -> str:
    kept = "".join(letter if letter.isalnum() else "-" for letter in text.replace("+", "plus").replace("\n", "newline"))
    return "-".join(filter(None, kept.split("-")))[:60]
