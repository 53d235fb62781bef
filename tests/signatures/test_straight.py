"""Coroutines of libraries run to their end, wherever the caller stands."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.signatures.straight import finish


async def _answer() -> int:
    await asyncio.sleep(0)
    return 42


async def _fault() -> None:
    raise ValueError("no")


def test_what_it_returns_or_raises() -> None:
    assert finish(_answer()) == 42
    with pytest.raises(ValueError, match="no"):
        finish(_fault())


def test_beside_a_loop_that_is_at_work_in_the_same_thread() -> None:
    async def outer() -> int:
        return finish(_answer())

    with ThreadPoolExecutor(1) as thread:  # this one may have the loop of an earlier test's browser
        assert thread.submit(asyncio.run, outer()).result() == 42
