"""`flask --app wsgi result-templates ...`: the texts that results are written from."""

from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup

from portal import clock
from portal.commandline import faults
from portal.errors import Invalid
from portal.procedures import json_door
from portal.result_templates import commands, queries, sources
from portal.result_words import fault_line
from portal.transaction import current_session, unit_of_work

result_templates = AppGroup("result-templates", help="The texts from which results are written.")
PLACES = click.Path(exists=True, path_type=Path)


@result_templates.command("load")
@click.argument("places", nargs=-1, type=PLACES)
@faults.KEEP
@faults.LANG
def load(places: Sequence[Path], *, keep: bool, lang: str) -> None:
    """Publish template files (the portal's own, or PLACES): all of them or none; safe to repeat."""
    try:
        found = sources.read(sources.find(places or [sources.CATALOGUE]))
        if keep:
            kept = commands.parted(current_session(), found)
            faults.say_kept(kept.values(), lang, words=fault_line)
            found = [source for source in found if (source.code, source.outcome) not in kept]
        with unit_of_work() as session:
            new, known = commands.load(session, found, at=clock.now())
    except Invalid as error:
        faults.say(error.problems, lang, words=fault_line)
        raise click.ClickException("Nothing was loaded: correct the lines above and try again.") from error
    click.echo(f"Result templates: {new} new, {known} unchanged.")


@result_templates.command("export")
@click.argument("place", type=click.Path(path_type=Path))
def export(place: Path) -> None:
    """Write what is in force now to the folder PLACE, as files that `load` takes."""
    place.mkdir(parents=True, exist_ok=True)
    found = queries.holding(current_session(), at=clock.now())
    for one in found:
        (place / f"{one.code}-{one.outcome}.json").write_text(json_door.write(commands.file_of(one)), "utf-8")
    click.echo(f"{len(found)} result templates written to {place}.")
