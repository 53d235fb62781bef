"""Which user runs PostgreSQL, which refuses to be root."""

import contextlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT_USER = 0


class NoUser(RuntimeError):
    """PostgreSQL can run as nobody here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class RunAs:
    """`prefix` goes before the command; `owner` owns the files; `becomes` is the user the child changes to."""

    prefix: Sequence[str] = field(default_factory=tuple)
    owner: int | None = None
    becomes: int | None = None

    def own(self, folder: Path) -> None:
        """Give the folder and all in it to the owner; costs one `stat` a file where that is so already.

        A server that is still ending there takes files away meanwhile: what has gone needs no owner.
        """
        if self.owner is None:
            return
        _own(folder, self.owner)
        for within, folders, files in os.walk(folder, onerror=_raise_unless_gone):
            for name in (*folders, *files):
                _own(Path(within, name), self.owner)

    @property
    def change_user(self) -> Callable[[], None] | None:
        """What the child does before its program starts; None where it stays who it is."""
        if self.becomes is None:
            return None
        uid, gid = self.becomes, pwd.getpwuid(self.becomes).pw_gid

        def change() -> None:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)

        return change


def choose(program: Path, folder: Path) -> RunAs:
    """Not root: as we are. Root: `nobody` where it can reach both, else a user namespace. Raises NoUser."""
    if not hasattr(os, "geteuid") or os.geteuid() != ROOT_USER:
        return RunAs()
    nobody = _nobody()
    if nobody is not None and _can_reach(folder, nobody) and _can_run(program, nobody):
        return RunAs(owner=nobody, becomes=nobody)
    namespace = _namespace()
    if namespace:
        return RunAs(prefix=namespace, owner=ROOT_USER)
    raise NoUser(
        "PostgreSQL refuses to run as root, and neither the user 'nobody' nor a user namespace can be used here.\n"
        "Run as an ordinary user, or set DATABASE_URL to a PostgreSQL server."
    )


def _own(path: Path, owner: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        if path.lstat().st_uid != owner:
            os.chown(path, owner, -1, follow_symlinks=False)


def _raise_unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _nobody() -> int | None:
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return None


def _namespace() -> tuple[str, ...]:
    """The command that makes root look like an ordinary user; empty where the machine forbids it."""
    unshare = shutil.which("unshare", path="/usr/bin:/bin")
    if not unshare:
        return ()
    prefix = (unshare, "-U", "--map-user=1000", "--map-group=1000", "--")
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    return prefix if tried.returncode == 0 else ()


def _can_reach(folder: Path, uid: int) -> bool:
    """Whether the user may pass through every folder above this one."""
    return all(_may_pass(parent, uid) for parent in folder.resolve().parents if parent.exists())


def _can_run(program: Path, uid: int) -> bool:
    """Whether the user may read and run it: an installation made under a strict umask says no."""
    return _can_reach(program, uid) and program.stat().st_mode & 0o005 == 0o005


def _may_pass(folder: Path, uid: int) -> bool:
    status = folder.stat()
    return bool(status.st_mode & (0o100 if status.st_uid == uid else 0o001))
