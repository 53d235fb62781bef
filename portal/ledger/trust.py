"""The public keys that somebody who checks a proof trusts. Pure.

A key is given as a vkey (`portal.ledger.note`), one a line, in a policy of `portal.ledger.policy` or by itself:

    0x01  a log's key, whose name is the log's origin; or, where the name ends in `/receipt`, the key that promises
    0x04  a witness (`portal.ledger.cosignature`)
"""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.ledger import cosignature, note, promise
from portal.ledger.note import BadNote, Verifier
from portal.ledger.policy import Asked, BadPolicy, Log, Policy


@dataclass(frozen=True, slots=True)
class Keys:
    """The log's keys and witnesses with the quorum asked for, and the keys that promise for logs."""

    policy: Policy
    promising: tuple[Verifier, ...] = ()


def parse_keys(lines: Iterable[str]) -> Keys:
    """The keys in lines of vkeys, no witness asked for; empty lines count for nothing. Raises `BadNote`."""
    logs: list[Log] = []
    witnesses: list[Asked] = []
    promising: list[Verifier] = []
    for vkey in filter(None, map(str.strip, lines)):
        key = _key(vkey)
        if isinstance(key, cosignature.Witness):
            witnesses.append(Asked(f"witness-{len(witnesses)}", key))
        elif key.name.endswith(promise.NAME_END):
            promising.append(key)
        else:
            logs.append(Log(key))
    try:
        return Keys(Policy(tuple(logs), tuple(witnesses)), tuple(promising))
    except BadPolicy as error:
        raise BadNote(str(error)) from error


def _key(vkey: str) -> Verifier | cosignature.Witness:
    try:
        return note.parse_vkey(vkey)
    except BadNote:
        return cosignature.parse_witness(vkey)
