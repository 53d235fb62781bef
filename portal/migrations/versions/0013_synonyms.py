"""Synonyms that editors keep for the search, and the list of what was done to them, which only grows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0013_synonyms"
down_revision: str | None = "0012_api_tokens"

ONLY_GROWS = """
create function synonym_change_only_grows() returns trigger language plpgsql as $$
begin
    raise exception 'the list of changes to synonyms only grows (%%)', tg_op using errcode = 'restrict_violation';
end
$$;
create trigger synonym_change_only_grows before update or delete on synonym_change
    for each row execute function synonym_change_only_grows();
create trigger synonym_change_is_never_emptied before truncate on synonym_change
    for each statement execute function synonym_change_only_grows();
"""


def upgrade() -> None:
    texts = postgresql.ARRAY(sa.Text())
    op.create_table(
        "synonym",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("codes", texts, nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("words", texts, nullable=False),
        sa.Column("keys", texts, nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_synonym"),
        sa.UniqueConstraint("folded", name="uq_synonym_folded"),
        sa.ForeignKeyConstraint(["changed_by"], ["officer.id"], name="fk_synonym_changed_by_officer"),
        sa.CheckConstraint("cardinality(codes) > 0 or means <> ''", name=op.f("ck_synonym_means_something")),
    )
    op.create_index("ix_synonym_keys", "synonym", ["keys"], postgresql_using="gin")
    op.create_table(
        "synonym_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("codes", texts, nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_synonym_change"),
        sa.ForeignKeyConstraint(["by"], ["officer.id"], name="fk_synonym_change_by_officer"),
        sa.CheckConstraint("act in ('added', 'changed', 'removed')", name=op.f("ck_synonym_change_act")),
    )
    op.create_index("ix_synonym_change_folded", "synonym_change", ["folded"])
    op.get_bind().exec_driver_sql(ONLY_GROWS)
