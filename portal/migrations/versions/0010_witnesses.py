"""Cosignatures of witnesses beside the checkpoints, and how the quorum stands."""

import sqlalchemy as sa
from alembic import op

revision: str = "0010_witnesses"
down_revision: str | None = "0009_statistics"


def upgrade() -> None:
    op.create_table(
        "ledger_cosignature",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", "name", "key_id", name="pk_ledger_cosignature"),
        sa.ForeignKeyConstraint(["size"], ["ledger_checkpoint.size"], name="fk_ledger_cosignature_size_ledger_checkpoint"),
        sa.CheckConstraint("octet_length(key_id) = 4", name=op.f("ck_ledger_cosignature_key_id_length")),
    )
    op.create_index("ix_ledger_cosignature_name", "ledger_cosignature", ["name", "key_id", "size"])
    op.create_table(
        "ledger_quorum",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("witnessed", sa.BigInteger(), nullable=True),
        sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_quorum"),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_quorum_one_row")),
    )
    op.execute("insert into ledger_quorum (id) values (1)")
    _trigger("ledger_cosignature", "append_only", "update or delete or truncate")
    _trigger("ledger_quorum", "undeletable", "delete or truncate")


def _trigger(table: str, name: str, events: str) -> None:
    op.execute(f"create trigger {name} before {events} on {table} for each statement execute function ledger_refuse()")
    op.execute(f"alter table {table} enable always trigger {name}")
