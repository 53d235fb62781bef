"""How many sign-ins one network address begins and ends in an hour: each costs us requests to a provider.

An office shares an address, so the limit is wide. It is there for programs, not for people.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal import sealing
from portal.errors import Refused
from portal.people.models import SignInAttempt

WINDOW = timedelta(hours=1)
AGE = timedelta(days=2)


def count(session: Session, *, client: str, limit: int, at: datetime) -> None:
    """Count one more; of `client`, the caller's network address, only a keyed digest is kept.

    Refused("too_many_sign_ins", until=) once there were more than `limit` in this hour.
    """
    hour = at.replace(minute=0, second=0, microsecond=0)
    attempts = session.scalar(
        upsert(SignInAttempt)
        .values(client=sealing.blind_index("sign_in_client", client), hour=hour, attempts=1)
        .on_conflict_do_update(
            index_elements=[SignInAttempt.client, SignInAttempt.hour], set_={"attempts": SignInAttempt.attempts + 1}
        )
        .returning(SignInAttempt.attempts)
    )
    if (attempts or 0) > limit:
        raise Refused("too_many_sign_ins", until=hour + WINDOW)


def forget(session: Session, *, at: datetime) -> None:
    """Delete the counters of hours that count no more."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.hour < at - AGE))
