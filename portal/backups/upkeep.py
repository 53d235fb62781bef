"""Every hour: a backup, where a folder for them is set, and those that need not stay are removed."""

from datetime import datetime, timedelta

from portal import clock, jobs, logs
from portal.backups import making
from portal.backups.faults import NotDone
from portal.extensions import db
from portal.settings import Settings

log = logs.logger(__name__)

LATE = timedelta(hours=3)
"""Without a new one for so long operators are told."""


class _Installed:
    settings: Settings | None = None


def install(settings: Settings) -> None:
    """Which installation the hourly job backs up."""
    _Installed.settings = settings


def late(*, at: datetime) -> bool:
    """Whether backups are to be made here, and the newest is old or there is none.

    One of a day to come was made while the clock was wrong, and says nothing of those since.
    """
    folder = _settings().backups
    if folder is None:
        return False
    try:
        made = [one for one in making.made_in(folder) if one <= at]
    except OSError:
        return True
    return not made or at - max(made) > LATE


@jobs.tasks.periodic(cron="35 * * * *")
@jobs.task("backups.make", queueing_lock="backups.make")
def hourly(timestamp: int) -> None:
    """The periodic job; `timestamp` is the tick it belongs to."""
    settings = _settings()
    if settings.backups is not None:
        run(settings, at=clock.now())


def run(settings: Settings, *, at: datetime) -> None:
    """What does not come about is told in the log, and by `/readyz` after a while; the next hour tries again."""
    if settings.backups is None:
        return
    try:
        made = making.make(db.engine, settings, settings.backups, at=at)
        gone = making.thin(settings.backups, at=at)
    except NotDone as error:
        log.error("backup_not_made", reason=str(error))
        return
    log.info("backup_made", name=made.backup.name, files=made.files, linked=made.linked, removed=gone)


def _settings() -> Settings:
    if _Installed.settings is None:
        raise RuntimeError("upkeep.install() was not called")
    return _Installed.settings
