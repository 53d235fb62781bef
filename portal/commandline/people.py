"""`flask --app wsgi people ...`: officers and open sign-ins."""

from pathlib import Path

import click
import yaml
from flask.cli import AppGroup
from flask_babel import force_locale

from portal import clock
from portal.commandline import faults
from portal.errors import Invalid
from portal.officer_fault_words import line
from portal.people import officer_file, register, upkeep
from portal.people.officer_file import Fault
from portal.transaction import unit_of_work
from portal.units import queries as units

people = AppGroup("people", help="Officers, their roles, and open sign-ins.")


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@faults.LANG
def import_officers(file: Path, *, lang: str) -> None:
    """Bring the officers' register in line with FILE (YAML); all of it or nothing; safe to repeat."""
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file} is not readable YAML: {error}") from error
    try:
        with unit_of_work() as session:
            known = units.names_of(session, officer_file.unit_codes(data))
            entries = officer_file.read(data, unit_ids={code: unit.id for code, unit in known.items()})
            changed = register.enter_officers(session, entries, at=clock.now())
    except Invalid as error:
        with force_locale(lang):
            for fault in error.problems:
                click.echo(line(fault) if isinstance(fault, Fault) else str(fault), err=True)
        raise click.ClickException("Nothing was loaded: correct the lines above and try again.") from error
    click.echo(f"Officers: {len(entries)} listed, {changed} new or changed.")


@people.command("tidy")
@click.option("--days", type=click.IntRange(min=1), default=upkeep.KEPT_DAYS, show_default=True)
def tidy(days: int) -> None:
    """Delete sign-ins that ended more than so many days ago, as the worker does every night."""
    gone = upkeep.run(at=clock.now(), days=days)
    click.echo(f"Ended sign-ins deleted: {gone}.")
