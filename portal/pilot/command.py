"""`script/flask ...`: a command of the portal, run on the pilot installation that `script/server` keeps."""

import os
import sys

from flask.cli import cli
from pydantic import ValidationError

from portal.pilot import environment, installation, screen
from portal.pilot.postgres import EmbeddedPostgres
from portal.settings import Settings


def main() -> None:
    try:
        settings = installation.settings()
    except ValidationError as error:
        screen.complain(installation.explain(error))
        sys.exit(1)
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
    if "--help" not in sys.argv and not any(server.socket.glob(".s.PGSQL.*[0-9]")):
        screen.complain("The pilot's PostgreSQL is not running: start script/server for what needs the database.\n")
    return server.url(installation.DATABASE)


if __name__ == "__main__":
    main()
