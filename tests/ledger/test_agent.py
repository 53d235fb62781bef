"""Signing by a key that an SSH agent holds: OpenSSH's own agent, and agents that answer anything at all."""

import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import agent, note
from portal.ledger.agent import AgentFailed, AgentSigner
from portal.ledger.note import BadNote, Checkpoint, KeySigner, Verifier
from tests.ledger.agents import Agent, ssh_agent, stranger

NAME = "hai-dang.test/ledger"
OWN = KeySigner(NAME, bytes(range(32)))
MESSAGE = b"text\n"


@pytest.fixture(scope="module")
def running() -> Iterator[Agent]:
    with ssh_agent() as started:
        yield started


def string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def answer(signature: bytes, *, kind: bytes = b"ssh-ed25519", first: int = 14) -> bytes:
    return string(bytes([first]) + string(string(kind) + string(signature)))


def test_an_agent_signs_what_a_key_file_signs(running: Agent) -> None:
    signer = AgentSigner(running.socket, Verifier(NAME, agent.parse_public_key(running.add())))
    checkpoint = Checkpoint(NAME, 12, bytes(32))
    signed = note.sign(checkpoint.render(), [signer, OWN]).encode()
    assert note.open_checkpoint(signed, signer.verifier) == checkpoint
    assert note.open_checkpoint(signed, OWN.verifier) == checkpoint
    assert signer.sign(b"x" * 100_000) == signer.sign(b"x" * 100_000)


def test_an_agent_without_the_key_is_told_by_name(running: Agent) -> None:
    line = running.add()
    running.forget()
    with pytest.raises(AgentFailed, match="does not sign with the key"):
        AgentSigner(running.socket, Verifier(NAME, agent.parse_public_key(line))).sign(MESSAGE)


def test_an_agent_that_is_away_is_told() -> None:
    with pytest.raises(AgentFailed, match="does not answer: FileNotFoundError"):
        AgentSigner(Path("/nonexistent/socket"), OWN.verifier).sign(MESSAGE)


def test_the_right_answer_is_taken() -> None:
    """So that each refusal below is for the one thing that is wrong there."""
    with stranger(answer(OWN.sign(MESSAGE))) as path:
        assert AgentSigner(path, OWN.verifier).sign(MESSAGE) == OWN.sign(MESSAGE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x00",
        b"\x00\x00\x00\x01\x05",
        b"\xff\xff\xff\xff" + b"\x0e" * 5000,
        struct.pack(">I", 100) + b"\x0e",
        answer(OWN.sign(b"another text\n")),
        answer(OWN.sign(MESSAGE)[:63]),
        answer(OWN.sign(MESSAGE) + b"\0"),
        answer(OWN.sign(MESSAGE), kind=b"ssh-rsa"),
        answer(OWN.sign(MESSAGE), kind=b"rsa-sha2-51"),
        answer(OWN.sign(MESSAGE), first=12),
        answer(KeySigner(NAME, bytes(32)).sign(MESSAGE)),
    ],
)
def test_any_other_answer_signs_nothing(data: bytes) -> None:
    with stranger(data) as path, pytest.raises(AgentFailed):
        AgentSigner(path, OWN.verifier).sign(MESSAGE)


def test_an_answer_that_drips_is_not_waited_for() -> None:
    begun = time.monotonic()
    with stranger(answer(OWN.sign(MESSAGE)), pause=0.1) as path, pytest.raises(AgentFailed, match="TimeoutError"):
        AgentSigner(path, OWN.verifier, seconds=0.4).sign(MESSAGE)
    assert time.monotonic() - begun < 5


@given(st.binary(min_size=32, max_size=32))
def test_a_public_key_is_read_as_it_was_written(key: bytes) -> None:
    line = agent.render_public_key(key)
    assert agent.parse_public_key(line) == key
    assert agent.parse_public_key(f"{line} somebody@somewhere and more\n") == key


def test_another_kind_of_key_is_refused(running: Agent) -> None:
    good = agent.render_public_key(OWN.verifier.public_key)
    for line in (
        running.add("ecdsa"),
        "",
        "ssh-ed25519",
        good[:-4],
        good.replace("ssh-ed25519", "ssh-rsa"),
        f"x{good}",
    ):
        with pytest.raises(BadNote):
            agent.parse_public_key(line)
