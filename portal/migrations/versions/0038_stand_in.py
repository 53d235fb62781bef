"""Who stands in for an absent officer, from a day until a day; and for whom a step was done."""

import sqlalchemy as sa
from alembic import op

revision: str = "0038_stand_in"
down_revision: str | None = "0037_overview"

GUARDS = """
create function stand_in_only_ends() returns trigger language plpgsql as $$
begin
    -- What was arranged stays as it was arranged; it may be ended, once.
    if tg_op = 'UPDATE' then
        if old.ended_at is null and new.ended_at is not null
            and (new.id, new.absent_id, new.officer_id, new.unit_id, new.first_on, new.last_on, new.reason, new.named_by,
                 new.named_at)
            is not distinct from
            (old.id, old.absent_id, old.officer_id, old.unit_id, old.first_on, old.last_on, old.reason, old.named_by,
             old.named_at)
        then
            return new;
        end if;
    end if;
    raise exception 'a stand-in is named once and ended once (%%)', tg_op
        using errcode = 'integrity_constraint_violation';
end
$$;
create trigger stand_in_only_ends before update or delete on stand_in
    for each row execute function stand_in_only_ends();
create trigger stand_in_is_never_emptied before truncate on stand_in
    for each statement execute function stand_in_only_ends();
"""


def upgrade() -> None:
    _create()
    for table, column in (("step", "for_officer_id"), ("dossier", "proposer_for_id")):
        op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=True))
        op.create_foreign_key(f"fk_{table}_{column}_officer", table, "officer", [column], ["id"])
    op.create_check_constraint(op.f("ck_step_stands_in"), "step", "for_officer_id <> officer_id")
    op.get_bind().exec_driver_sql(GUARDS)


def _create() -> None:
    op.create_table(
        "stand_in",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("absent_id", sa.BigInteger(), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("named_by", sa.BigInteger(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_stand_in_days")),
        sa.CheckConstraint("absent_id <> officer_id", name=op.f("ck_stand_in_two")),
        sa.CheckConstraint("(ended_at is null) = (ended_by is null)", name=op.f("ck_stand_in_ended")),
        *(
            sa.ForeignKeyConstraint([column], ["officer.id"], name=f"fk_stand_in_{column}_officer")
            for column in ("absent_id", "officer_id", "named_by", "ended_by")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_stand_in_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_stand_in"),
    )
    op.create_index("ix_stand_in_officer_id_last_on", "stand_in", ["officer_id", "last_on"])
    op.create_index("ix_stand_in_absent_id_last_on", "stand_in", ["absent_id", "last_on"])
    op.create_index("ix_stand_in_unit_id_last_on", "stand_in", ["unit_id", "last_on"])
