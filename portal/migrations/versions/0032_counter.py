"""People without an account, whom an officer enters at the counter, and the drafts that officers write for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0032_counter"
down_revision: str | None = "0031_passed_back"

# A dossier changes hands once: from a person without an account to the same person's account.
GUARD = """
create or replace function dossier_keeps_its_origin() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if (new.id, new.reference, new.draft_token, new.revision_id, new.unit_id, new.filed_at, new.mandate_id)
            is not distinct from
            (old.id, old.reference, old.draft_token, old.revision_id, old.unit_id, old.filed_at, old.mandate_id)
            and (new.person_id = old.person_id
                or exists (select from person where id = old.person_id and entered_by is not null))
            and new.channel = old.channel
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
    op.add_column("person", sa.Column("entered_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key("fk_person_entered_by_officer", "person", "officer", ["entered_by"], ["id"])
    op.add_column("draft", sa.Column("officer_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key("fk_draft_officer_id_officer", "draft", "officer", ["officer_id"], ["id"])
    op.add_column("draft", sa.Column("channel", sa.Text(), server_default="online", nullable=False))
    op.create_check_constraint(op.f("ck_draft_channel"), "draft", "channel in ('online', 'counter', 'post')")
    op.create_check_constraint(
        op.f("ck_draft_counter"), "draft", "(officer_id is null) = (channel = 'online') and num_nonnulls(officer_id, mandate_id) < 2"
    )
    op.create_index(
        op.f("ix_draft_officer_id"), "draft", ["officer_id"], postgresql_where=sa.text("officer_id is not null")
    )
    for table in ("draft", "dossier_content"):
        op.add_column(table, sa.Column("papers", JSONB(), server_default="{}", nullable=False))
    op.get_bind().exec_driver_sql(GUARD)
