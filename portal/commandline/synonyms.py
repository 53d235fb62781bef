"""`flask --app wsgi synonyms ...`: the phrases people search with."""

from pathlib import Path

import click
from flask.cli import AppGroup

from portal import clock
from portal.commandline import faults
from portal.errors import Invalid
from portal.synonyms import commands, queries, source
from portal.transaction import current_session, unit_of_work

synonyms = AppGroup("synonyms", help="The phrases people search with, and what is meant.")


@synonyms.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=source.FILE)
@faults.LANG
def load(file: Path, *, lang: str) -> None:
    """Add the phrases of FILE (the catalogue's own) that were never there; safe to repeat, undoes no editor's work."""
    try:
        with unit_of_work() as session:
            added = commands.load(session, source.read(file), at=clock.now())
    except Invalid as error:
        faults.say(error.problems, lang)
        raise click.ClickException("Nothing was loaded: correct the lines above and try again.") from error
    click.echo(f"Synonyms: {added} phrases added.")


@synonyms.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write every synonym that holds to FILE, as `load` takes it."""
    found = queries.all_of_them(current_session())
    source.write(found, file)
    click.echo(f"{len(found)} phrases written to {file}.")
