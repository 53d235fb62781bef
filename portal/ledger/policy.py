"""Whose signatures make a checkpoint good: the keys of a log, its witnesses, and how many of them it takes. Pure.

A policy is written in a file, one thing a line, in the form of c2sp.org/tlog-policy:

    # a comment
    log <vkey> [<address>]
    witness <name> <vkey> [<address>]
    group <name> <k>|any|all <name>...
    quorum <name>|none

Several `log` lines: several keys of a log while one takes over from the other, or several logs. The name of a witness
or a group is for this file only. A group has witnessed a checkpoint when `k` of its members have; a name is a member
once at most, and every name is explained above the line that uses it. The address is where a witness is asked
(`<address>/add-checkpoint`). Words are separated by blanks or tabs, lines end with a newline.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from portal.ledger import cosignature, note
from portal.ledger.cosignature import Witness
from portal.ledger.note import BadNote, Checkpoint, Note, PublicKey, Verifier

NONE = "none"
MOST = 64
"""Logs, witnesses, groups: at most so many of each."""

_WORD = re.compile(r"[^ \t\n]+")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NUMBER = re.compile(r"[1-9][0-9]{0,2}", re.ASCII)


class BadPolicy(ValueError):
    """Not a policy; says which line and why."""


class OtherLog(BadNote):
    """A checkpoint of a log that the policy does not name."""


class NotSigned(BadNote):
    """No good signature by a key of the log, or a bad one beside it."""


class NotWitnessed(BadNote):
    """Fewer witnesses than the quorum asks for, or a bad cosignature of one."""


class Log(NamedTuple):
    key: Verifier
    address: str | None = None


class Asked(NamedTuple):
    """A witness. `name` is the policy's own, `key.name` the witness's."""

    name: str
    key: Witness
    address: str | None = None


class Group(NamedTuple):
    name: str
    needed: int
    members: tuple[str, ...]


class Cosigned(NamedTuple):
    """Which witness, by the name of its key, and when."""

    name: str
    at: datetime


class Opened(NamedTuple):
    """What a good note says. `cosigned` by name, of all witnesses of the policy, asked for by the quorum or not."""

    checkpoint: Checkpoint
    cosigned: tuple[Cosigned, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    logs: tuple[Log, ...] = ()
    witnesses: tuple[Asked, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = NONE

    def __post_init__(self) -> None:
        names = _Names()
        for log in self.logs:
            names.log(log)
        for witness in self.witnesses:
            names.witness(witness)
        for group in self.groups:
            names.group(group)
        names.quorum(self.quorum)

    def check(self, data: bytes) -> Opened:
        """The checkpoint in a note that is signed by a log of the policy and cosigned as the quorum asks.

        Raises `BadNote` for no note or no checkpoint, and its kinds `OtherLog`, `NotSigned`, `NotWitnessed`. A line
        that claims a key of the policy and is bad, or is there twice, makes the whole note bad.
        """
        signed = note.parse(data)
        checkpoint = note.parse_checkpoint(signed.text)
        keys = [log.key for log in self.logs if log.key.name == checkpoint.origin]
        if not keys:
            raise OtherLog(f"the checkpoint is of the log {checkpoint.origin!r}")
        claimed = [key for key in keys if signed.claimed_by(key)]
        if not claimed or not all(signed.signed_by(key) for key in claimed):
            raise NotSigned(f"no good signature of the log {checkpoint.origin!r}")
        times = self.cosigned(signed)
        if not self.reached(times):
            raise NotWitnessed(f"{len(times)} of the policy's witnesses are not the quorum it asks for")
        names = {witness.name: witness.key.name for witness in self.witnesses}
        return Opened(checkpoint, tuple(sorted(Cosigned(names[name], at) for name, at in times.items())))

    def cosigned(self, signed: Note) -> dict[str, datetime]:
        """When each witness, by its name in the policy, cosigned; those that did not are left out."""
        times = {}
        for witness in self.witnesses:
            if signed.claimed_by(witness.key):
                at = witness.key.cosigned(signed)
                if at is None:
                    raise NotWitnessed(f"the cosignature of {witness.name} is not good")
                times[witness.name] = at
        return times

    def reached(self, witnesses: Collection[str]) -> bool:
        """Whether these witnesses, by their names in the policy, are the quorum."""
        reached = {NONE, *witnesses}
        for group in self.groups:
            if sum(member in reached for member in group.members) >= group.needed:
                reached.add(group.name)
        return self.quorum in reached

    def named(self, keys: Collection[tuple[str, bytes]]) -> list[str]:
        """The policy's names of the witnesses with these (name, key id)."""
        return [one.name for one in self.witnesses if (one.key.name, one.key.key_id) in keys]

    def render(self) -> str:
        lines = [_line("log", key.vkey, address) for key, address in self.logs]
        lines += [_line("witness", name, key.vkey, address) for name, key, address in self.witnesses]
        lines += [_line("group", name, str(needed), *members) for name, needed, members in self.groups]
        return "".join([*lines, _line("quorum", self.quorum)])


