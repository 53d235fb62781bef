"""Does each step that is not yet done; `--dev` adds what the tests need."""

import argparse
import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from script.bootstrapping import front_end, python_environment
from script.bootstrapping.console import LOG, ROOT, STATE, Failed


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/bootstrap", description="Make what the other scripts need.")
    parser.add_argument("--dev", action="store_true", help="also what the tests need")
    options = parser.parse_args()
    try:
        with _alone():
            _make_all(dev=options.dev)
    except Failed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"\n{error.filename} belongs to another user. Use a checkout of your own.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; run it again to go on.", file=sys.stderr)
        return 130
    return 0


def _make_all(*, dev: bool) -> None:
    started = time.monotonic()
    python_environment.make()
    if dev:
        python_environment.install("requirements-dev.txt", "Python packages for tests")
    else:
        python_environment.install("requirements.txt", "Python packages")
    front_end.build()
    front_end.compile_translations()
    if time.monotonic() - started > 2:
        print(f"Set up in {time.monotonic() - started:.1f} s; details in {LOG.relative_to(ROOT)}", flush=True)


@contextmanager
def _alone() -> Iterator[None]:
    """One set-up at a time in a checkout; a second one waits, then finds everything done.

    A user who may not write here can still use what another user has set up whole.
    """
    if STATE.exists() and not os.access(STATE, os.W_OK):
        yield
        return
    STATE.mkdir(exist_ok=True)
    with (STATE / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is running in this checkout; waiting for it.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        LOG.write_text(f"script/bootstrap, process {os.getpid()}\n")
        yield


if __name__ == "__main__":
    sys.exit(main())
