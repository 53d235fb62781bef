"""Witnesses as processes of their own, and a small log to show them."""

import os
import queue
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from portal.ledger import cosignature, note, tree
from portal.ledger.cosignature import Witness
from portal.ledger.note import Checkpoint, KeySigner, Verifier
from portal.ledger.witness import request
from portal.ledger.witness.request import Request
from portal.settings import ROOT

WITNESS = [sys.executable, "-m", "portal.ledger.witness"]
DISHONEST = [sys.executable, "-m", "tests.ledger.dishonest_witness"]


@dataclass
class Running:
    """A witness that listens."""

    process: "subprocess.Popen[str]"
    key: Witness
    address: str

    def post(self, body: bytes, path: str = "/add-checkpoint") -> "Answered":
        return post(self.address + path, body)


class Answered(NamedTuple):
    status: int
    content_type: str
    body: bytes


def post(address: str, body: bytes) -> Answered:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data=body, method="POST"), timeout=30) as answer:
            return Answered(answer.status, answer.headers["Content-Type"], answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answered(error.code, error.headers["Content-Type"], error.read())


@contextmanager
def started(folder: Path, *logs: Verifier, command: Sequence[str] = WITNESS, port: int = 0) -> Iterator[Running]:
    """A witness that knows these logs, killed at the end; the same folder is the same witness."""
    options = [
        "--listen",
        f"127.0.0.1:{port}",
        "--state",
        str(folder / "state"),
        "--name",
        f"witness.example/{folder.name}",
    ]
    for log in logs:
        options += ["--log", log.vkey]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("a") as errors:
        process = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        key, address = _first_lines(process)
        yield Running(process, cosignature.parse_witness(key), address)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _first_lines(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """Its public key and its address, as it says them when it listens."""
    said: queue.Queue[str] = queue.Queue()

    def listen() -> None:
        assert process.stdout is not None
        for _ in range(2):
            said.put(process.stdout.readline())

    threading.Thread(target=listen, daemon=True).start()
    key, address = said.get(timeout=60), said.get(timeout=60)
    return key.removeprefix("Public key: ").strip(), address.removeprefix("Listening on ").strip()


class SmallLog:
    """Entries `prefix 0`, `prefix 1`, ...; two logs of one key and different prefixes are a fork."""

    def __init__(self, signer: KeySigner, prefix: str = "entry", common: int = 0) -> None:
        self.signer = signer
        leaves = [tree.leaf_hash(f"{'entry' if n < common else prefix} {n}".encode()) for n in range(300)]
        self.nodes = tree.nodes_of(leaves)

    def root(self, size: int) -> bytes:
        return tree.range_root(0, size, self.nodes)

    def text(self, size: int) -> str:
        return Checkpoint(self.signer.verifier.name, size, self.root(size)).render()

    def note(self, size: int) -> bytes:
        return note.sign(self.text(size), [self.signer]).encode()

    def request(self, old: int, size: int) -> bytes:
        proof = tree.consistency_proof(old, size, self.nodes) if old <= size else []
        return request.render(Request(old, tuple(proof), self.note(size)))
