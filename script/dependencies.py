"""Writes docs/dependencies.md: every package the portal runs on or is built with, its version and its licence.

Usage: .venv/bin/python -m script.dependencies      after a change of requirements.txt or package-lock.json
The versions are those of the locks; the licences what the packages themselves say.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "dependencies.md"
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?==(?P<version>[^ ;\\]+)")
FOR_ONE_PLATFORM = re.compile(r"^(@esbuild/|@parcel/watcher-)")
CLASSIFIERS = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
SPELLED = {"Apache 2.0": "Apache-2.0"}
HEAD = """# Dependencies and their licences

Written by `python -m script.dependencies` from `requirements.txt` and `package-lock.json`; a test fails when it is
out of date. What the tests and the lint add (`requirements-dev.txt`) is not part of an installation and not listed;
Node.js (MIT, `requirements-node.txt`) builds the front end and does not run in production. Why each package was
chosen: [decisions/dependencies.md](decisions/dependencies.md).

Copyleft among them: psycopg (LGPL-3.0, used as a library, unchanged, replaceable), libheif and libde265 inside the
wheel of pi-heif (LGPL-3.0, likewise; it decodes only, so no x265 under the GPL comes along) and certifi (MPL-2.0, the
file itself). The typeface Be Vietnam Pro is under the SIL Open Font License 1.1, which travels with the built fonts.
"""


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    licence: str
    direct: bool


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            HEAD,
            "## Python, at run time\n",
            *_table(python_packages()),
            "\n## Front end, at build time\n",
            *_table(front_end_packages()),
            "",
        ]
    )


def python_packages() -> Iterator[Package]:
    """What requirements.txt pins; direct is what requirements.in names."""
    asked = {_canonical(name) for name in _names((ROOT / "requirements.in").read_text(encoding="utf-8"))}
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if pin := PIN.match(line):
            name = _canonical(pin["name"])
            yield Package(name, pin["version"], _licence(metadata.metadata(name)), name in asked)


def front_end_packages() -> Iterator[Package]:
    """What package-lock.json pins, without the binaries of single platforms."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    asked = lock[""].get("dependencies", {})
    for path, found in lock.items():
        name = path.removeprefix("node_modules/")
        if name and not FOR_ONE_PLATFORM.match(name):
            yield Package(name, found["version"], found["license"], name in asked)


def _table(packages: Iterable[Package]) -> list[str]:
    rows = sorted(packages, key=lambda package: (not package.direct, package.name))
    head = ["| package | version | licence | |", "|---|---|---|---|"]
    return head + [
        f"| {package.name} | {package.version} | {package.licence} | {'' if package.direct else 'through another'} |"
        for package in rows
    ]


def _names(requirements: str) -> Iterator[str]:
    for line in requirements.splitlines():
        if line and not line.startswith("#"):
            yield re.split(r"[\[=<>~! ]", line)[0]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(about: metadata.PackageMetadata) -> str:
    """The licence expression; else a short licence field; else the classifiers."""
    for field in ("License-Expression", "License"):
        text = str(about[field]) if field in about else ""
        if text and len(text) < 40 and text != "Dual License":
            return SPELLED.get(text, text)
    said = [line.rsplit(" :: ", 1)[-1] for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    if not said:
        raise LookupError(f"{about['Name']} does not say its licence: look it up before depending on it")
    return " OR ".join(CLASSIFIERS[words] for words in said)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
