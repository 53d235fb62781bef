"""Every night: finish the months that are over, and note how far the others reach. Every hour: keep the newest runs."""

from collections.abc import Callable
from functools import partial

from portal import clock, jobs, logs
from portal.opendata import commands, keeping
from portal.opendata.archive import Archive, signer
from portal.opendata.months import Month
from portal.opendata.runs import Runs
from portal.opendata.whole_files import NotWritten, plainly
from portal.settings import Settings
from portal.transaction import current_session

log = logs.logger(__name__)


class _Installed:
    settings: Settings | None = None


def install(settings: Settings) -> None:
    """Where the jobs find the installation's folder."""
    _Installed.settings = settings


def run(settings: Settings) -> list[Month]:
    """One night's work on months; safe to repeat and to break off. Raises `NotWritten`."""
    with plainly(Archive.folder_of(settings)):
        return commands.build(current_session(), Archive.of(settings), signer=signer(settings), at=clock.now())


def keep_runs(settings: Settings, *, thoroughly: bool = False) -> int:
    """Keep what is whole of the ledger's rows, for downloads; how many runs are new. Raises `NotWritten`."""
    session, runs = current_session(), Runs.of(settings)
    session.rollback()  # sizes of now, and nothing else held meanwhile
    with plainly(runs.folder):
        return keeping.keep_runs(session, runs, thoroughly=thoroughly)


@jobs.tasks.periodic(cron="50 19 * * *")  # 02:50 in Viet Nam
@jobs.task("opendata.build", queueing_lock="opendata.build")
def build(timestamp: int) -> None:
    """The periodic job; `timestamp` is the tick it belongs to."""
    _done_or_told(run)
    _done_or_told(partial(keep_runs, thoroughly=True))


@jobs.tasks.periodic(cron="20 * * * *")
@jobs.task("opendata.keep_runs", queueing_lock="opendata.keep_runs")
def hourly(timestamp: int) -> None:
    """The periodic job; `timestamp` is the tick it belongs to."""
    _done_or_told(keep_runs)


def _done_or_told(work: Callable[[Settings], object]) -> None:
    """A folder of somebody else is for the operator to mend: they are told how, each time, and the rest goes on."""
    try:
        work(_settings())
    except NotWritten as error:
        log.error("open_data_not_written", reason=str(error))


def _settings() -> Settings:
    if _Installed.settings is None:
        raise RuntimeError("upkeep.install() was not called")
    return _Installed.settings
