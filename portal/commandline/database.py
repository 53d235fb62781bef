"""`flask --app wsgi db ...`: the schema."""

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from flask import current_app
from flask.cli import AppGroup

MIGRATIONS = Path(__file__).parents[1] / "migrations"

db = AppGroup("db", help="The database schema.")


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


@db.command("upgrade")
def upgrade() -> None:
    """Bring the schema to the newest revision; safe to repeat."""
    command.upgrade(alembic_config(current_app.config["SQLALCHEMY_DATABASE_URI"]), "head")
    click.echo("Schema up to date.")
