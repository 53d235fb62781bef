"""Lists of the queue that officers name; the queue by newest first, and what went to other units, by indexes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0033_queues"
down_revision: str | None = "0032_counter"


def upgrade() -> None:
    op.create_table(
        "queue_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("name_index", sa.LargeBinary(), nullable=False),
        sa.Column("filters", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_queue_list_officer_id_officer"),
        sa.PrimaryKeyConstraint("id", name="pk_queue_list"),
        sa.UniqueConstraint("officer_id", "name_index", name="uq_queue_list_officer_id_name_index"),
    )
    op.create_index("ix_dossier_newest", "dossier", ["holder_unit_id", "state", "id"])
    op.create_index(
        "ix_dossier_elsewhere",
        "dossier",
        ["desk_unit_id", "state", "urgent_at", "id"],
        postgresql_where=sa.text("holder_unit_id <> desk_unit_id"),
    )