def of_keys(keys: Iterable[Verifier]) -> Policy:
    """Any of these keys of a log, and no witness asked for."""
    return Policy(tuple(Log(key) for key in keys))


def shown(asked: Policy | None, logs: Iterable[Log]) -> Policy:
    """What an operator asks for as others may have it: with these keys of the log, without the witnesses' addresses."""
    if asked is None:
        return Policy(tuple(logs))
    witnesses = tuple(one._replace(address=None) for one in asked.witnesses)
    return Policy(tuple(logs), witnesses, asked.groups, asked.quorum)


def parse(text: str) -> Policy:
    """The policy in a file; raises `BadPolicy`."""
    reading = _Reading()
    for number, line in enumerate(text.split("\n"), 1):
        try:
            reading.line(line)
        except (BadPolicy, BadNote) as error:
            raise BadPolicy(f"line {number}: {error}") from error
    if reading.quorum is None:
        raise BadPolicy("a policy has a quorum line; `quorum none` asks for no witness")
    return Policy(tuple(reading.logs), tuple(reading.witnesses), tuple(reading.groups), reading.quorum)


class _Names:
    """What has been explained so far; refuses what a policy may not say."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._members: set[str] = set()
        self._keys: dict[type, set[bytes]] = {Verifier: set(), Witness: set()}
        self._groups = 0

    def log(self, log: Log) -> None:
        self._key(log.key)
        _address(log.address)

    def witness(self, witness: Asked) -> None:
        self._name(witness.name)
        self._key(witness.key)
        _address(witness.address)

    def group(self, group: Group) -> None:
        for member in group.members:
            if member not in self._known:
                raise BadPolicy(f"{member} is no witness or group above this line")
            if member in self._members:
                raise BadPolicy(f"{member} is a member already")
            self._members.add(member)
        if not 1 <= group.needed <= len(group.members):
            raise BadPolicy(f"a group of {len(group.members)} cannot ask for {group.needed}")
        self._name(group.name)
        self._groups += 1
        if self._groups > MOST:
            raise BadPolicy(f"more than {MOST} groups")

    def quorum(self, name: str) -> None:
        if name != NONE and name not in self._known:
            raise BadPolicy(f"{name} is no witness or group above this line")

    def _name(self, name: str) -> None:
        if not _WORD.fullmatch(name) or _FORBIDDEN.search(name):
            raise BadPolicy("a name is one word")
        if name == NONE or name in self._known:
            raise BadPolicy(f"the name {name} is taken")
        self._known.add(name)

    def _key(self, key: PublicKey) -> None:
        keys = self._keys[type(key)]
        if key.public_key in keys:
            raise BadPolicy(f"the key of {key.name} is there twice")
        keys.add(key.public_key)
        if len(keys) > MOST:
            raise BadPolicy(f"more than {MOST} keys")


class _Reading:
    """Lines of a policy, one after another."""

    def __init__(self) -> None:
        self._names = _Names()
        self.logs: list[Log] = []
        self.witnesses: list[Asked] = []
        self.groups: list[Group] = []
        self.quorum: str | None = None

    def line(self, line: str) -> None:
        if _FORBIDDEN.search(line):
            raise BadPolicy("a control character; lines end with a newline alone")
        words = _WORD.findall(line)
        if not words or words[0].startswith("#"):
            return
        match words:
            case ["log", vkey, *rest] if len(rest) <= 1:
                self._log(Log(note.parse_vkey(vkey), *rest))
            case ["witness", name, vkey, *rest] if len(rest) <= 1:
                self._witness(Asked(name, cosignature.parse_witness(vkey), *rest))
            case ["group", name, needed, first, *rest]:
                self._group(Group(name, _needed(needed, 1 + len(rest)), (first, *rest)))
            case ["quorum", name]:
                self._quorum(name)
            case _:
                raise BadPolicy(f"not a line of a policy: {words[0]}")

    def _log(self, log: Log) -> None:
        self._names.log(log)
        self.logs.append(log)

    def _witness(self, witness: Asked) -> None:
        self._names.witness(witness)
        self.witnesses.append(witness)

    def _group(self, group: Group) -> None:
        self._names.group(group)
        self.groups.append(group)

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise BadPolicy("a second quorum line")
        self._names.quorum(name)
        self.quorum = name


def _needed(word: str, members: int) -> int:
    if word in ("any", "all"):
        return 1 if word == "any" else members
    if not _NUMBER.fullmatch(word):
        raise BadPolicy("a group asks for any, all or a number of its members")
    return int(word)


def _address(address: str | None) -> None:
    if address is not None and (not _WORD.fullmatch(address) or _FORBIDDEN.search(address)):
        raise BadPolicy("an address is one word")


def _line(*words: str | None) -> str:
    return " ".join(word for word in words if word is not None) + "\n"
