"""`flask --app wsgi ...`: the commands operators type."""

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from flask import Flask, current_app
from flask.cli import AppGroup

from portal.commandline.calendar import calendar
from portal.commandline.deadlines import deadlines
from portal.commandline.dossiers import dossiers
from portal.commandline.ledger_proofs import ledger
from portal.commandline.letters import letters
from portal.commandline.mandates import mandates
from portal.commandline.opendata import opendata
from portal.commandline.people import people
from portal.commandline.procedures import procedures
from portal.commandline.statistics import recompute
from portal.commandline.synonyms import synonyms
from portal.commandline.translations import translations
from portal.commandline.units import units
from portal.commandline.witnesses import witnesses
from portal.commandline.worker import worker

database = AppGroup("db", help="The database schema.")


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config


@database.command("upgrade")
def upgrade() -> None:
    """Bring the schema to the newest revision; safe to repeat."""
    command.upgrade(alembic_config(current_app.config["SQLALCHEMY_DATABASE_URI"]), "head")
    click.echo("Schema up to date.")


def install(app: Flask) -> None:
    app.cli.add_command(database)
    app.cli.add_command(translations)
    app.cli.add_command(units)
    app.cli.add_command(calendar)
    app.cli.add_command(deadlines)
    app.cli.add_command(dossiers)
    app.cli.add_command(letters)
    app.cli.add_command(procedures)
    app.cli.add_command(synonyms)
    app.cli.add_command(people)
    app.cli.add_command(mandates)
    ledger.add_command(recompute)
    ledger.add_command(witnesses)
    app.cli.add_command(ledger)
    app.cli.add_command(opendata)
    app.cli.add_command(worker)
