"""`python -m portal.serving ... wsgi:app`: granian, whose processes share what they have in common.

The modules are loaded before the first process is forked, and frozen: a collection of garbage neither looks at them
nor writes into their pages, so that the system keeps one copy for all. Applications, connections and threads are each
process's own, made after the fork. Where processes are not forked (macOS) each loads everything for itself.
"""

import gc
import multiprocessing
import sys
from importlib import import_module

from granian.cli import entrypoint

SHARED = ("portal.application", "portal.gates", "portal.held")


def main() -> None:
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")
        share()
    entrypoint()


def share() -> None:
    for name in SHARED:
        import_module(name)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
