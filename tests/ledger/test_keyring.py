"""The dated list of the log's keys, and the entry that announces one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import entry, key_entry, keyring, note
from portal.ledger.entry import BadEntry
from portal.ledger.key_entry import KeyChange
from portal.ledger.keyring import BadRing, LogKey, Ring
from portal.ledger.note import BadNote, Checkpoint, KeySigner, Verifier

NAME = "hai-dang.test/ledger"
START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SIGNERS = [KeySigner(NAME, bytes([number]) * 32) for number in range(5)]
OTHER_NAME = KeySigner("hai-dang.test/second", bytes([9]) * 32)
FIRST = Ring((LogKey(SIGNERS[0].verifier, None, None, "file:ledger.key"),))
TWO = FIRST.followed_by(SIGNERS[1].verifier, "file:b.key", at=START, until=START + 30 * DAY)


def names(ring: Ring, at: datetime) -> list[bytes]:
    return [key.verifier.key_id for key in ring.signing_at(at)]


def test_keys_overlap_for_the_time_that_was_said() -> None:
    old, new = (signer.verifier.key_id for signer in SIGNERS[:2])
    second = timedelta(seconds=1)
    assert names(TWO, START - second) == [old]
    assert names(TWO, START) == [old, new]
    assert names(TWO, START + 30 * DAY - second) == [old, new]
    assert names(TWO, START + 30 * DAY) == [new]


def test_a_third_key_ends_the_second_and_never_prolongs_the_first() -> None:
    three = TWO.followed_by(SIGNERS[2].verifier, "file:c.key", at=START + 10 * DAY, until=START + 90 * DAY)
    assert [key.until for key in three.keys] == [START + 30 * DAY, START + 90 * DAY, None]
    at_once = TWO.followed_by(SIGNERS[2].verifier, "file:c.key", at=START + 10 * DAY, until=START + 10 * DAY)
    assert [key.until for key in at_once.keys] == [START + 10 * DAY, START + 10 * DAY, None]


@st.composite
def rings(draw: st.DrawFn) -> Ring:
    ring, at = FIRST, START
    for signer in SIGNERS[1 : draw(st.integers(1, len(SIGNERS)))]:
        at += timedelta(seconds=draw(st.integers(1, 10**8)))
        until = at + timedelta(seconds=draw(st.integers(0, 10**7)))
        place = draw(st.sampled_from(["file:ledger-01234567.key", "agent:/run/with a blank/sock", "agent:/s"]))
        ring = ring.followed_by(signer.verifier, place, at=at, until=until)
    return ring


@given(rings(), st.integers(-(10**7), 10**9))
def test_a_ring_is_read_as_it_was_written_and_some_key_signs_at_every_instant(ring: Ring, second: int) -> None:
    assert keyring.parse(ring.render()) == ring
    assert ring.signing_at(START + timedelta(seconds=second))


V = [signer.verifier.vkey for signer in SIGNERS]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{V[0]} - - file:a.key",
        f"{V[0]} - - file:a.key\n\n",
        f"{V[0]} - 2026-01-01T00:00:00Z file:a.key\n",
        f"{V[0]} 2026-01-01T00:00:00Z - file:a.key\n",
        f"{V[0]} - - file:../a.key\n",
        f"{V[0]} - - /a.key\n",
        f"{V[0]} - - agent:relative\n",
        f"{V[0]} - -  file:a.key\n",
        f"{V[0][:-1]} - - file:a.key\n",
        f"{V[0]} - 2026-01-01T00:00:00Z file:a.key\n{V[0]} 2026-01-01T00:00:00Z - file:a.key\n",
        f"{V[0]} - 2026-01-01T00:00:00Z file:a.key\n{V[1]} 2026-01-01T00:00:01Z - file:b.key\n",
        f"{V[0]} - 2026-02-30T00:00:00Z file:a.key\n{V[1]} 2026-01-01T00:00:00Z - file:b.key\n",
        f"{V[0]} - - file:a.key\n{V[1]} 2026-01-01T00:00:00Z - file:b.key\n",
        f"{V[0]} - 2027-01-01T00:00:00Z file:a.key\n{OTHER_NAME.verifier.vkey} 2026-01-01T00:00:00Z - file:b.key\n",
    ],
)
def test_a_list_of_keys_with_anything_wrong_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        keyring.parse(text)


def test_two_names_never_sign_at_one_time() -> None:
    assert (
        FIRST.followed_by(OTHER_NAME.verifier, "file:b.key", at=START, until=START).newest.verifier
        == OTHER_NAME.verifier
    )
    with pytest.raises(BadRing, match="two names"):
        FIRST.followed_by(OTHER_NAME.verifier, "file:b.key", at=START, until=START + DAY)


def test_a_checkpoint_is_believed_by_the_keys_of_its_time_alone() -> None:
    checkpoint = Checkpoint(NAME, 7, bytes(32))
    by_old = note.sign(checkpoint.render(), [SIGNERS[0]]).encode()
    assert TWO.open(by_old) == checkpoint
    assert TWO.open(by_old, at=START + 29 * DAY) == checkpoint
    with pytest.raises(BadNote):
        TWO.open(by_old, at=START + 30 * DAY + timedelta(seconds=1))
    with pytest.raises(BadNote):
        TWO.open(note.sign(checkpoint.render(), [SIGNERS[2]]).encode())


CHANGE = KeyChange(START, SIGNERS[1].verifier, SIGNERS[0].verifier, 12, bytes(32), START + 30 * DAY)
DATA = key_entry.render(CHANGE).decode()


def test_an_announcement_is_written_so_and_not_otherwise() -> None:
    assert (
        f'{{"at":"2026-01-01T00:00:00Z","key":"{V[1]}","kind":"key","replaces":"{V[0]}","root":"{"A" * 43}=",'
        '"size":12,"until":"2026-01-31T00:00:00Z","v":1}'
    ) == DATA
    assert TWO.bears_out(CHANGE)
    assert not FIRST.bears_out(CHANGE)


@given(
    st.integers(0, 10**9),
    st.integers(0, 10**8),
    st.integers(0, 2**53 - 1),
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=32, max_size=32),
    st.from_regex(r"[a-z0-9.]{1,20}/[a-z]{1,9}", fullmatch=True),
)
def test_an_announcement_is_read_as_it_was_written(
    second: int, longer: int, size: int, root: bytes, key: bytes, name: str
) -> None:
    at = START + timedelta(seconds=second)
    change = KeyChange(at, Verifier("n" + name, key), SIGNERS[0].verifier, size, root, at + timedelta(seconds=longer))
    data = key_entry.render(change)
    assert key_entry.parse(data) == change
    assert key_entry.is_key(data)
    with pytest.raises(BadEntry):
        entry.members(data)
    assert not entry.is_sealed(data)


@pytest.mark.parametrize(
    "data",
    [
        DATA[:-1],
        DATA + "\n",
        DATA.replace('"v":1', '"v":2'),
        DATA.replace('"size":12', '"size":012'),
        DATA.replace('"size":12', f'"size":{2**53}'),
        DATA.replace(V[1], V[0]),
        DATA.replace(V[1], V[1][:-1] + "A"),
        DATA.replace("2026-01-31", "2025-12-31"),
        DATA.replace("2026-01-31", "2026-02-31"),
        DATA.replace('"kind"', '"kind":"key","kind"'),
        DATA.replace('","kind', '", "kind'),
        DATA.replace("hai-dang", "hải-đăng"),
        "",
    ],
)
def test_any_other_announcement_is_refused(data: str) -> None:
    with pytest.raises(BadEntry):
        key_entry.parse(data.encode())
