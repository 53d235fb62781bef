"""The table of attempts at what needs no sign-in: see `portal.dossiers.attempts`."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base


class LookUpAttempt(Base):
    """How often one address, and one reference, was tried in an hour; `key` is a keyed digest of either."""

    __tablename__ = "look_up_attempt"
    __table_args__ = (Index(None, "hour"),)

    key: Mapped[bytes] = mapped_column(primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    attempts: Mapped[int]
