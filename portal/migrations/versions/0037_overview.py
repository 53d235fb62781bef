"""What units did, by unit and instant, for the overview of whoever heads one."""

import sqlalchemy as sa
from alembic import op

revision: str = "0037_overview"
down_revision: str | None = "0036_processes"

COUNTED = "act in ('received', 'passed', 'resolved', 'returned')"


def upgrade() -> None:
    op.create_index("ix_step_done", "step", ["unit_id", "at"], postgresql_where=sa.text(COUNTED))
    op.create_index("ix_step_come", "step", ["to_unit_id", "at"], postgresql_where=sa.text("act = 'passed'"))
