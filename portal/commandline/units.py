"""`flask --app wsgi units ...`: the register of administrative units."""

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.errors import Invalid
from portal.transaction import unit_of_work
from portal.units import commands

units = AppGroup("units", help="The register of administrative units.")


@units.command("load")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def load(folder: Path | None) -> None:
    """Bring the register to what the files say (those of the portal, or those in FOLDER); safe to repeat."""
    try:
        with unit_of_work() as session:
            report = commands.load(session, folder=folder)
    except Invalid as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        raise click.ClickException("Nothing was loaded: correct the lines above and try again.") from error
    click.echo(
        f"Units: {report.new_units} new; facts: {report.new_facts} new, {report.changed_facts} changed; "
        f"successions: {report.new_successions} new."
    )
