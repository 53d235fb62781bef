"""What was made from what, so that a step is done again only when its sources have changed."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from script.bootstrapping.console import ROOT, STATE


class Stamp:
    """`fresh` while the sources and the facts are those that `put` last saw, and all that was made is still there."""

    def __init__(self, name: str, *, sources: Iterable[Path], facts: Iterable[str] = (), made: Iterable[Path]) -> None:
        self._file = STATE / f"{name}.stamp"
        self._made = tuple(made)
        self._value = _digest(sources, facts)

    @property
    def fresh(self) -> bool:
        if not all(path.exists() for path in self._made):
            return False
        try:
            return self._file.read_text() == self._value
        except OSError:
            return False

    def put(self) -> None:
        self._file.write_text(self._value)


def _digest(sources: Iterable[Path], facts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for fact in (str(ROOT), *facts):
        digest.update(fact.encode() + b"\0")
    for path in sources:
        for file in sorted(_files(path)):
            digest.update(os.fsencode(file.relative_to(ROOT)) + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(path: Path) -> Iterable[Path]:
    return (file for file in path.rglob("*") if file.is_file()) if path.is_dir() else (path,)
