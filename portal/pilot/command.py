"""`script/flask ...`: a command of the portal, run on the pilot installation that `script/server` keeps."""

import os
import sys

import psycopg
from flask.cli import cli
from pydantic import ValidationError

from portal.pilot import environment, installation, screen
from portal.pilot.postgres import CannotStart, EmbeddedPostgres
from portal.settings import Settings


def main() -> None:
    try:
        settings = installation.settings()
    except ValidationError as error:
        screen.complain(installation.explain(error))
        sys.exit(1)
    server = _needed(settings)
    try:
        if server is not None:
            server.start()
            server.create_database(installation.DATABASE)
        _run(settings)
    except CannotStart as error:
        screen.complain(str(error))
        sys.exit(1)
    finally:
        if server is not None:
            server.stop()


def _needed(settings: Settings) -> EmbeddedPostgres | None:
    """The embedded PostgreSQL, to be started for this command alone: a restore comes before any `script/server`."""
    if sys.argv[1:2] != ["restore"] or settings.database_url or "--help" in sys.argv:
        return None
    settings.instance.mkdir(parents=True, exist_ok=True)  # PostgreSQL, run as another user than root, goes through it
    os.umask(0o077)
    server = EmbeddedPostgres(settings.instance / "postgres")
    return None if _answers(server) else server


def _answers(server: EmbeddedPostgres) -> bool:
    """Asked, and not by its socket alone: one that was killed leaves that behind."""
    if not any(server.socket.glob(".s.PGSQL.*[0-9]")):
        return False
    try:
        psycopg.connect(server.url(), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _run(settings: Settings) -> None:
    os.environ.update(
        environment.for_children(
            os.environ,
            instance=str(settings.instance.absolute()),
            port=settings.port,
            database_url=settings.database_url or _embedded(settings),
            demo_providers={},
        )
    )
    os.environ["FLASK_APP"] = "wsgi"
    cli.main(prog_name="script/flask")


def _embedded(settings: Settings) -> str:
    server = EmbeddedPostgres(settings.instance / "postgres")
    if "--help" not in sys.argv and not _answers(server):
        screen.complain("The pilot's PostgreSQL is not running: start script/server for what needs the database.\n")
    return server.url(installation.DATABASE)


if __name__ == "__main__":
    main()
