"""`script/server`: every process of a pilot installation, started in order, watched, and stopped together.

    supervisor ── watchdog        ends the rest where the supervisor is killed
               ├─ PostgreSQL      unless DATABASE_URL names a server
               ├─ demo identity   unless real providers are set
               ├─ worker          jobs and the ledger's publisher
               └─ web             granian and its worker processes

Every child has a session of its own, so that a Ctrl-C typed in the terminal reaches the supervisor alone.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from pydantic import ValidationError

from portal.pilot import installation, screen
from portal.pilot.children import Part
from portal.pilot.installation import Installation
from portal.pilot.postgres import CannotStart
from portal.pilot.restarts import Restarts
from portal.settings import Settings

POLL_SECONDS = 0.2


class Interrupted(Exception):
    """A person or the system asked us to end."""


class Supervisor:
    def __init__(self, settings: Settings, *, end_with_parent: bool) -> None:
        self._installation = Installation(settings)
        self._parent = os.getppid() if end_with_parent else None
        self._asked = 0

    def run(self) -> int:
        """Start all, keep it running until asked to end; the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_end)
        try:
            self._installation.start(self._check)
            self._watch()
        except Interrupted:
            screen.say("\nStopping ...")
            return 0
        finally:
            if self._installation.stop():
                screen.say("Stopped. / Đã dừng.")

    def _watch(self) -> NoReturn:
        """Until asked to end: start again what has ended by itself. Raises Failed where that does not help."""
        restarts = {part.name: Restarts() for part in self._installation.parts}
        while True:
            self._check()
            self._installation.watchdog.renew()
            for part in self._installation.parts:
                self._mend(part, restarts[part.name])
            time.sleep(POLL_SECONDS)

    def _mend(self, part: Part, restarts: Restarts) -> None:
        how = part.ended()
        if how is None and restarts.due(time.monotonic()):
            restarts.started()
            how = _start(part)
        if how is None:
            return
        restarts.ended(time.monotonic())
        if restarts.hopeless(time.monotonic()):
            raise screen.Failed(f"{part.name} {how} again and again. The end of {part.log}:\n{screen.tail(part.log)}")
        screen.say(f"{part.name} {how}; starting it again in {restarts.delay:.1f} s (see {part.log})")

    def _check(self) -> None:
        """Raises Interrupted where we are to end."""
        if self._asked or (self._parent is not None and os.getppid() != self._parent):
            raise Interrupted

    def _asked_to_end(self, *_: object) -> None:
        self._asked += 1
        if self._asked > 1:
            self._installation.kill_programs()


def _start(part: Part) -> str | None:
    """Start it; how that failed, if it did."""
    try:
        part.start()
    except (CannotStart, OSError) as error:
        return f"did not start ({error})"
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="script/server",
        description="Start the portal with all it needs on this machine. Keeps its data in INSTANCE (default: "
        "instance/), listens on PORT (default: 8000), and brings its own PostgreSQL unless DATABASE_URL is set.",
    )
    parser.add_argument("--end-with-parent", action="store_true", help="end when the starting process ends")
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        return Supervisor(installation.settings(), end_with_parent=options.end_with_parent).run()
    except ValidationError as error:
        screen.complain(installation.explain(error))
    except screen.Failed as failure:
        screen.complain(str(failure))
    return 1


if __name__ == "__main__":
    sys.exit(main())
