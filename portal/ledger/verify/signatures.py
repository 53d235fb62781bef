"""Whose signatures an auditor asks for on a checkpoint."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from portal.ledger import cosignature, note, policy, promise, trust
from portal.ledger.canonical import MAX_INTEGER
from portal.ledger.note import BadNote, Checkpoint
from portal.ledger.policy import Asked, BadPolicy, Cosigned, Log, NotWitnessed, OtherLog, Policy
from portal.ledger.trust import Keys
from portal.ledger.verify.findings import Finding, NotSound


class BadKeys(ValueError):
    """What was given is no key, or no policy."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A signed checkpoint: its bytes, what it says, which of the trusted keys signed it, who cosigned it and when."""

    data: bytes
    checkpoint: Checkpoint
    signers: tuple[str, ...]
    cosigned: tuple[Cosigned, ...]

    @property
    def cosigned_at(self) -> datetime | None:
        """When the first of the witnesses saw it: one that lies about its clock can only make this earlier."""
        return min((one.at for one in self.cosigned), default=None)


class Trust(Protocol):
    def open(self, data: bytes) -> Opened:
        """The checkpoint; raises `NotSound` unless it is signed as it must be."""
        ...


class TrustPolicy:
    """The log's keys, its witnesses, and the quorum to ask for."""

    def __init__(self, asked: Policy) -> None:
        self._policy = asked

    def open(self, data: bytes) -> Opened:
        try:
            opened = self._policy.check(data)
            signed = note.parse(data)
            _check_size(opened.checkpoint)
        except OtherLog as error:
            raise NotSound(Finding("other_log", str(error))) from error
        except NotWitnessed as error:
            raise NotSound(Finding("not_witnessed", str(error))) from error
        except BadNote as error:
            raise NotSound(Finding("signature", f"the checkpoint: {error}")) from error
        signers = tuple(key.vkey for key, _ in self._policy.logs if signed.signed_by(key))
        return Opened(data, opened.checkpoint, signers, opened.cosigned)

    @property
    def vkeys(self) -> list[str]:
        return [key.vkey for key, _ in self._policy.logs] + [key.vkey for _, key, _ in self._policy.witnesses]

    @property
    def least_witnesses(self) -> int:
        """The smallest number of witnesses that can be the quorum."""
        least = {policy.NONE: 0} | {witness.name: 1 for witness in self._policy.witnesses}
        for group in self._policy.groups:
            least[group.name] = sum(sorted(least[member] for member in group.members)[: group.needed])
        return least[self._policy.quorum]


NO_KEY = "nobody's signature was checked: give the log's key with --vkey, from a receipt or somebody you trust"


class TrustNobody:
    """No key was given: the checkpoint is read, and nobody's word is taken for it."""

    def open(self, data: bytes) -> Opened:
        try:
            return Opened(data, _check_size(note.parse_checkpoint(note.parse(data).text)), (), ())
        except BadNote as error:
            raise NotSound(Finding("signature", f"the checkpoint: {error}")) from error


def of_vkeys(vkeys: Sequence[str]) -> TrustPolicy:
    """Any of these keys of a log; a witness's line must be good where it is there. Keys that promise sign no log."""
    logs, witnesses = [], []
    for number, vkey in enumerate(vkeys):
        try:
            key = note.parse_vkey(vkey)
        except BadNote:
            witnesses.append(Asked(f"witness-{number}", _witness(vkey)))
        else:
            logs += [] if key.name.endswith(promise.NAME_END) else [Log(key)]
    if not logs:
        raise BadKeys("no key of a log among those given")
    try:
        return TrustPolicy(Policy(tuple(logs), tuple(witnesses)))
    except BadPolicy as error:
        raise BadKeys(str(error)) from error


def of_file(file: Path) -> TrustPolicy:
    try:
        return TrustPolicy(policy.parse(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, BadPolicy) as error:
        raise BadKeys(f"{file}: {error}") from error


def keys_for_proofs(vkeys: Iterable[str]) -> Keys:
    """The same keys for checking a proof; those that promise may be among them."""
    try:
        return trust.parse_keys(vkeys)
    except BadNote as error:
        raise BadKeys(str(error)) from error


def _check_size(checkpoint: Checkpoint) -> Checkpoint:
    if checkpoint.size > MAX_INTEGER:
        raise BadNote("a log of more than 2^53 - 1 entries")
    return checkpoint


def _witness(vkey: str) -> cosignature.Witness:
    try:
        return cosignature.parse_witness(vkey)
    except BadNote as error:
        raise BadKeys(f"{vkey[:80]}: {error}") from error
