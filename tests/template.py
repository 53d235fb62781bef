"""The template database that every test's database is copied from: schema, units, procedures."""

from alembic import command
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from portal import clock
from portal.commandline.database import alembic_config
from portal.pilot.postgres import EmbeddedPostgres
from portal.procedures import commands as procedures
from portal.procedures import sources
from portal.synonyms import commands as synonyms
from portal.synonyms import source as synonyms_file
from portal.transaction import unit_of_work
from portal.units import commands as units


def build(app: Flask, postgres: EmbeddedPostgres) -> None:
    """Make `portal_template` once for this server."""
    postgres.create_database("portal_template")
    url = app.config["SETTINGS"].model_copy(update={"database_url": postgres.url("portal_template")}).sqlalchemy_url
    command.upgrade(alembic_config(url), "head")
    engine = create_engine(url)
    with Session(engine) as session, unit_of_work(session):
        units.load(session)
        procedures.load(session, [sources.CATALOGUE], at=clock.now())
        synonyms.load(session, synonyms_file.read(), at=clock.now())
    engine.dispose()
