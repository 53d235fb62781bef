"""Letters to people, sealed, with an account of the attempts to deliver them."""

import sqlalchemy as sa
from alembic import op

revision: str = "0006_letters"
down_revision: str | None = "0005_ledger"


def upgrade() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gave_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.UniqueConstraint("key", name="uq_letter_key"),
        sa.CheckConstraint("failures >= 0 and failures <= attempts", name=op.f("ck_letter_failures")),
        sa.CheckConstraint("sent_at is null or gave_up_at is null", name=op.f("ck_letter_one_end")),
    )
    op.create_index(
        "ix_letter_waiting", "letter", ["id"], postgresql_where=sa.text("sent_at is null and gave_up_at is null")
    )
