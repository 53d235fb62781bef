"""Coroutines of libraries, run to their end.

`asyncio.run` would do, but for two things: it describes what it runs to the signal module, which for a signature means
encoding it dozens of times; and it opens handles, which the file worker's child may not any more (`prepare`). A thread
that has a loop of its own at work is left alone: the coroutine then runs in a thread beside it.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Ready:
    loop: asyncio.AbstractEventLoop | None = None


def prepare() -> None:
    """Open now what `finish` will need in this process, for when nothing more may be opened."""
    _Ready.loop = asyncio.new_event_loop()


def finish(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """What it returns, or raises."""
    if _has_a_loop():
        with ThreadPoolExecutor(1) as beside:
            return beside.submit(_run, coroutine).result()
    if _Ready.loop is not None:
        return _Ready.loop.run_until_complete(coroutine)
    return _run(coroutine)


def _has_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()
