"""Handing over: the desk that gives a result back and may pass to a successor, and the orders by which units hand over."""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision: str = "0023_handing_over"
down_revision: str | None = "0022_calendars"

ACTS = (
    "filed",
    "received",
    "not_received",
    "supplement_asked",
    "supplement_given",
    "passed",
    "extended",
    "resolved",
    "returned",
    "withdrawn",
    "taken_up",
    "assigned",
    "given_back",
    "proposed",
    "approved",
    "sent_back",
    "handed_over",
)
PUBLISHER = int.from_bytes(sha256(b"hai-dang/ledger/publisher").digest()[:8], "big", signed=True)


def upgrade() -> None:
    """A publisher of before does not know desks: none may be at work while that changes."""
    free = sa.text("select pg_try_advisory_xact_lock(:key)").bindparams(key=PUBLISHER)
    if not op.get_bind().execute(free).scalar_one():
        raise RuntimeError("a publisher is at work: stop every worker before the database is brought up to date")
    op.add_column("ledger_dossier", sa.Column("desk", sa.Text()))
    op.execute("update ledger_dossier set desk = unit")
    op.alter_column("ledger_dossier", "desk", nullable=False)
    op.add_column("dossier", sa.Column("desk_unit_id", sa.BigInteger()))
    op.add_column("dossier", sa.Column("desk_code", sa.Text()))
    op.execute("update dossier set desk_unit_id = unit_id, desk_code = unit_code")
    op.alter_column("dossier", "desk_unit_id", nullable=False)
    op.alter_column("dossier", "desk_code", nullable=False)
    op.create_foreign_key(op.f("fk_dossier_desk_unit_id_unit"), "dossier", "unit", ["desk_unit_id"], ["id"])
    op.create_index("ix_dossier_desk", "dossier", ["desk_unit_id", "state", "urgent_at", "id"])
    op.drop_index("ix_dossier_received", table_name="dossier")
    op.drop_constraint(op.f("ck_step_act"), "step", type_="check")
    op.create_check_constraint(op.f("ck_step_act"), "step", f"act in ({', '.join(repr(act) for act in ACTS)})")
    op.create_table(
        "hand_over",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("old_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("new_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("ordered_by", sa.BigInteger(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("officers", sa.Integer(), nullable=False),
        sa.Column("dossiers", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["old_unit_id"], ["unit.id"], name=op.f("fk_hand_over_old_unit_id_unit")),
        sa.ForeignKeyConstraint(["new_unit_id"], ["unit.id"], name=op.f("fk_hand_over_new_unit_id_unit")),
        sa.ForeignKeyConstraint(["ordered_by"], ["officer.id"], name=op.f("fk_hand_over_ordered_by_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
        sa.CheckConstraint("old_unit_id <> new_unit_id", name=op.f("ck_hand_over_other_unit")),
    )
    op.create_index(
        op.f("ix_hand_over_old_unit_id"), "hand_over", ["old_unit_id"], unique=True, postgresql_where="done_at is null"
    )
