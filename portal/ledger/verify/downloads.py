"""Reading many parts of a log at once, handed over in their order, a bounded number ahead."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import NamedTuple

from portal.ledger import tiles
from portal.ledger.tiles import MAX_ENTRY_BYTES, WIDTH, Tile
from portal.ledger.tree import HASH_BYTES
from portal.ledger.verify.sources import NotThere, Source, TooLong, Unreadable

AHEAD_OF_EACH = 4

Outcome = bytes | NotThere | TooLong | Unreadable


class Part(NamedTuple):
    """A bundle, and the tile of its leaf hashes."""

    number: int
    width: int
    entries: Outcome
    hashes: Outcome


def read_tile(source: Source, tile: Tile) -> Outcome:
    most = tile.width * ((MAX_ENTRY_BYTES + 2) if tile.level is None else HASH_BYTES)
    try:
        return source.read(f"tile/{tiles.render(tile)}", most)
    except (NotThere, TooLong, Unreadable) as error:
        return error


def parts(source: Source, wanted: Iterable[tuple[int, int]], *, connections: int) -> Generator[Part, None, None]:
    """The parts with these numbers and widths, in this order."""
    if connections <= 1:
        yield from (_part(source, number, width) for number, width in wanted)
        return
    coming = iter(wanted)
    pool = ThreadPoolExecutor(connections, thread_name_prefix="verify")
    try:
        under_way: deque[Future[Part]] = deque(
            pool.submit(_part, source, *one) for one in islice(coming, connections * AHEAD_OF_EACH)
        )
        while under_way:
            part = under_way.popleft().result()
            under_way += (pool.submit(_part, source, *one) for one in islice(coming, 1))
            yield part
    finally:
        pool.shutdown(cancel_futures=True)


def wanted(first: int, size: int) -> Iterator[tuple[int, int]]:
    """Numbers and widths of the bundles that hold the entries from `first` up to `size`."""
    for number in range(first // WIDTH, -(-size // WIDTH)):
        yield number, min(WIDTH, size - number * WIDTH)


def _part(source: Source, number: int, width: int) -> Part:
    entries = read_tile(source, Tile(None, number, width))
    return Part(number, width, entries, read_tile(source, Tile(0, number, width)))
