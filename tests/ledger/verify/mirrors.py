"""Logs for auditors: lives of dossiers by a seed, and a log over them that is kept in memory or in a plain folder."""

import random
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from portal import clock
from portal.ledger import entry, note, tiles, tree
from portal.ledger.cosignature import Cosigner
from portal.ledger.entry import Act
from portal.ledger.note import Checkpoint, KeySigner
from portal.ledger.tiles import Tile
from portal.ledger.verify import signatures
from portal.ledger.verify.auditing import Auditor
from portal.ledger.verify.findings import Report
from portal.ledger.verify.signatures import Opened
from portal.ledger.verify.sources import NotThere, Source, TooLong
from portal.ledger.verify.state import State
from tests.ledger.acts import DUE_AT, FILED, FILED_AT, RULE, after

SIGNER = KeySigner("hai-dang.test/ledger", bytes(range(32)))
VKEY = SIGNER.verifier.vkey
NOW = FILED_AT
"""When auditors look, unless they are told otherwise: no act of these lives is older."""
NEXT = {"filed": "received", "received": "passed", "passed": "resolved", "resolved": "returned"}


def lives(count: int, *, seed: int = 1, begin: datetime = FILED_AT) -> Iterator[bytes]:
    """So many entries of dossiers whose acts are mixed with each other; some are sealed."""
    chance = random.Random(seed)
    at, begun = begin, 0
    open_acts: list[tuple[Act, bytes]] = []
    for _ in range(count):
        at += timedelta(seconds=chance.randrange(3))
        if chance.random() < 0.05:
            yield entry.render_sealed(clock.local_day(at), chance.randbytes(32))
            continue
        if len(open_acts) < 20 or chance.random() < 0.2:
            begun += 1
            act = replace(FILED, reference=f"H06.31.{begun % 7:02d}-200615-{begun:04d}", at=at)
        else:
            act, leaf = open_acts.pop(chance.randrange(len(open_acts)))
            act = following(act, leaf, NEXT[act.act], at)
        data = entry.render(act, chance.randbytes(32))
        if act.act in NEXT:
            open_acts.append((act, tree.leaf_hash(data)))
        yield data


def following(act: Act, leaf: bytes, name: str, at: datetime) -> Act:
    """The next act of the dossier, with what belongs to it."""
    changes: dict[str, Any] = {"at": at}
    if name == "received":
        changes |= {"due": DUE_AT, "rule": RULE}
    if name == "passed":
        changes["to"] = "H06.31"
    if name == "resolved":
        changes["outcome"] = "granted"
    return after(act, leaf, name, **changes)


class Mirror:
    """A log that anybody could serve. `files` are its bytes under their addresses: tamper with them."""

    def __init__(self, entries: Iterable[bytes] = (), *, signer: KeySigner = SIGNER) -> None:
        self.name, self.signer = "mirror", signer
        self.entries: list[bytes] = []
        self.files: dict[str, bytes] = {}
        self.reads: list[str] = []
        self.grow(entries)

    def read(self, path: str, most: int) -> bytes:
        self.reads.append(path)
        if path not in self.files:
            raise NotThere(f"{path} is not there")
        if len(self.files[path]) > most:
            raise TooLong(f"{path} is longer than {most} bytes")
        return self.files[path]

    def grow(self, entries: Iterable[bytes]) -> "Mirror":
        self.entries += entries
        self._write()
        self.sign()
        return self

    def sign(self) -> None:
        checkpoint = Checkpoint(self.signer.verifier.name, len(self.entries), self.root())
        self.files["checkpoint"] = note.sign(checkpoint.render(), [self.signer]).encode()

    def cosign(self, witness: Cosigner, at: datetime) -> None:
        """One more line under the checkpoint."""
        line = witness.cosign(note.parse(self.checkpoint).text, at)
        encoded = note.to_base64(line.key_id + line.value)
        self.files["checkpoint"] += f"— {line.name} {encoded}\n".encode()

    def root(self) -> bytes:
        return tree.root_of(map(tree.leaf_hash, self.entries))

    @property
    def checkpoint(self) -> bytes:
        return self.files["checkpoint"]

    def save(self, folder: Path) -> Path:
        for path, data in self.files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        return folder

    def _write(self) -> None:
        size, level = len(self.entries), 0
        row = [tree.leaf_hash(one) for one in self.entries]
        for start in range(0, size, 256):
            part = self.entries[start : start + 256]
            self._put(Tile(None, start // 256, len(part)), tiles.render_bundle(part))
        while row:
            for start in range(0, len(row), 256):
                part = row[start : start + 256]
                self._put(Tile(level, start // 256, len(part)), b"".join(part))
            row = [tree.root_of(row[i : i + 256]) for i in range(0, len(row) - len(row) % 256, 256)]
            level += 1

    def _put(self, tile: Tile, data: bytes) -> None:
        self.files[f"tile/{tiles.render(tile)}"] = data


def opened(data: bytes, vkey: str = VKEY) -> Opened:
    return signatures.of_vkeys([vkey]).open(data)


def auditor(
    source: Source, state: State | None = None, *, now: datetime = NOW, vkeys: Sequence[str] = (VKEY,)
) -> Auditor:
    trust = signatures.of_vkeys(vkeys)
    return Auditor(source, trust, state or State(None), lambda: now, connections=1, stop=threading.Event())


def audited(source: Source, state: State | None = None, *, now: datetime = NOW, since: Sequence[bytes] = ()) -> Report:
    return auditor(source, state, now=now).audit(since=[opened(data) for data in since])


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}
