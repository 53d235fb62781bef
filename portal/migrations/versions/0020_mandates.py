"""Mandates: who may file for whom, from a day until a day, with their trail; and the dossiers filed under them."""

import sqlalchemy as sa
from alembic import op

revision: str = "0020_mandates"
down_revision: str | None = "0019_uploads"

GUARDS = """
create function mandate_step_is_for_ever() returns trigger language plpgsql as $$
begin
    raise exception 'a mandate''s trail is only ever added to (%%)', tg_op
        using errcode = 'integrity_constraint_violation';
end
$$;
create trigger mandate_step_is_for_ever before update or delete on mandate_step
    for each row execute function mandate_step_is_for_ever();
create trigger mandate_step_is_never_emptied before truncate on mandate_step
    for each statement execute function mandate_step_is_for_ever();

create function mandate_keeps_its_terms() returns trigger language plpgsql as $$
begin
    -- What was offered stays as it was offered; an ended mandate never holds again. Names may be erased.
    if tg_op = 'UPDATE' then
        if (new.id, new.granter_id, new.procedures, new.from_on, new.until_on, new.offered_at)
            is not distinct from (old.id, old.granter_id, old.procedures, old.from_on, old.until_on, old.offered_at)
            and (old.agent_id is null or (new.agent_id, new.accepted_at) is not distinct from (old.agent_id, old.accepted_at))
            and (old.state = new.state or (old.state, new.state) in
                (('offered', 'accepted'), ('offered', 'ended'), ('accepted', 'ended')))
            and (old.state <> 'ended' or (new.ending, new.ended_at) is not distinct from (old.ending, old.ended_at))
        then
            return new;
        end if;
    end if;
    raise exception 'a mandate keeps its terms (%%)', tg_op using errcode = 'integrity_constraint_violation';
end
$$;
create trigger mandate_keeps_its_terms before update or delete on mandate
    for each row execute function mandate_keeps_its_terms();
create trigger mandate_is_never_emptied before truncate on mandate
    for each statement execute function mandate_keeps_its_terms();

create or replace function dossier_keeps_its_origin() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if (new.id, new.reference, new.draft_token, new.revision_id, new.unit_id, new.filed_at, new.mandate_id)
            is not distinct from
            (old.id, old.reference, old.draft_token, old.revision_id, old.unit_id, old.filed_at, old.mandate_id)
            and new.steps >= old.steps
            and (new.steps > old.steps or (new.state, new.last_leaf) is not distinct from (old.state, old.last_leaf))
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
    _create_mandates()
    _create_trail()
    _add_to_dossiers()
    op.get_bind().exec_driver_sql(GUARDS)


def _create_mandates() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("granter_id", sa.BigInteger(), nullable=False),
        sa.Column("granter_kind", sa.Text(), nullable=False),
        sa.Column("granter_name", sa.LargeBinary(), nullable=False),
        sa.Column("granter_number", sa.LargeBinary(), nullable=True),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("agent_index", sa.LargeBinary(), nullable=True),
        sa.Column("agent_name", sa.LargeBinary(), nullable=False),
        sa.Column("agent_number", sa.LargeBinary(), nullable=True),
        sa.Column("procedures", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('offered', 'accepted', 'ended')", name=op.f("ck_mandate_state")),
        sa.CheckConstraint(
            "ending in ('taken_back', 'declined', 'revoked', 'given_up', 'erased')", name=op.f("ck_mandate_ending")
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_mandate_days")),
        sa.CheckConstraint("cardinality(procedures) > 0", name=op.f("ck_mandate_procedures")),
        sa.CheckConstraint("language in ('vi', 'en')", name=op.f("ck_mandate_language")),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at is not null and ending is not null)", name=op.f("ck_mandate_ended")
        ),
        sa.CheckConstraint("(agent_id is null) = (accepted_at is null)", name=op.f("ck_mandate_accepted")),
        sa.CheckConstraint("state <> 'accepted' or agent_id is not null", name=op.f("ck_mandate_agent")),
        sa.CheckConstraint("agent_id <> granter_id", name=op.f("ck_mandate_two_sides")),
        sa.ForeignKeyConstraint(["granter_id"], ["person.id"], name="fk_mandate_granter_id_person"),
        sa.ForeignKeyConstraint(["agent_id"], ["person.id"], name="fk_mandate_agent_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_mandate"),
    )
    op.create_index("ix_mandate_granter_id_mandate_id", "mandate", ["granter_id", "id"])
    op.create_index("ix_mandate_agent_id_mandate_id", "mandate", ["agent_id", "id"])
    op.create_index("ix_mandate_agent_index", "mandate", ["agent_index"])


def _create_trail() -> None:
    op.create_table(
        "mandate_step",
        sa.Column("mandate_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("event in ('offered', 'accepted', 'ended', 'expired')", name=op.f("ck_mandate_step_event")),
        sa.CheckConstraint(
            "ending in ('taken_back', 'declined', 'revoked', 'given_up', 'erased')",
            name=op.f("ck_mandate_step_ending"),
        ),
        sa.CheckConstraint("(event = 'ended') = (ending is not null)", name=op.f("ck_mandate_step_ended")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name="fk_mandate_step_mandate_id_mandate"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mandate_step_person_id_person"),
        sa.PrimaryKeyConstraint("mandate_id", "n", name="pk_mandate_step"),
    )


def _add_to_dossiers() -> None:
    for table in ("draft", "dossier", "attachment"):
        op.add_column(table, sa.Column("mandate_id", sa.BigInteger(), nullable=True))
        op.create_foreign_key(f"fk_{table}_mandate_id_mandate", table, "mandate", ["mandate_id"], ["id"])
    op.add_column("dossier_content", sa.Column("agent", sa.LargeBinary(), nullable=True))
    for table in ("dossier", "attachment"):
        op.create_index(
            f"ix_{table}_mandate_id", table, ["mandate_id"], postgresql_where=sa.text("mandate_id is not null")
        )
    op.drop_constraint(op.f("ck_attachment_one_owner"), "attachment", type_="check")
    op.create_check_constraint(
        op.f("ck_attachment_one_owner"), "attachment", "num_nonnulls(draft_token, dossier_id, mandate_id) = 1"
    )
