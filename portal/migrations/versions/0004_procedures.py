"""Procedures and their revisions, whose content the database itself keeps from changing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004_procedures"
down_revision: str | None = "0003_people"

KEEP_REVISIONS = """
create function revision_keeps_its_content() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and (new.id, new.procedure_id, new.number, new.valid_from, new.loaded_at, new.decision, new.content, new.code)
        is not distinct from (old.id, old.procedure_id, old.number, old.valid_from, old.loaded_at, old.decision, old.content, old.code)
    then
        return new;
    end if;
    raise exception 'a published revision never changes (%%)', tg_op using errcode = 'integrity_constraint_violation';
end
$$;
create trigger revision_keeps_its_content before update or delete on revision
    for each row execute function revision_keeps_its_content();
create trigger revision_is_never_emptied before truncate on revision
    for each statement execute function revision_keeps_its_content();
"""


def upgrade() -> None:
    op.create_table(
        "procedure",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_procedure"),
        sa.UniqueConstraint("code", name="uq_procedure_code"),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("procedure_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("decision", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_vi", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("summary_vi", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("service_level", sa.Text(), nullable=False),
        sa.Column("audience", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("life_events", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("received_by_kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("received_by_agencies", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("sort_vi", sa.Text(), nullable=False),
        sa.Column("sort_en", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("search", postgresql.TSVECTOR(), nullable=False),
        sa.Column("near", postgresql.TSVECTOR(), nullable=False),
        sa.CheckConstraint("valid_to > valid_from", name="ck_revision_days_in_order"),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name="fk_revision_procedure_id_procedure"),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
        sa.UniqueConstraint("procedure_id", "number", name="uq_revision_procedure_id_number"),
        sa.UniqueConstraint("procedure_id", "valid_from", name="uq_revision_procedure_id_valid_from"),
    )
    op.create_index("ix_revision_code", "revision", ["code"])
    op.create_index("ix_revision_search", "revision", ["search"], postgresql_using="gin")
    op.create_index("ix_revision_near", "revision", ["near"], postgresql_using="gin")
    op.create_index("ix_revision_sort_vi", "revision", ["sort_vi", "procedure_id"])
    op.create_index("ix_revision_sort_en", "revision", ["sort_en", "procedure_id"])
    op.get_bind().exec_driver_sql(KEEP_REVISIONS)
