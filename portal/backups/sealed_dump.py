"""The database on its way into a backup and out of it: never readable on a disk.

`pg_dump` writes into a pipe, and what comes out is sealed in pieces of 1 MiB (the last one shorter), each with 29
bytes more. That no piece was dropped, doubled or moved is seen by the whole's SHA-256, which the backup lists.

Everything of the portal is in the schema `public`. What else the operator keeps in the database (extensions,
publications, schemas of their own) is left where it is: its owner may be another, who alone could read it or make it.
"""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, cast

from portal.backups import programs
from portal.backups.faults import NotDone
from portal.files.file_places import PIECE, SEALED_PIECE

FILE = "database.sealed"
OURS = ("--schema=public", "--no-owner", "--no-privileges", "--no-tablespaces")
SHOWN = 600  # of what a program complains of


def write(url: str, to: Path, *, server: int, snapshot: str, seal: Callable[[bytes], bytes]) -> str:
    """Dump what the exported snapshot sees; the SHA-256 of the file. Raises `NotDone`."""
    options = [*OURS, "--format=custom", "--compress=1", f"--snapshot={snapshot}"]
    digest = sha256()
    with to.open("xb") as file, _running("pg_dump", options, url, server=server, stdout=subprocess.PIPE) as process:
        for piece in _pieces(cast(IO[bytes], process.stdout), PIECE):
            sealed = seal(piece)
            digest.update(sealed)
            file.write(sealed)
    return digest.hexdigest()


def restore(url: str, dumped: Path, *, server: int, unseal: Callable[[bytes], bytes]) -> None:
    """All of it in one transaction, or nothing. The bytes were checked before. Raises `NotDone`."""
    options = [*OURS, "--single-transaction", "--exit-on-error"]
    options.append(f"--dbname={programs.environment(url).get('PGDATABASE', '')}")
    with (
        dumped.open("rb") as file,
        _running("pg_restore", options, url, server=server, stdin=subprocess.PIPE) as process,
    ):
        pipe = cast(IO[bytes], process.stdin)
        with suppress(BrokenPipeError):  # it ended before the end: its exit status says why
            for piece in _pieces(file, SEALED_PIECE):
                pipe.write(unseal(piece))
        with suppress(BrokenPipeError):
            pipe.close()


@contextmanager
def _running(
    name: str, options: list[str], url: str, *, server: int, stdin: int | None = None, stdout: int | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """The program, ended when the work is; `NotDone` with its complaint where it did not end well."""
    program = programs.fitting(name, server=server)
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            [str(program), *options],
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=subprocess.DEVNULL if stdout is None else stdout,
            stderr=complaints,
            env=programs.environment(url),
        )
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        finally:
            if process.stdout is not None:
                process.stdout.close()
            status = process.wait()
        if status != 0:
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip()
            raise NotDone(f"{name} ended with {status}: {said[:SHOWN]}")


def _pieces(stream: IO[bytes], size: int) -> Iterator[bytes]:
    while piece := stream.read(size):
        yield piece
