"""`.venv` and the Python packages in it, each checked against its hash."""

import importlib.util
import shutil
import sys
from pathlib import Path

from script.bootstrapping import debian
from script.bootstrapping.console import ROOT, output, run, step
from script.bootstrapping.stamps import Stamp

FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"
VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"
SUPPORTED = ("3.11", "3.12", "3.13")


def make() -> None:
    """An environment that works, made anew where the present one does not."""
    stamp = Stamp("venv", sources=[], made=[PYTHON])
    if stamp.fresh and output([PYTHON, "-c", VERSION]) in SUPPORTED:
        return
    with step(f"Python environment (.venv, {sys.version_info[0]}.{sys.version_info[1]})"):
        uv = shutil.which("uv")
        if uv:
            run([uv, "venv", "--clear", "--python", sys.executable, FOLDER], doing="uv venv")
        else:
            _make_with_venv()
        stamp.put()


def install(requirements: str, words: str) -> None:
    """The packages that the file pins, nothing else; skipped while file and environment are the same."""
    file = ROOT / requirements
    stamp = Stamp(Path(requirements).stem, sources=[file], facts=[_identity()], made=[PYTHON])
    if stamp.fresh:
        return
    with step(f"{words} ({requirements})"):
        uv = shutil.which("uv")
        if uv:
            command = [uv, "pip", "install", "--python", str(PYTHON), "--compile-bytecode"]
        else:
            command = [str(PYTHON), "-m", "pip", "install", "--no-input", "--progress-bar", "off"]
            command += ["--disable-pip-version-check"]
        run([*command, "--require-hashes", "--only-binary", ":all:", "-r", file], doing="Installing Python packages")
        stamp.put()


def _identity() -> str:
    """Differs for an environment made anew."""
    configuration = FOLDER / "pyvenv.cfg"
    return f"{configuration.stat().st_mtime_ns} {configuration.stat().st_ino}"


def _make_with_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        debian.install(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv", needed_for="to make .venv")
    run([sys.executable, "-m", "venv", "--clear", FOLDER], doing="Making .venv")
