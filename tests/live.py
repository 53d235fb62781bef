"""A running portal for tests: all its processes, started by the supervisor as `script/server` starts them."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.pilot import addresses
from portal.settings import ROOT, Settings

READY_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class LiveServer:
    """Where it answers, and the settings its processes have."""

    url: str
    settings: Settings
    process: subprocess.Popen[bytes]
    screen: Path

    @property
    def instance(self) -> Path:
        return self.settings.instance

    @property
    def outbox(self) -> Path:
        """Where the letters to people land."""
        return self.settings.outbox


@contextmanager
def running(instance: Path, *, database_url: str = "", keys: Path | None = None) -> Iterator[LiveServer]:
    """Start it over `instance` and wait until it is ready; ended on leaving, and with this process.

    `keys` are copied in, for a database that something else has sealed values into.
    """
    instance.mkdir(parents=True, exist_ok=True)
    if keys is not None:
        shutil.copytree(keys, instance / "keys", dirs_exist_ok=True)
    port = addresses.free_port()
    screen = instance / "screen.txt"
    with screen.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.pilot.supervisor", "--end-with-parent"],
            cwd=ROOT,
            env=_environment(instance, port, database_url),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(process, url, screen)
        settings = Settings.model_validate(
            {"INSTANCE": instance, "PORT": port, "DATABASE_URL": database_url, "base_url": url}
        )
        yield LiveServer(url, settings, process, screen)
    finally:
        process.terminate()
        process.wait(60)


def _environment(instance: Path, port: int, database_url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "PYTEST_"))}
    return {**kept, "INSTANCE": str(instance), "PORT": str(port), "DATABASE_URL": database_url}


def _wait(process: subprocess.Popen[bytes], url: str, screen: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while "Ctrl-C" not in screen.read_text(encoding="utf-8", errors="replace"):
        ended = process.poll() is not None
        if ended or time.monotonic() > deadline:
            shown = screen.read_text(encoding="utf-8", errors="replace")
            raise AssertionError(f"the portal did not start at {url}:\n{shown}")
        time.sleep(0.1)
