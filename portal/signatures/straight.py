"""Coroutines of libraries, run to their end.

`asyncio.run` would do, but for two things: it describes what it runs to the signal module, which for a signature means
encoding it dozens of times; and it opens handles, which the file worker's child may not any more (`prepare`).
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Ready:
    loop: asyncio.AbstractEventLoop | None = None


def prepare() -> None:
    """Open now what `finish` will need in this process, for when nothing more may be opened."""
    _Ready.loop = asyncio.new_event_loop()


def finish(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """What it returns, or raises."""
    if _Ready.loop is not None:
        return _Ready.loop.run_until_complete(coroutine)
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()
