"""Whose signatures make a checkpoint good, and the file in which an operator says so."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import note, policy
from portal.ledger.cosignature import Cosigner
from portal.ledger.note import BadNote, Checkpoint, KeySigner
from portal.ledger.policy import Asked, BadPolicy, Group, Log, NotSigned, NotWitnessed, OtherLog, Policy

ORIGIN = "hai-dang.test/ledger"
OLD, NEW, STRANGER = (KeySigner(ORIGIN, bytes([number] * 32)) for number in (1, 2, 3))
OTHER = KeySigner("hai-dang.other/ledger", bytes([4] * 32))
A, B, C, D = (Cosigner(f"witness.example/{name}", bytes([ord(name)] * 32)) for name in "abcd")
AT = datetime(2020, 6, 15, 2, 30, tzinfo=UTC)
CHECKPOINT = Checkpoint(ORIGIN, 12, bytes(32))

FILE = f"""\
# The log of the province, and its key of next year
log {OLD.verifier.vkey} https://hai-dang.example/ledger
log\t{NEW.verifier.vkey}

  witness university {A.witness.vkey} https://a.example/witness
witness báo {B.witness.vkey}
witness province {C.witness.vkey} http://127.0.0.1:8090
group neighbours any báo province
group both all university neighbours
quorum both
"""


def cosigned(*cosigners: Cosigner, by: tuple[KeySigner, ...] = (OLD,), checkpoint: Checkpoint = CHECKPOINT) -> bytes:
    signed = note.sign(checkpoint.render(), by)
    return (signed + "".join(cosigner.cosign(checkpoint.render(), AT).line for cosigner in cosigners)).encode()


def of_witnesses(quorum: str, *groups: Group) -> Policy:
    names = zip("abcd", (A, B, C, D), strict=True)
    return Policy((Log(OLD.verifier),), tuple(Asked(name, one.witness) for name, one in names), groups, quorum)


# --- The file ----------------------------------------------------------------------------------------------------


def test_a_policy_is_read_from_its_file() -> None:
    found = policy.parse(FILE)
    assert [log.key for log in found.logs] == [OLD.verifier, NEW.verifier]
    assert [(one.name, one.key, one.address) for one in found.witnesses] == [
        ("university", A.witness, "https://a.example/witness"),
        ("báo", B.witness, None),
        ("province", C.witness, "http://127.0.0.1:8090"),
    ]
    assert found.groups == (Group("neighbours", 1, ("báo", "province")), Group("both", 2, ("university", "neighbours")))
    assert found.quorum == "both"
    assert policy.parse(found.render()) == found


W = f"witness w {A.witness.vkey}\n"
V = f"witness v {B.witness.vkey}\n"
Q = "quorum none\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "quorum line"),
        ("# nothing\n", "quorum line"),
        (W, "quorum line"),
        (Q + Q, "line 2: a second"),
        ("quorum w\n" + W, "line 1: w is no witness"),
        (W + "quorum x\n", "line 2"),
        ("quorum\n", "line 1: not a line"),
        ("quorum none none\n", "line 1: not a line"),
        ("quorums none\n", "line 1: not a line"),
        ("Quorum none\n", "line 1: not a line"),
        (Q.replace("\n", "\r\n"), "line 1: a control character"),
        ("quorum\vnone\n", "line 1: a control character"),
        (f"log {A.witness.vkey}\n" + Q, "line 1"),
        (f"log {OLD.verifier.vkey[:-4]}\n" + Q, "line 1"),
        (f"log {OLD.verifier.vkey} https://a.example b\n" + Q, "line 1: not a line"),
        (f"log {OLD.verifier.vkey}\nlog {OLD.verifier.vkey}\n" + Q, "line 2: the key"),
        (f"witness w {OLD.verifier.vkey}\n" + Q, "line 1"),
        (f"witness {A.witness.vkey}\n" + Q, "line 1"),
        (f"witness none {A.witness.vkey}\n" + Q, "line 1: the name none"),
        (W + W + Q, "line 2: the name w"),
        (W + W.replace("witness w", "witness x") + Q, "line 2: the key"),
        (W + "group w any w\n" + Q, "line 2"),
        (W + "group g w w\n" + Q, "any, all or a number"),
        (W + "group g any\n" + Q, "line 2: not a line"),
        (W + "group g 0 w\n" + Q, "line 2"),
        (W + "group g 2 w\n" + Q, "line 2"),
        (W + "group g 01 w\n" + Q, "line 2"),
        (W + "group g +1 w\n" + Q, "line 2"),
        (W + "group g any none\n" + Q, "line 2"),
        (W + "group g any g\n" + Q, "line 2"),
        (W + "group g any w w\n" + Q, "line 2: w is a member"),
        (W + V + "group g any w\ngroup h any w v\n" + Q, "line 4: w is a member"),
        ("group g any w\n" + W + Q, "line 1"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(BadPolicy, match=words):
        policy.parse(text)


@pytest.mark.parametrize(
    "parts",
    [
        {"quorum": "w"},
        {"witnesses": (Asked("a b", A.witness),)},
        {"witnesses": (Asked("a", A.witness, "http://x y"),)},
        {"witnesses": (Asked("a", A.witness),), "groups": (Group("g", 2, ("a",)),)},
        {"logs": tuple(Log(KeySigner("x", bytes([n] * 32)).verifier) for n in range(65))},
    ],
)
def test_a_policy_made_by_a_program_is_held_to_the_same(parts: dict[str, Any]) -> None:
    with pytest.raises(BadPolicy):
        Policy(**parts)


words = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x2FF, exclude_characters="\x7f"), min_size=1)
addresses = st.none() | words


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    names = draw(st.lists(words.filter(lambda name: name != "none"), unique=True, max_size=8))
    count = draw(st.integers(0, len(names)))
    witnesses = [
        Asked(name, Cosigner(f"w{number}", bytes([number] * 32)).witness, draw(addresses))
        for number, name in enumerate(names[:count])
    ]
    groups, free = [], names[:count]
    for name in names[count:]:
        members = draw(st.lists(st.sampled_from(free), unique=True, min_size=1)) if free else []
        if members:
            groups.append(Group(name, draw(st.integers(1, len(members))), tuple(members)))
            free = [*(one for one in free if one not in members), name]
    logs = [Log(KeySigner("log", bytes([n] * 32)).verifier, draw(addresses)) for n in range(draw(st.integers(0, 3)))]
    known = [*names[:count], *(group.name for group in groups), "none"]
    return Policy(tuple(logs), tuple(witnesses), tuple(groups), draw(st.sampled_from(known)))


@given(policies())
def test_a_policy_is_read_as_it_was_written(given_policy: Policy) -> None:
    assert policy.parse(given_policy.render()) == given_policy


@given(st.text() | st.lists(st.sampled_from(FILE.split())).map(" ".join))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    try:
        policy.parse(text)
    except BadPolicy as error:
        assert str(error)


# --- The quorum --------------------------------------------------------------------------------------------------


def test_without_witnesses_the_log_s_signature_is_enough() -> None:
    opened = policy.of_keys([OLD.verifier]).check(cosigned())
    assert (opened.checkpoint, opened.cosigned) == (CHECKPOINT, ())
    assert policy.of_keys([OLD.verifier]).check(cosigned(A)).cosigned == ()


def test_two_of_three_are_enough_and_one_is_not() -> None:
    two = of_witnesses("g", Group("g", 2, ("a", "b", "c")))
    for some in ((A, B), (C, A), (A, B, C), (A, B, C, D)):
        opened = two.check(cosigned(*some))
        assert opened.cosigned == tuple(sorted((one.witness.name, AT) for one in some))
    for few in ((), (A,), (A, D)):
        with pytest.raises(NotWitnessed):
            two.check(cosigned(*few))


def test_groups_of_groups_count_as_they_say() -> None:
    nested = of_witnesses(
        "top", Group("pair", 2, ("a", "b")), Group("one", 1, ("c", "d")), Group("top", 2, ("pair", "one"))
    )
    for enough in ("abc", "abd", "abcd"):
        assert nested.reached(enough)
    for few in ("", "a", "ab", "acd", "cd"):
        assert not nested.reached(few)
    assert of_witnesses("a").reached("a")
    assert not of_witnesses("a").reached("bcd")


def test_a_stranger_s_cosignature_counts_for_nothing() -> None:
    stranger = Cosigner(A.witness.name, bytes(32))
    with pytest.raises(NotWitnessed):
        of_witnesses("a").check(cosigned(stranger))
    assert of_witnesses("a").check(cosigned(stranger, A)).cosigned == ((A.witness.name, AT),)


def test_a_bad_or_double_line_of_a_witness_makes_the_note_bad() -> None:
    any_of = of_witnesses("g", Group("g", 1, ("a", "b")))
    forged = B.cosign(Checkpoint(ORIGIN, 13, bytes(32)).render(), AT).line.encode()
    for bad in (cosigned(A) + forged, cosigned(A, B, B), cosigned(A, A)):
        with pytest.raises(NotWitnessed):
            any_of.check(bad)


# --- The log's keys ----------------------------------------------------------------------------------------------


def test_while_a_key_is_changed_either_signs_for_the_log() -> None:
    both = policy.of_keys([OLD.verifier, NEW.verifier])
    for by in ((OLD,), (NEW,), (OLD, NEW), (STRANGER, NEW)):
        assert both.check(cosigned(by=by)).checkpoint == CHECKPOINT
    for by in ((STRANGER,), (OTHER,)):
        with pytest.raises(NotSigned):
            both.check(cosigned(by=by))


def test_a_bad_or_double_line_of_a_key_makes_the_note_bad() -> None:
    both = policy.of_keys([OLD.verifier, NEW.verifier])
    other_text = note.sign(Checkpoint(ORIGIN, 13, bytes(32)).render(), [NEW]).split("\n\n")[1].encode()
    for bad in (cosigned(by=(OLD, OLD)), cosigned(by=(OLD,)) + other_text):
        with pytest.raises(NotSigned):
            both.check(bad)


def test_another_log_is_told_apart() -> None:
    known = policy.of_keys([OLD.verifier])
    with pytest.raises(OtherLog):
        known.check(cosigned(by=(OTHER,), checkpoint=Checkpoint(OTHER.verifier.name, 12, bytes(32))))
    several = policy.of_keys([OLD.verifier, OTHER.verifier])
    with pytest.raises(NotSigned):
        several.check(cosigned(by=(OTHER,)))


def test_what_is_no_checkpoint_is_refused() -> None:
    for data in (b"", b"\xff", cosigned()[:-1], note.sign("text\n", [OLD]).encode(), b"x" * 1_000_001):
        with pytest.raises(BadNote):
            policy.of_keys([OLD.verifier]).check(data)
