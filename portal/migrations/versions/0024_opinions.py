"""Opinions asked of other units: a question, a due instant of its own, an answer; never changed afterwards."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0024_opinions"
down_revision: str | None = "0023_handing_over"

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
    "opinion_asked",
    "opinion_given",
)
GUARD = """
create function opinion_is_answered_once() returns trigger language plpgsql as $$
begin
    -- An answer is added once; a lawful erasure may take the words out; nothing else ever changes.
    if tg_op = 'UPDATE' and (old.given_at is null or new.answer is null) then
        if (to_jsonb(new) - array['question', 'answer', 'given_at', 'given_step'])
            = (to_jsonb(old) - array['question', 'answer', 'given_at', 'given_step'])
            and (new.question is null or new.question is not distinct from old.question)
            and (old.given_at is null or (new.given_at, new.given_step) = (old.given_at, old.given_step))
        then
            return new;
        end if;
    end if;
    raise exception 'an opinion is asked and given once (%%)', tg_op using errcode = 'integrity_constraint_violation';
end
$$;
create trigger opinion_is_answered_once before update or delete on opinion
    for each row execute function opinion_is_answered_once();
create trigger opinion_is_never_emptied before truncate on opinion
    for each statement execute function opinion_is_answered_once();
"""


def upgrade() -> None:
    op.create_table(
        "opinion",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("from_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("from_code", sa.Text(), nullable=False),
        sa.Column("asked_step", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=True),
        sa.Column("shares_answers", sa.Boolean(), nullable=False),
        sa.Column("file_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("given_step", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("unit_id <> from_unit_id", name=op.f("ck_opinion_another_unit")),
        sa.CheckConstraint("(given_step is null) = (given_at is null)", name=op.f("ck_opinion_given")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_opinion_dossier_id_dossier"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_opinion_unit_id_unit"),
        sa.ForeignKeyConstraint(["from_unit_id"], ["unit.id"], name="fk_opinion_from_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_opinion"),
    )
    op.create_index(
        "ix_opinion_open", "opinion", ["unit_id", "due_at", "id"], postgresql_where=sa.text("given_at is null")
    )
    op.create_index("ix_opinion_dossier_id", "opinion", ["dossier_id", "id"])
    op.drop_constraint("ck_step_act", "step")
    op.create_check_constraint(op.f("ck_step_act"), "step", f"act in ({', '.join(repr(act) for act in ACTS)})")
    op.get_bind().exec_driver_sql(GUARD)
