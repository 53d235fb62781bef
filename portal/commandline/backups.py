"""`flask --app wsgi backup` and `restore`: see docs/backups.md."""

import sys
from pathlib import Path

import click
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app

from portal import clock
from portal.backups import making, restoring
from portal.backups.faults import NotDone
from portal.backups.restoring import Checked, Settled
from portal.commandline.database import alembic_config
from portal.extensions import db
from portal.ledger import handed_out
from portal.settings import Settings
from portal.transaction import current_session

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("backup")
@click.argument("folder", type=FOLDER)
@click.option(
    "--thin",
    is_flag=True,
    help="Then remove those that need not stay: older than a day but the day's last, and older than 30 days.",
)
def backup(folder: Path, *, thin: bool) -> None:
    """Make a new backup in FOLDER while the portal works: the database sealed, and the files, without the keys."""
    at = clock.now()
    try:
        made = making.make(db.engine, _settings(), folder, at=at)
        gone = making.thin(folder, at=at) if thin else 0
    except NotDone as error:
        raise click.ClickException(f"No backup was made: {error}.") from error
    click.echo(
        f"Made: {made.backup}: {made.facts.dossiers} dossiers, {made.facts.ledger_size} ledger entries, "
        f"{made.files} files, {made.linked} of them as in the backup before."
    )
    if gone:
        click.echo(f"Removed: {gone} older ones.")
    click.echo(
        f"The keys in {_settings().keys} are not in it, and nobody can read it without them: keep them elsewhere."
    )


@click.command("restore")
@click.argument("backup", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Read every byte of it, and change nothing.")
def restore(backup: Path, *, only_check: bool) -> None:
    """Put BACKUP into an installation that has its keys and an empty database; exit 1 where something is not well."""
    settings, at = _settings(), clock.now()
    try:
        checked = restoring.check(backup.resolve(), settings)
        _refuse_newer_schema(checked)
        click.echo(
            f"Sound: made {checked.facts.made_at:%Y-%m-%d %H:%M:%S} UTC, {checked.facts.dossiers} dossiers, "
            f"{checked.facts.ledger_size} ledger entries, {len(checked.digests)} files."
        )
        if only_check:
            return
        if not restoring.begun(current_session(), settings, checked):
            click.echo(f"Files put back: {restoring.put_back(settings, checked)}.")
    except NotDone as error:
        raise click.ClickException(f"Nothing was put back: {error}.") from error
    command.upgrade(alembic_config(current_app.config["SQLALCHEMY_DATABASE_URI"]), "head")
    settled = restoring.settle(current_session(), settings, checked, at=at)
    _tell(settled, checked)
    sys.exit(0 if not (settled.wrong or settled.unerased or settled.behind) else 1)


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def _refuse_newer_schema(checked: Checked) -> None:
    config = alembic_config(current_app.config["SQLALCHEMY_DATABASE_URI"])
    try:
        ScriptDirectory.from_config(config).get_revision(checked.facts.schema)
    except CommandError as error:
        raise NotDone(f"it was made by a newer version of the portal ({checked.facts.schema}): update first") from error


def _tell(settled: Settled, checked: Checked) -> None:
    click.echo(
        f"Put back: {settled.dossiers} dossiers, {settled.ledger_size} ledger entries. Sign-ins ended: "
        f"{settled.signed_out}. Letters that may have gone out since, marked as repeats: {settled.letters}. "
        f"People erased again: {settled.erased}."
    )
    for one in settled.wrong:
        click.echo(f"Not as it was: {one}", err=True)
    for reference in settled.unerased:
        click.echo(
            f"The person of {reference} was erased later, and is not again: a dossier of theirs is open. Bring it to "
            "its end, then `dossiers erase-person`.",
            err=True,
        )
    if settled.behind is not None:
        click.echo(
            f"The log had {settled.behind} entries when it was last signed here: what came after the backup is lost, "
            "and nothing will be signed. Put back a newer one, or see docs/ledger.md.",
            err=True,
        )
    if not settled.remembers and settled.ledger_size:
        own = handed_out.path_of(_settings()).relative_to(_settings().instance)
        click.echo(
            "Nothing here remembers what the log signed last, and nothing will be signed before it does: take the "
            "newest checkpoint that a witness or a reader outside holds, and type "
            "`ledger remember FILE`. The backup's own is "
            f"{checked.backup / 'instance' / own}."
        )
