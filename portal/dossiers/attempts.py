"""How often something that needs no sign-in was tried in an hour: counters in our own table, under keyed digests."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal import sealing
from portal.dossiers.attempt_models import LookUpAttempt
from portal.errors import Refused

WINDOW = timedelta(hours=1)


def of_client(purpose: str, client: str) -> bytes:
    """The counter of a network address for this purpose; only a keyed digest of the address is kept."""
    return sealing.blind_index(purpose, client)


def count(session: Session, keys: Collection[bytes], *, limit: int, at: datetime) -> None:
    """Count one attempt under each key. Refused("too_many_attempts", until=) once one of them is past the limit.

    One statement for all; in the order of their keys, so that two callers never wait for each other.
    """
    hour = at.replace(minute=0, second=0, microsecond=0)
    table = LookUpAttempt
    insert = upsert(table).values([{"key": key, "hour": hour, "attempts": 1} for key in sorted(set(keys))])
    counted = session.scalars(
        insert.on_conflict_do_update(
            index_elements=[table.key, table.hour], set_={"attempts": table.attempts + 1}
        ).returning(table.attempts)
    ).all()
    if max(counted) > limit:
        raise Refused("too_many_attempts", until=hour + WINDOW)
