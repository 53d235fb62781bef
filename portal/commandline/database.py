"""`flask --app wsgi db ...`: the schema."""

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from flask import current_app
from flask.cli import AppGroup

from portal.backups import restoring
from portal.backups.faults import NotDone

MIGRATIONS = Path(__file__).parents[1] / "migrations"

db = AppGroup("db", help="The database schema.")


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def refuse_unfinished_restore() -> None:
    """Before anything of the portal is started: what is half put back must not come to life."""
    try:
        restoring.refuse_unfinished(current_app.config["SETTINGS"])
    except NotDone as error:
        raise click.ClickException(f"Nothing is started: {error}.") from error


@db.command("upgrade")
def upgrade() -> None:
    """Bring the schema to the newest revision; safe to repeat."""
    refuse_unfinished_restore()
    command.upgrade(alembic_config(current_app.config["SQLALCHEMY_DATABASE_URI"]), "head")
    click.echo("Schema up to date.")
