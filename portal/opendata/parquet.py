"""CSV rows into a Parquet file (zstd), in flat memory: rows are read as they come and written by row groups. Pure."""

import io
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING

import arro3.io
from arro3.core import DataType, Field, Schema

from portal.opendata.columns import Kind, Table

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BATCH_ROWS = 8192
GROUP_ROWS = 131_072
COMPRESSION = "zstd(3)"


def write(table: Table, blocks: Iterable[bytes], file: IO[bytes], *, about: dict[str, str]) -> None:
    """Write the rows, CSV without a header, to the file; `about` goes into the file's own metadata."""
    rows = arro3.io.read_csv(io.BufferedReader(_Blocks(blocks)), schema(table), has_header=False, batch_size=BATCH_ROWS)
    arro3.io.write_parquet(rows, file, compression=COMPRESSION, max_row_group_size=GROUP_ROWS, key_value_metadata=about)


def schema(table: Table) -> Schema:
    return Schema([Field(column.name, _type(column.kind), nullable=not column.required) for column in table.columns])


def _type(kind: Kind) -> DataType:
    match kind:
        case "integer":
            return DataType.int64()
        case "boolean":
            return DataType.bool()
        case "instant":
            return DataType.timestamp("ms", tz="UTC")
        case "day":
            return DataType.date32()
        case _:
            return DataType.utf8()


class _Blocks(io.RawIOBase):
    """Blocks of bytes as a file that is read once, from the beginning to the end."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks: Iterator[bytes] = iter(blocks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not self._rest:  # an empty block is not the end
            self._rest = memoryview(next(filter(None, self._blocks), b""))
        into = memoryview(buffer).cast("B")
        count = min(len(into), len(self._rest))
        into[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
