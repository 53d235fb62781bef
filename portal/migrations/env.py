"""Alembic's entry: runs against the address handed over by `portal.commandline.database`, in one transaction."""

from alembic import context
from sqlalchemy import create_engine

from portal.backups.schema_lock import wait_for_backups
from portal.base import Base

config = context.config


def run() -> None:
    engine = create_engine(config.attributes["url"])
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
        with context.begin_transaction():
            wait_for_backups(connection)
            context.run_migrations()
    engine.dispose()


run()
