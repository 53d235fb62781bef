import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import canonical, entry
from portal.ledger.entry import Act, BadEntry
from tests.ledger.acts import DUE_AT, FILED, RULE, acts

COMMITMENT = bytes(range(32))
BYTES = entry.render(FILED, COMMITMENT)


def test_the_bytes_of_an_entry_are_these() -> None:
    assert BYTES == (
        b'{"act":"filed","at":"2020-06-15T02:30:00Z","channel":"online",'
        b'"commitment":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","due":null,"n":0,"outcome":null,'
        b'"previous":null,"procedure":"1.001193","reference":"H06.31.01-200615-0001","revision":1,"rule":null,'
        b'"to":null,"unit":"H06.31.01","v":1}'
    )


@given(acts(), st.binary(min_size=32, max_size=32))
def test_an_act_is_read_as_it_was_written(act: Act, commitment: bytes) -> None:
    data = entry.render(act, commitment)
    assert entry.parse(data) == (act, commitment)
    assert canonical.render(canonical.parse(data)) == data
    assert not entry.is_sealed(data)


@given(st.dates(), st.binary(min_size=32, max_size=32))
def test_a_sealed_entry_is_read_as_it_was_written(on: date, commitment: bytes) -> None:
    data = entry.render_sealed(on, commitment)
    assert entry.parse_sealed(data) == entry.Sealed(on, commitment)
    assert entry.is_sealed(data)
    with pytest.raises(BadEntry):
        entry.parse(data)


@given(acts(), st.data())
def test_one_changed_byte_is_refused_or_is_another_valid_entry(act: Act, data: st.DataObject) -> None:
    whole = entry.render(act, COMMITMENT)
    where = data.draw(st.integers(0, len(whole) - 1))
    spoiled = whole[:where] + bytes([data.draw(st.integers(0, 255))]) + whole[where + 1 :]
    try:
        read, commitment = entry.parse(spoiled)
    except BadEntry:
        return
    assert entry.render(read, commitment) == spoiled


def respelt(**changes: object) -> bytes:
    members = json.loads(BYTES) | changes
    return canonical.render({name: value for name, value in members.items() if value is not Ellipsis})


@pytest.mark.parametrize("name", sorted(json.loads(BYTES)))
def test_no_member_may_be_missing(name: str) -> None:
    with pytest.raises(BadEntry):
        entry.parse(respelt(**{name: ...}))


@pytest.mark.parametrize(
    "data",
    [
        respelt(extra=1),
        respelt(v=2),
        respelt(v="1"),
        respelt(n=1),
        respelt(n=-1),
        respelt(n=True),
        respelt(n="0"),
        respelt(previous="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        respelt(n=1, previous="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9="),
        respelt(n=1, previous="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg=="),
        respelt(act="deleted"),
        respelt(act="passed"),
        respelt(to="H06.31.02"),
        respelt(act="resolved"),
        respelt(act="resolved", outcome="maybe"),
        respelt(due="2020-06-18T02:30:00Z"),
        respelt(rule=RULE),
        respelt(at="2020-06-15T02:30:00+00:00"),
        respelt(at="2020-06-15T02:30:00.5Z"),
        respelt(at="2020-06-15 02:30:00Z"),
        respelt(at="2020-02-30T02:30:00Z"),
        respelt(at="2020-06-15T24:00:00Z"),
        respelt(at="2020-06-15T02:30:60Z"),
        respelt(at="0000-06-15T02:30:00Z"),
        respelt(channel="fax"),
        respelt(channel=None),
        respelt(outcome="Nguyễn Văn A"),
        respelt(outcome="because he is poor"),
        respelt(procedure="1.001193 "),
        respelt(procedure=""),
        respelt(reference="H06.31.01-200615-001"),
        respelt(reference="H06.31.01-200615-0001\n"),
        respelt(reference="079201001234"),
        respelt(revision=0),
        respelt(revision=2**53 - 1 + 0).replace(b"9007199254740991", b"9007199254740992"),
        respelt(unit="H06.31.01.Nguyen"),
        respelt(unit=""),
        respelt(commitment="AAEC"),
        BYTES + b"\n",
        BYTES[:-1],
        BYTES.replace(b'"n":0', b'"n":0,"n":0'),
        BYTES.replace(b'"n":0', b'"n":00'),
        BYTES.replace(b'"n":0', b'"n":0.0'),
        BYTES.replace(b'"n":0', b'"n": 0'),
        BYTES.replace(b"filed", b"\\u0066iled"),
        BYTES.replace(b"2020-06-15T", "２020-06-15T".encode()),
        b"",
        b"null",
        b"[" * 70_000,
    ],
)
def test_any_other_entry_is_refused(data: bytes) -> None:
    with pytest.raises(BadEntry):
        entry.parse(data)


@pytest.mark.parametrize(
    "data",
    [
        b'{"commitment":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","kind":"sealed","on":"2020-02-30","v":1}',
        b'{"commitment":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=","kind":"sealed","on":"2020-06-15","v":1}',
        b'{"commitment":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","kind":"other","on":"2020-06-15","v":1}',
        b'{"commitment":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","kind":"sealed","on":"2020-06-15","unit":"H06","v":1}',
        BYTES,
    ],
)
def test_any_other_sealed_entry_is_refused(data: bytes) -> None:
    with pytest.raises(BadEntry):
        entry.parse_sealed(data)


@pytest.mark.parametrize(
    "act",
    [
        replace(FILED, reference="Nguyễn Văn A"),
        replace(FILED, at=FILED.at.replace(tzinfo=None)),
        replace(FILED, n=1),
        replace(FILED, act="resolved"),
        replace(FILED, due=DUE_AT),
        replace(FILED, outcome="Đã thu 079201001234"),
    ],
)
def test_an_act_without_an_entry_is_not_written(act: Act) -> None:
    with pytest.raises((BadEntry, canonical.NotCanonical)):
        entry.render(act, COMMITMENT)


def test_instants_are_written_in_utc_and_whole_seconds() -> None:
    local = datetime(2020, 6, 15, 9, 30, 0, 999_999, tzinfo=timezone(timedelta(hours=7)))
    assert entry.instant_text(local) == "2020-06-15T02:30:00Z"
    assert entry.instant("2020-06-15T02:30:00Z") == datetime(2020, 6, 15, 2, 30, tzinfo=UTC)
