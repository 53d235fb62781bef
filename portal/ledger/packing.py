"""PostgreSQL's binary forms of instants, days and lists of positions, for COPY of many thousand rows a second.

    timestamptz  int8: microseconds since 2000-01-01 00:00 UTC
    date         int4: days since 2000-01-01
    int8[]       int4 1 (dimensions), int4 0 (no nulls), int4 20 (int8), int4 length, int4 1 (first index);
                 for each int4 8 (bytes), int8; of nothing: int4 0, int4 0, int4 20

COPY in binary form carries no types: a column takes what has its form. Numbers are left to the driver.
"""

import struct
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(2000, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)
_INT8_OID = 20


def instant(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def day(on: date) -> int:
    return on.toordinal() - _EPOCH_DAY


def positions(values: Sequence[int]) -> bytes:
    if not values:
        return struct.pack(">iii", 0, 0, _INT8_OID)
    count = len(values)
    numbers = [part for value in values for part in (8, value)]
    return struct.pack(f">iiiii{'iq' * count}", 1, 0, _INT8_OID, count, 1, *numbers)
