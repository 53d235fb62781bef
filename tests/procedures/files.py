"""Procedure files for tests: the exemplar, changed."""

import copy
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from portal.procedures import sources, yaml_door

EXEMPLAR = sources.CATALOGUE / "1.001193.yaml"


@cache
def _exemplar() -> dict[str, Any]:
    content: dict[str, Any] = yaml_door.read(EXEMPLAR.read_bytes())
    return content


def content(code: str = "9.000001", **changes: Any) -> dict[str, Any]:
    """The exemplar as another procedure, with members changed."""
    return {**copy.deepcopy(_exemplar()), "code": code, "related": [], **changes}


def write(folder: Path, content: Mapping[str, Any], *, name: str | None = None) -> Path:
    """Write it under the name it must have, or another one."""
    path = sources.write(content, folder, newest=True)
    return path.rename(folder / name) if name else path
