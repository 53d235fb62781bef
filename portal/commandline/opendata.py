"""`flask --app wsgi opendata ...`: the files of finished months."""

import click
from flask import current_app
from flask.cli import AppGroup

from portal.opendata import upkeep
from portal.opendata.archive import Archive
from portal.opendata.commands import AnotherBuilder, AnotherLog
from portal.opendata.runs import NotTheTree
from portal.opendata.whole_files import NotWritten
from portal.settings import Settings

opendata = AppGroup("opendata", help="Open data: files of finished months, checksums, keys.")


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


@opendata.command("build")
def build() -> None:
    """Finish every month that is over, and keep the newest runs of rows. The worker does this every night."""
    try:
        made = upkeep.run(_settings())
    except (AnotherBuilder, AnotherLog, NotWritten) as error:
        raise click.ClickException(f"Nothing was finished: {error}. See docs/open-data.md.") from error
    try:
        runs = upkeep.keep_runs(_settings(), thoroughly=True)
    except NotTheTree as error:
        raise click.ClickException(f"A run of rows was not kept: {error}. See docs/open-data.md.") from error
    except NotWritten as error:
        raise click.ClickException(f"Runs of rows are not kept: {error}. See docs/open-data.md.") from error
    click.echo(f"Runs of rows kept: {runs} new.")
    click.echo(f"Finished: {', '.join(map(str, made)) or 'nothing new'}.")


@opendata.command("vkey")
def vkey() -> None:
    """Print the public key that lists of files are verified with; makes the key on first use."""
    click.echo(Archive.of(_settings()).verifier.vkey)
