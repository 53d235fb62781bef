"""The inputs that name a paper's template files, and two editors' lists of them brought together. Pure.

They are the rows of the member `templates`: `templates-<n>-name` and `-sha256`, which a page carries along hidden.
"""

import re
from collections.abc import Mapping

from portal.procedures.entries import Raw

INPUT = "templates"
ROW = re.compile(rf"{INPUT}-([0-9]{{1,2}})-(?:file|name|sha256)")
MOST = 10
Listed = tuple[str, str]  # name and SHA-256


def at_row(name: str) -> int | None:
    """Which row an input belongs to; None for one that is of no row."""
    found = ROW.fullmatch(name)
    return int(found[1]) if found else None


def listed(raw: Raw) -> list[Listed]:
    """The files that the inputs name, in order."""
    rows = sorted({row for name in raw if (row := at_row(name)) is not None})
    named = [(_one(raw, f"{INPUT}-{row}-name"), _one(raw, f"{INPUT}-{row}-sha256")) for row in rows]
    return [(name, digest) for name, digest in named if name and digest]


def appended(raw: Mapping[str, list[str]], name: str, digest: str, *, row: int | None) -> dict[str, list[str]]:
    """The inputs with this file in that row, or in a new one; one of the same name gives way to it."""
    files = listed(raw)
    if row is not None and row < len(files):
        files[row] = (name, digest)
        files = [one for at, one in enumerate(files) if at == row or one[0] != name]
    elif (same := next((at for at, one in enumerate(files) if one[0] == name), None)) is not None:
        files[same] = (name, digest)
    else:
        files.append((name, digest))
    return written(raw, files)


def written(raw: Mapping[str, list[str]], files: list[Listed]) -> dict[str, list[str]]:
    """The inputs with these files in place of those they named."""
    kept = {name: list(values) for name, values in raw.items() if at_row(name) is None and name != f"{INPUT}-rows"}
    kept[f"{INPUT}-rows"] = [str(len(files))]
    for row, (name, digest) in enumerate(files[:MOST]):
        kept |= {f"{INPUT}-{row}-name": [name], f"{INPUT}-{row}-sha256": [digest]}
    return kept


def together(then: Raw, saved: Raw, mine: Raw) -> list[Listed]:
    """What both editors leave: the saved files, without those this one took out, and those this one brought."""
    began, here, there = listed(then), listed(mine), listed(saved)
    gone = [one for one in began if one not in here]
    brought = [one for one in here if one not in began and one not in there]
    names = {name for name, _digest in brought}
    return [one for one in there if one not in gone and one[0] not in names] + brought


def _one(raw: Raw, name: str) -> str:
    return (raw.get(name) or [""])[0]
