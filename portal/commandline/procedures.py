"""`flask --app wsgi procedures ...`: the catalogue's files, checked, published and written out."""

from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup

from portal import clock
from portal.commandline import exchange, faults
from portal.errors import Invalid
from portal.procedures import commands, queries, sources, template_sources, templates_named
from portal.procedures.sources import Source
from portal.template_files import queries as template_files
from portal.template_files.shelf import Taken
from portal.transaction import current_session, unit_of_work

procedures = AppGroup("procedures", help="The catalogue of procedures.")
procedures.add_command(exchange.import_)
procedures.add_command(exchange.template)
PLACES = click.Path(exists=True, path_type=Path)


@procedures.command("check")
@click.argument("places", nargs=-1, type=PLACES)
@faults.LANG
def check(places: Sequence[Path], *, lang: str) -> None:
    """Say what is wrong with procedure files (the portal's own, or PLACES); reads no database."""
    try:
        found = sources.read(sources.find(places or [sources.CATALOGUE]))
    except Invalid as error:
        faults.say(error.problems, lang)
        raise click.ClickException("Correct the lines above and try again.") from error
    faults.say(template_sources.absent(found), lang)
    click.echo(f"{len(found)} procedure files are right.")


@procedures.command("load")
@click.argument("places", nargs=-1, type=PLACES)
@faults.KEEP
@faults.LANG
def load(places: Sequence[Path], *, keep: bool, lang: str) -> None:
    """Publish procedure files (the portal's own, or PLACES): all of them or none; safe to repeat."""
    try:
        found = sources.read(sources.find(places or [sources.CATALOGUE]))
        if keep:
            kept = commands.parted(current_session(), found)
            faults.say_kept(kept.values(), lang)
            found = [source for source in found if source.code not in kept]
        taken = _templates_beside(found)
        with unit_of_work() as session:
            report = commands.load_sources(session, found, taken=taken, at=clock.now())
    except Invalid as error:
        faults.say(error.problems, lang)
        raise click.ClickException("Nothing was loaded: correct the lines above and try again.") from error
    click.echo(f"Procedures: {len(report.new)} new, {len(report.revised)} revised, {len(report.unchanged)} unchanged.")


@procedures.command("export")
@click.argument("place", type=click.Path(path_type=Path))
@click.argument("codes", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="As JSON instead of YAML.")
@click.option("--national", is_flag=True, help="PLACE is a file: the newest revisions as LayThuTuc, Vietnamese only.")
def export(place: Path, codes: Sequence[str], *, as_json: bool, national: bool) -> None:
    """Write every published revision (or those of CODES) to the folder PLACE, as files that `load` takes."""
    found = queries.contents(current_session(), codes=codes or None)
    missing = sorted(set(codes) - {code for code, _number, _content in found})
    if missing:
        raise click.ClickException(f"No such procedure: {', '.join(missing)}")
    if national:
        click.echo(f"{exchange.write_national(codes, place)} procedures written to {place}.")
        return
    place.mkdir(parents=True, exist_ok=True)
    newest = {code: number for code, number, _content in reversed(found)}
    for code, number, content in found:
        sources.write(content, place, newest=number == newest[code], form="json" if as_json else "yaml")
    files, lost = template_sources.write((content for _code, _number, content in found), place)
    for file in lost:
        click.echo(f"The file of '{file.name}' (SHA-256 {file.sha256}) is not in the instance folder.", err=True)
    beside = f", with {files} template files" if files else ""
    click.echo(f"{len(found)} revisions of {len(newest)} procedures written to {place}{beside}.")


def _templates_beside(found: Sequence[Source]) -> list[Taken]:
    """The template files that came with the definitions, looked into before anything is published."""
    digests = {digest for source in found for digest in templates_named.digests(source.content)}
    with unit_of_work() as session:
        known = template_files.facts(session, digests)
    return template_sources.take_in(found, known=known)
