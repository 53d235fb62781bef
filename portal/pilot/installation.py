"""The parts of a pilot installation and the order in which they start and stop."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psycopg
from pydantic import ValidationError

from portal.commandline.kept import KEPT
from portal.pilot import addresses, environment, identities, instance_lock, screen
from portal.pilot.children import Child, DatabaseChild, Part, Program, Watchdog
from portal.pilot.identity_keys import pilot_environment
from portal.pilot.postgres import CannotStart, EmbeddedPostgres
from portal.settings import ROOT, Settings

DATABASE = "portal"
IDENTITY = "demo identity"
READY_SECONDS = 90.0
WEB_WORKERS = 2
CONNECTIONS = 512  # of one process, with a thread for each (portal/gates.py)
WEB_STOP_SECONDS = 30
WORKER_STOP_SECONDS = 25  # its jobs get 20

Check = Callable[[], None]


class Installation:
    """`start()` brings everything up and says where to click; `parts` are then to be watched; `stop()` ends them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._instance = settings.instance.absolute()
        self._database_url = settings.database_url
        self._identity_port = 0
        self._lock: IO[str] | None = None
        self.watchdog: Watchdog
        self.parts: list[Part] = []

    def start(self, check: Check) -> None:
        """Raises Failed where a part cannot start, and whatever `check` raises while it waits."""
        began = time.monotonic()
        screen.say("Hải Đăng")
        self._refuse_what_cannot_work()
        self._take_instance()
        self._start_database()
        check()
        self._identity_port = addresses.free_port(preferred=self._settings.port + 1)
        if environment.needs_demo_identity(os.environ):
            self._add(self._identity())
        self._prepare(check)
        self._add(self._worker())
        self._add(self._web())
        self._wait_until_ready(check)
        listed = identities.listed() if environment.needs_demo_identity(os.environ) else ()
        screen.welcome(self._settings.base_url, listed, seconds=time.monotonic() - began, instance=self._instance)

    def stop(self) -> bool:
        """End web, worker, identity and database, in this order, then the watchdog and the lock; False if none ran."""
        for part in reversed(self.parts):
            part.stop()
        if self._lock is not None:
            self.watchdog.close()
            self._lock.close()
        return bool(self.parts)

    def kill_programs(self) -> None:
        """Do not wait for requests and jobs under way; the database still closes in good order."""
        for part in self.parts:
            if isinstance(part, Child):
                part.kill()

    def _refuse_what_cannot_work(self) -> None:
        if self._settings.environment == "production":
            raise screen.Failed(
                "script/server runs a pilot, with demo identities and a database of its own.\n"
                "For production see docs/production.md."
            )
        addresses.refuse_taken(self._settings.port)

    def _take_instance(self) -> None:
        try:
            self._instance.mkdir(parents=True, exist_ok=True)
            self._lock = instance_lock.take(self._instance, self._settings.base_url)
        except OSError as error:
            raise screen.Failed(
                f"{self._instance} cannot be used: {error}.\nChoose another folder:\n"
                "    INSTANCE=/another/folder script/server"
            ) from error
        except instance_lock.InUse as in_use:
            raise screen.Failed(str(in_use)) from in_use
        os.umask(0o077)  # from here on, what is written is this user's alone
        self.watchdog = Watchdog(self._lock)

    def _start_database(self) -> None:
        if self._database_url:
            with screen.step("Database (DATABASE_URL)"):
                self._try_database()
            return
        server = EmbeddedPostgres(self._instance / "postgres")
        first = not server.data.exists()
        with screen.step("PostgreSQL (first start: making it)" if first else "PostgreSQL"):
            try:
                self._add(DatabaseChild(server, self.watchdog))
                server.create_database(DATABASE)
            except CannotStart as error:
                raise screen.Failed(str(error)) from error
        self._database_url = server.url(DATABASE)

    def _try_database(self) -> None:
        try:
            psycopg.connect(self._database_url, connect_timeout=10).close()
        except psycopg.Error as error:
            raise screen.Failed(f"DATABASE_URL is set, but that database does not answer:\n    {error}") from error

    def _prepare(self, check: Check) -> None:
        demo = ["--demo"] if environment.needs_demo_identity(os.environ) else []
        command = [sys.executable, "-m", "portal.pilot.preparation", *demo]
        child = Child(self._program("preparation", command), self.watchdog)
        before = len(child.log.read_text("utf-8", "replace")) if child.log.exists() else 0
        with screen.step("Schema, units, procedures, officers, keys"):
            code = child.run(check)
            if code:
                raise screen.Failed(f"The preparation failed. The end of {child.log}:\n{screen.tail(child.log)}")
        for line in child.log.read_text("utf-8", "replace")[before:].splitlines():
            if line.startswith(KEPT):
                screen.say(f"    {line}")

    def _wait_until_ready(self, check: Check) -> None:
        ready = f"http://127.0.0.1:{self._settings.port}/readyz"
        deadline = time.monotonic() + READY_SECONDS
        with screen.step("Web, worker, demo sign-in"):
            while not (addresses.answers(ready) and self._identity_answers()):
                check()
                self._refuse_dead_parts()
                if time.monotonic() > deadline:
                    raise screen.Failed(f"The portal did not get ready in {READY_SECONDS:.0f} s; see {self._logs}")
                time.sleep(0.1)
            self._refuse_dead_parts()

    def _identity_answers(self) -> bool:
        needed = any(part.name == IDENTITY for part in self.parts)
        return not needed or addresses.listens(self._identity_port)

    def _refuse_dead_parts(self) -> None:
        for part in self.parts:
            how = part.ended()
            if how is not None:
                raise screen.Failed(f"{part.name} {how}. The end of {part.log}:\n{screen.tail(part.log)}")

    def _add(self, part: Part) -> None:
        part.start()
        self.parts.append(part)

    def _identity(self) -> Child:
        command = [sys.executable, "-m", "portal.pilot.identity", "--port", str(self._identity_port)]
        command += ["--instance", str(self._instance), "--portal", self._settings.base_url]
        return Child(self._program(IDENTITY, command), self.watchdog)

    def _worker(self) -> Child:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
        return Child(self._program("worker", command, stop_seconds=WORKER_STOP_SECONDS), self.watchdog)

    def _web(self) -> Child:
        command = [sys.executable, "-m", "portal.serving", "--interface", "wsgi", "--http", "1", "--no-ws"]
        command += ["--host", "127.0.0.1", "--port", str(self._settings.port)]
        command += ["--workers", str(WEB_WORKERS), "--blocking-threads", str(CONNECTIONS)]
        command += ["--backpressure", str(CONNECTIONS)]
        command += ["--workers-kill-timeout", str(WEB_STOP_SECONDS), "--respawn-failed-workers", "wsgi:app"]
        return Child(self._program("web", command, stop_seconds=WEB_STOP_SECONDS + 5), self.watchdog)

    def _program(self, name: str, command: list[str], *, stop_seconds: float = 10) -> Program:
        inner = environment.for_children(
            os.environ,
            instance=str(self._instance),
            port=self._settings.port,
            database_url=self._database_url,
            demo_providers=pilot_environment(self._instance, self._identity_port),
        )
        log = self._logs / f"{name.replace(' ', '-')}.log"
        return Program(name, command, inner, ROOT, log, stop_seconds)

    @property
    def _logs(self) -> Path:
        return self._instance / "logs"


def settings() -> Settings:
    """The operator's settings, checked. Raises pydantic's ValidationError."""
    return Settings()


def explain(error: ValidationError) -> str:
    """What is wrong with the settings, in words a person can act on."""
    lines = [f"    {'__'.join(str(part) for part in found['loc'])}: {found['msg']}" for found in error.errors()]
    return "\n".join(["A setting is not right:", *lines, "See docs/running.md for the settings."])
