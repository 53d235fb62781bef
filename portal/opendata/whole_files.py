"""Files that are there whole or not at all, also after a power cut; and who may write them, in words."""

import os
import pwd
import secrets
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class NotWritten(RuntimeError):
    """The files could not be read or written; the message says which, and what the operator has to type."""


@contextmanager
def plainly(folder: Path) -> Iterator[None]:
    """Work on the files below `folder`: what the system refuses comes out as `NotWritten`."""
    try:
        yield
    except PermissionError as error:
        raise NotWritten(_forbidden(folder, Path(error.filename or folder))) from error
    except OSError as error:
        raise NotWritten(f"{error.filename or folder}: {error.strerror or error}") from error


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """A new file, synced, renamed over what was there; readable by everyone, as it is public."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with draft.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _forbidden(folder: Path, path: Path) -> str:
    """Mostly a command was once run as root, and the folder is root's since."""
    found = _nearest(path)
    whole = shlex.quote(str(folder if found.is_relative_to(folder) else found))
    me, owner = _name(os.geteuid()), _name(found.stat().st_uid)
    if owner == me:
        return f"the user {me} may not write {found}, by its mode. Type: chmod -R u+rwX {whole}"
    return f"the user {me} may not write {found}, which belongs to {owner}. As root: chown -R {shlex.quote(me)} {whole}"


def _nearest(path: Path) -> Path:
    """The file, or the nearest folder above it that can be looked at: a file that was not made belongs to nobody."""
    for one in (path, *path.parents):
        try:
            one.stat()
        except OSError:
            continue
        return one
    return Path("/")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
