"""Every night: finish the months that are over, and note how far the others reach."""

from portal import clock, jobs
from portal.opendata import commands
from portal.opendata.archive import Archive, signer
from portal.opendata.months import Month
from portal.settings import Settings
from portal.transaction import current_session


class _Installed:
    settings: Settings | None = None


def install(settings: Settings) -> None:
    """Where the nightly job finds the installation's folder."""
    _Installed.settings = settings


def run(settings: Settings) -> list[Month]:
    """One night's work; safe to repeat and to break off."""
    return commands.build(current_session(), Archive.of(settings), signer=signer(settings), at=clock.now())


@jobs.tasks.periodic(cron="50 19 * * *")  # 02:50 in Viet Nam
@jobs.task("opendata.build", queueing_lock="opendata.build")
def build(timestamp: int) -> None:
    """The periodic job; `timestamp` is the tick it belongs to."""
    if _Installed.settings is None:
        raise RuntimeError("upkeep.install() was not called")
    run(_Installed.settings)
