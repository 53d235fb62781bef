"""Steps that the desk alone knows: who of a unit has a dossier, what was proposed and approved."""

import sqlalchemy as sa
from alembic import op

revision: str = "0021_keepers"
down_revision: str | None = "0020_mandates"

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
)
GUARD = """
create or replace function dossier_keeps_its_origin() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if (new.id, new.reference, new.draft_token, new.revision_id, new.unit_id, new.filed_at, new.mandate_id)
            is not distinct from
            (old.id, old.reference, old.draft_token, old.revision_id, old.unit_id, old.filed_at, old.mandate_id)
            and new.steps >= old.steps
            and (new.steps > old.steps
                or (new.state, new.keeper_id, new.proposal) is not distinct from (old.state, old.keeper_id, old.proposal))
            and new.entries >= old.entries
            and (new.entries > old.entries or new.last_leaf = old.last_leaf)
        then
            return new;
        end if;
    end if;
    raise exception 'a dossier keeps its origin and moves by steps (%%)', tg_op
        using errcode = 'integrity_constraint_violation';
end
$$;
"""


def upgrade() -> None:
    _add_to_steps()
    _add_to_dossiers()
    op.get_bind().exec_driver_sql(GUARD)


def _add_to_steps() -> None:
    op.add_column("step", sa.Column("entry", sa.Integer(), nullable=True))
    op.add_column("step", sa.Column("to_officer_id", sa.BigInteger(), nullable=True))
    op.add_column("step", sa.Column("before", sa.Text(), nullable=True))
    op.add_column("step", sa.Column("keeper_id", sa.BigInteger(), nullable=True))
    op.execute("alter table step disable trigger step_is_for_ever")
    op.execute("update step set entry = n")  # every step until now was public
    op.execute("alter table step enable trigger step_is_for_ever")
    op.alter_column("step", "leaf", nullable=True)
    op.create_check_constraint(op.f("ck_step_entry"), "step", "(entry is null) = (leaf is null) and entry <= n")
    for name in ("to_officer_id", "keeper_id"):
        op.create_foreign_key(f"fk_step_{name}_officer", "step", "officer", [name], ["id"])
    op.drop_constraint("ck_step_act", "step")
    op.create_check_constraint(op.f("ck_step_act"), "step", f"act in ({', '.join(repr(act) for act in ACTS)})")


def _add_to_dossiers() -> None:
    op.add_column("dossier", sa.Column("entries", sa.Integer(), server_default="1", nullable=False))
    op.add_column("dossier", sa.Column("keeper_id", sa.BigInteger(), nullable=True))
    op.add_column("dossier", sa.Column("proposal", sa.Text(), nullable=True))
    op.add_column("dossier", sa.Column("proposer_id", sa.BigInteger(), nullable=True))
    op.execute("update dossier set entries = steps")
    for name in ("keeper_id", "proposer_id"):
        op.create_foreign_key(f"fk_dossier_{name}_officer", "dossier", "officer", [name], ["id"])
    op.create_check_constraint(op.f("ck_dossier_entries"), "dossier", "entries between 1 and steps")
    op.create_check_constraint(op.f("ck_dossier_proposal"), "dossier", "proposal in ('made', 'approved')")
    op.create_index(
        "ix_dossier_kept",
        "dossier",
        ["keeper_id", "state", "urgent_at", "id"],
        postgresql_where=sa.text("keeper_id is not null"),
    )
    op.create_index(
        "ix_dossier_proposed",
        "dossier",
        ["holder_unit_id", "urgent_at", "id"],
        postgresql_where=sa.text("proposal = 'made'"),
    )
