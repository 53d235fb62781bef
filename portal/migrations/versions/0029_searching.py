"""What a dossier is found by at the desk, as keyed digests; and what officers looked for, for some hours."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0029_searching"
down_revision: str | None = "0028_duties"


def upgrade() -> None:
    op.create_table(
        "dossier_sought",
        sa.Column("dossier_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("units", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("words", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_dossier_sought_dossier_id_dossier"),
        sa.PrimaryKeyConstraint("dossier_id", name="pk_dossier_sought"),
    )
    op.create_index("ix_dossier_sought", "dossier_sought", ["units", "words"], postgresql_using="gin")
    op.create_table(
        "queue_search",
        sa.Column("token", sa.Uuid(), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_queue_search_officer_id_officer"),
        sa.PrimaryKeyConstraint("token", name="pk_queue_search"),
    )
    op.create_index("ix_queue_search_officer_id_queue_search_made_at", "queue_search", ["officer_id", "made_at"])
    op.create_index("ix_queue_search_made_at", "queue_search", ["made_at"])
