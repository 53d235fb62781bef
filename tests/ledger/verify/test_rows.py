"""The quick reader of many entries accepts nothing that the reader of one refuses, and reads the same."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import entry, key_entry, rows
from portal.ledger.entry import Act, BadEntry
from portal.ledger.key_entry import KeyChange
from portal.ledger.note import KeySigner
from portal.ledger.rows import NOT_AN_ACT
from portal.ledger.verify import bundles
from tests.ledger.acts import FILED, acts
from tests.ledger.verify.mirrors import NOW, SIGNER, lives

ENTRIES = list(lives(300))


@given(st.lists(acts(), min_size=1, max_size=5))
def test_any_valid_act_is_read_as_its_reader_reads_it(drawn: list[Act]) -> None:
    entries = [entry.render(act, bytes(32)) for act in drawn]
    found = rows.read_all(entries)
    assert found is not None or any(act.revision >= 10**15 for act in drawn)
    assert found in (None, [rows.read(one) for one in entries])


def test_a_log_of_acts_and_sealed_entries_is_read_in_one_go() -> None:
    assert rows.read_all(ENTRIES) == [rows.read(one) for one in ENTRIES]
    assert any(row[rows.SEALED_ON] for row in rows.read_all(ENTRIES) or ())


ALPHABET = b'0123456789"{}:,.-+/= \n\x00aAzZTn\xff'


def test_what_is_accepted_at_once_is_accepted_one_by_one() -> None:
    """Ten thousand entries with a byte or two that are others, fewer or more."""
    chance = random.Random(3)
    accepted = 0
    for _ in range(10_000):
        data = bytearray(chance.choice(ENTRIES))
        for _ in range(chance.randrange(1, 3)):
            place = chance.randrange(len(data))
            data[place : place + chance.randrange(3)] = bytes(chance.choices(ALPHABET, k=chance.randrange(3)))
        found = rows.read_all([bytes(data)])
        if found is not None:
            accepted += 1
            assert found == [rows.read(bytes(data))]
    assert accepted > 100


SENSE = [
    ('"due":null', '"due":"2020-06-18T02:30:00Z"'),
    ('"to":null', '"to":"H06"'),
    ('"previous":null', '"previous":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="'),
    ('"n":0', '"n":1'),
    ('"act":"filed"', '"act":"resolved"'),
    ('"act":"filed"', '"act":"passed"'),
    ('"rule":null', '"rule":"x"'),
    ("2020-06-15T", "2021-02-29T"),
    ("2020-06-15T", "0000-06-15T"),
    ('"revision":1,', '"revision":9007199254740992,'),
]


@pytest.mark.parametrize(("old", "new"), SENSE)
def test_spelt_right_and_without_sense(old: str, new: str) -> None:
    data = entry.render(FILED, bytes(32)).decode()
    assert rows.read_all([data.encode()]) is not None
    assert old in data
    changed = data.replace(old, new).encode()
    assert rows.read_all([changed]) is None
    with pytest.raises(BadEntry):
        rows.read(changed)


def test_entries_cannot_hide_in_each_other() -> None:
    one, two = ENTRIES[:2]
    assert rows.read_all([one + b"\n" + two]) is None
    assert rows.read_all([one + b"\n" + two, b""]) is None
    assert rows.read_all([one + b"\n"]) is None
    assert rows.read_all([b"", one]) is None


def test_an_entry_about_a_key_is_no_act_and_is_told() -> None:
    change = KeyChange(NOW, KeySigner(SIGNER.verifier.name, bytes(32)).verifier, SIGNER.verifier, 5, bytes(32), NOW)
    key, bad = key_entry.render(change), b'{"kind":"key"}'
    entries = [ENTRIES[0], key, bad, ENTRIES[1]]
    bundle = bundles.read(b"".join(len(one).to_bytes(2, "big") + one for one in entries), 4)
    assert bundle.keys == {1: change}
    assert list(bundle.bad) == [2]
    assert bundle.rows == [rows.read(ENTRIES[0]), NOT_AN_ACT, NOT_AN_ACT, rows.read(ENTRIES[1])]
    assert not re.search(r"kind|key", bundle.bad[2])  # the rule is named, never the content
