"""The job queue's tables, as its library ships them.

A later version of the library brings its own SQL migrations: run those in a migration of ours.
"""

from alembic import op
from procrastinate.schema import SchemaManager

from portal.jobs import tasks

revision: str = "0001_jobs"
down_revision: str | None = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SchemaManager(tasks.connector).get_schema().replace("%", "%%"))
