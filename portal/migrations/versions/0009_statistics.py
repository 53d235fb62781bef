"""Statistics: what each dossier's entries say of it, and what dossiers add to days, months and years."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009_statistics"
down_revision: str | None = "0008_following"

COLUMNS = (
    "filed",
    "waiting_out",
    "received_online",
    "received_national",
    "received_counter",
    "received_post",
    "not_received",
    "withdrawn_early",
    "ended",
    "withdrawn",
    "early",
    "on_time",
    "late",
    "undated",
    "refused",
    "late_extended",
    "kept_extended",
    "returned",
    "extended",
    "extended_after_due",
    "timed",
    "minutes_taken",
    "minutes_allowed",
    "paused_in",
    "paused_out",
    "overdue_in",
    "overdue_out",
    "overdue_extended_in",
    "overdue_extended_out",
    "sealed",
)


def upgrade() -> None:
    op.create_table(
        "statistics_head",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_statistics_head"),
        sa.CheckConstraint("id = 1", name=op.f("ck_statistics_head_one_row")),
    )
    op.execute("insert into statistics_head (id, size) values (1, 0)")
    op.create_table(
        "statistics_dossier",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("last_leaf", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("timing", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("extended_after_due", sa.Boolean(), nullable=False),
        sa.Column("paused", postgresql.DATEMULTIRANGE(), nullable=False),
        sa.Column("overdue", postgresql.DATEMULTIRANGE(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("reference", name="pk_statistics_dossier"),
    )
    op.create_index("ix_statistics_dossier_unit", "statistics_dossier", ["unit", "reference"])
    for column in ("received_on", "resolved_on", "ended_on", "left_on"):
        op.create_index(f"ix_statistics_dossier_{column}", "statistics_dossier", [column])
    op.create_table(
        "statistics_cell",
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in COLUMNS),
        sa.PrimaryKeyConstraint("span", "procedure", "begins", "unit", name="pk_statistics_cell"),
        sa.CheckConstraint("span in ('d', 'm', 'y')", name=op.f("ck_statistics_cell_span")),
    )
    op.create_index("ix_statistics_cell_unit", "statistics_cell", ["span", "unit", "begins"])
