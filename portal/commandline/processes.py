"""`flask --app wsgi processes ...`: the internal processes of procedures, checked, published and written out."""

from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup

from portal import clock
from portal.access import register_day
from portal.commandline import faults
from portal.errors import Invalid
from portal.procedures import json_door
from portal.process_words import fault_line
from portal.processes import commands, queries, sources
from portal.transaction import current_session, unit_of_work

processes = AppGroup("processes", help="The internal processes of procedures.")
PLACES = click.Path(exists=True, path_type=Path)


@processes.command("check")
@click.argument("places", nargs=-1, type=PLACES)
@faults.LANG
def check(places: Sequence[Path], *, lang: str) -> None:
    """Say what is wrong with process files (the portal's own, or PLACES); reads no database."""
    try:
        found = sources.read(sources.find(places or [sources.CATALOGUE]))
    except Invalid as error:
        faults.say(error.problems, lang, words=fault_line)
        raise click.ClickException("Correct the lines above and try again.") from error
    click.echo(f"{len(found)} process files are right.")


@processes.command("load")
@click.argument("places", nargs=-1, type=PLACES)
@faults.KEEP
@faults.LANG
def load(places: Sequence[Path], *, keep: bool, lang: str) -> None:
    """Publish process files (the portal's own, or PLACES): all of them or none; safe to repeat."""
    try:
        found = sources.read(sources.find(places or [sources.CATALOGUE]))
        if keep:
            kept = commands.parted(current_session(), found)
            faults.say_kept(kept.values(), lang, words=fault_line)
            found = [source for source in found if (source.code, source.agency) not in kept]
        with unit_of_work() as session:
            new, known = commands.load(session, found, at=clock.now(), on=register_day())
    except Invalid as error:
        faults.say(error.problems, lang, words=fault_line)
        raise click.ClickException("Nothing was loaded: correct the lines above and try again.") from error
    click.echo(f"Processes: {new} new, {known} unchanged.")


@processes.command("export")
@click.argument("place", type=click.Path(path_type=Path))
def export(place: Path) -> None:
    """Write what is in force now to the folder PLACE, as files that `load` takes."""
    place.mkdir(parents=True, exist_ok=True)
    found = queries.holding(current_session(), at=clock.now())
    for one in found:
        name = f"{one.code}-{one.agency}" if one.agency else one.code
        (place / f"{name}.json").write_text(json_door.write(commands.file_of(one)), "utf-8")
    click.echo(f"{len(found)} processes written to {place}.")
