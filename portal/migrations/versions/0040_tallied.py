"""Queue and overview count from an index alone, and a name is looked for among the newest dossiers first.

An index alone is read where the table was vacuumed since its pages changed.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0040_tallied"
down_revision: str | None = "0039_result_templates"

COUNTED = "act in ('received', 'passed', 'resolved', 'returned')"
WITH_THE_DESK = "state in ('awaiting_duty', 'awaiting_supplement', 'filed', 'in_progress', 'resolved')"


def upgrade() -> None:
    op.create_index(
        "ix_dossier_tallied",
        "dossier",
        ["holder_unit_id", "state", "urgent_at", "id"],
        postgresql_include=["keeper_id", "extended", "procedure_code", "reference"],
        postgresql_where=sa.text(WITH_THE_DESK),
    )
    ages = sa.text("(array[dossier_id >> 15])")
    op.create_index("ix_dossier_aged", "dossier_sought", ["units", "words", ages], postgresql_using="gin")
    op.create_index(
        "ix_step_counted",
        "step",
        ["unit_id", "at"],
        postgresql_include=["act", "due_at"],
        postgresql_where=sa.text(COUNTED),
    )
    # Last, for what drops an index keeps even readers waiting until the end.
    for table, old, new in (("dossier_sought", "ix_dossier_sought", "ix_dossier_aged"), ("step", "ix_step_done", "ix_step_counted")):
        op.drop_index(old, table)
        op.execute(f"alter index {new} rename to {old}")
    # Whatever their size: what few acts have changed since is soon looked through, and indexes are left alone then.
    op.execute("alter table dossier set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)")
    op.execute("alter table step set (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 5000)")
