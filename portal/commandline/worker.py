"""`flask --app wsgi worker`: background jobs, the ledger's publisher, its witnesses, statistics and subscribers, in
one process that ends together.

Jobs run in the event loop's threads; all others in a thread each with its own connection.
SIGTERM or Ctrl-C: no new job is begun, running ones get time to finish, the publisher finishes its batch. All outlive
a restart of the database.
"""

import asyncio
import os
import signal
import sys
import threading
from typing import Any

import click
import procrastinate
import psycopg
from flask import Flask, current_app
from procrastinate.exceptions import ProcrastinateException

from portal import logs
from portal.backups import upkeep as backups_upkeep
from portal.commandline.database import refuse_unfinished_restore
from portal.dossiers import upkeep as dossiers_upkeep
from portal.jobs import tasks
from portal.ledger.gathering import Gathering
from portal.ledger.note import BadNote
from portal.ledger.policy import BadPolicy
from portal.ledger.publisher import Publisher
from portal.mandates import upkeep as mandates_upkeep
from portal.people import upkeep as people_upkeep
from portal.settings import Settings
from portal.statistics.following import Follower
from portal.subscription_words import LetterWords
from portal.subscriptions.calling import Caller
from portal.subscriptions.telling import Teller

UPKEEP = (
    backups_upkeep,
    dossiers_upkeep,
    mandates_upkeep,
    people_upkeep,
)  # loaded for their jobs, which nobody else knows
GRACE_SECONDS = 20.0
LOOK_SECONDS = 1.0
RETRY_SECONDS = 1.0
STALLED_EVERY_SECONDS = 15.0
STALLED_AFTER_SECONDS = 30.0

log = logs.logger("portal.worker")


@click.command("worker")
@click.option("--with-parent", is_flag=True, help="End when the process that started this one ends.")
@click.option("--concurrency", type=click.IntRange(1, 64), default=2, show_default=True, help="Jobs at a time.")
def worker(with_parent: bool, concurrency: int) -> None:
    """Run background jobs, publish the ledger and count what is published, until told to stop."""
    settings: Settings = current_app.config["SETTINGS"]
    refuse_unfinished_restore()
    try:
        publisher, gathering = Publisher.of(settings), Gathering.of(settings)
    except (BadNote, BadPolicy) as error:
        raise click.ClickException(str(error)) from error
    if not settings.clamd:
        log.warning("files_are_not_scanned", setting="PORTAL_CLAMD")
    parent = os.getppid() if with_parent else None
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    teller = Teller.of(settings, words=LetterWords(app, settings.base_url))
    life = _Worker(settings, publisher, gathering, teller, concurrency=concurrency, parent=parent)
    sys.exit(asyncio.run(life.run()))


class _Worker:
    def __init__(
        self,
        settings: Settings,
        publisher: Publisher,
        gathering: Gathering | None,
        teller: Teller,
        *,
        concurrency: int,
        parent: int | None,
    ) -> None:
        self._url = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._publisher, self._gathering = publisher, gathering
        self._follower = Follower.of(settings)
        self._teller, self._caller = teller, Caller.of(settings)
        self._concurrency = concurrency
        self._parent = parent
        self._stop_threads = threading.Event()
        self._stop = asyncio.Event()

    async def run(self) -> int:
        """Exit status: 0 when told to stop, 1 when publisher or follower ended by itself."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        lives = {
            "publisher": self._publish,
            "statistics": self._follower.run,
            "letters": self._teller.run,
            "web hooks": self._caller.run,
        }
        if self._gathering is not None:
            lives["witnesses"] = self._gathering.run
        threads = [threading.Thread(target=run, args=(self._stop_threads,), name=name) for name, run in lives.items()]
        for thread in threads:
            thread.start()
        jobs = asyncio.create_task(self._jobs())
        log.info("worker_started", concurrency=self._concurrency)
        while not self._stop.is_set() and all(thread.is_alive() for thread in threads) and self._has_parent():
            await self._pause(LOOK_SECONDS)
        status = 0 if all(thread.is_alive() for thread in threads) else 1
        self._stop.set()
        self._stop_threads.set()
        jobs.cancel()
        await asyncio.gather(jobs, return_exceptions=True)
        for thread in threads:
            await asyncio.to_thread(thread.join)
        log.info("worker_stopped", status=status)
        return status

    def _publish(self, stop: threading.Event) -> None:
        """Nothing is signed before the witnesses were shown what was signed last: one may know that there was more."""
        if self._gathering is not None:
            self._gathering.begun.wait()
        self._publisher.run(stop)

    def _has_parent(self) -> bool:
        return self._parent is None or os.getppid() == self._parent

    async def _jobs(self) -> None:
        """Run jobs for ever; begin again after the database was away."""
        while True:
            try:
                await self._run_jobs()
            except (ProcrastinateException, psycopg.Error, OSError, ExceptionGroup) as error:
                log.warning("worker_interrupted", error=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)

    async def _run_jobs(self) -> None:
        connector = _Connector(conninfo=self._url, for_jobs=tasks.connector)
        with tasks.replace_connector(connector) as app:
            async with app.open_async():
                await self._work(app)

    async def _work(self, app: procrastinate.App) -> None:
        retrying = asyncio.create_task(_retry_stalled(app))
        try:
            await app.run_worker_async(
                concurrency=self._concurrency,
                install_signal_handlers=False,
                shutdown_graceful_timeout=GRACE_SECONDS,
                stalled_worker_timeout=STALLED_AFTER_SECONDS,
            )
        finally:
            retrying.cancel()
            await asyncio.gather(retrying, return_exceptions=True)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return


class _Connector(procrastinate.PsycopgConnector):
    """Asynchronous for the worker itself; for a job that enqueues another, the synchronous one of everywhere else."""

    def __init__(self, *, for_jobs: Any, **options: Any) -> None:
        super().__init__(**options)
        self._for_jobs = for_jobs

    def get_sync_connector(self) -> Any:
        return self._for_jobs


async def _retry_stalled(app: procrastinate.App) -> None:
    """Give jobs of a worker that was killed to another one: every task may run twice."""
    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
                log.warning("job_retried", job=job.id, task=job.task_name)
                await app.job_manager.retry_job(job)
        except (ProcrastinateException, psycopg.Error) as error:
            log.warning("stalled_jobs_not_read", error=type(error).__name__)
        await asyncio.sleep(STALLED_EVERY_SECONDS)
