"""Every night: finish the months that are over, and note how far the others reach. Every hour: keep the newest runs."""

from portal import clock, jobs
from portal.opendata import commands, keeping
from portal.opendata.archive import Archive, signer
from portal.opendata.months import Month
from portal.opendata.runs import Runs
from portal.settings import Settings
from portal.transaction import current_session


class _Installed:
    settings: Settings | None = None


def install(settings: Settings) -> None:
    """Where the jobs find the installation's folder."""
    _Installed.settings = settings


def run(settings: Settings) -> list[Month]:
    """One night's work on months; safe to repeat and to break off."""
    return commands.build(current_session(), Archive.of(settings), signer=signer(settings), at=clock.now())


def keep_runs(settings: Settings, *, thoroughly: bool = False) -> int:
    """Keep what is whole of the ledger's rows, for downloads; how many runs are new."""
    session = current_session()
    session.rollback()  # sizes of now, and nothing else held meanwhile
    return keeping.keep_runs(session, Runs.of(settings), thoroughly=thoroughly)


@jobs.tasks.periodic(cron="50 19 * * *")  # 02:50 in Viet Nam
@jobs.task("opendata.build", queueing_lock="opendata.build")
def build(timestamp: int) -> None:
    """The periodic job; `timestamp` is the tick it belongs to."""
    run(_settings())
    keep_runs(_settings(), thoroughly=True)


@jobs.tasks.periodic(cron="20 * * * *")
@jobs.task("opendata.keep_runs", queueing_lock="opendata.keep_runs")
def hourly(timestamp: int) -> None:
    """The periodic job; `timestamp` is the tick it belongs to."""
    keep_runs(_settings())


def _settings() -> Settings:
    if _Installed.settings is None:
        raise RuntimeError("upkeep.install() was not called")
    return _Installed.settings
