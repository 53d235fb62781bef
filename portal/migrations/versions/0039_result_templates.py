"""Result templates: versions by decision, and what is being written of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0039_result_templates"
down_revision: str | None = "0038_stand_in"

INSTANT = sa.DateTime(timezone=True)
STATES = "state in ('writing', 'in_review', 'approved', 'published', 'discarded')"
OPEN = "state in ('writing', 'in_review', 'approved')"
OUTCOMES = "outcome in ('granted', 'refused')"
GUARDS = """
create function result_template_stays_as_it_was() returns trigger language plpgsql as $$
begin
    raise exception 'a published result template and what was done to it stay: %% of %% refused', tg_op, tg_table_name
        using errcode = 'integrity_constraint_violation';
end
$$;
"""
GUARDED = ("result_template_version", "result_template_trail")


def upgrade() -> None:
    _create_versions()
    _create_manuscripts()
    _create_trail()
    op.get_bind().exec_driver_sql(GUARDS)
    for table in GUARDED:
        op.execute(
            f"create trigger {table}_stays before update or delete on {table}"
            " for each row execute function result_template_stays_as_it_was()"
        )
        op.execute(
            f"create trigger {table}_is_never_emptied before truncate on {table}"
            " for each statement execute function result_template_stays_as_it_was()"
        )


def _create_versions() -> None:
    table = "result_template_version"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("begins_at", INSTANT, nullable=False),
        sa.Column("decision", postgresql.JSONB()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_by", sa.BigInteger()),
        sa.Column("approved_by", sa.BigInteger()),
        sa.CheckConstraint("number > 0", name=op.f(f"ck_{table}_number")),
        sa.CheckConstraint(OUTCOMES, name=op.f(f"ck_{table}_outcome")),
        sa.ForeignKeyConstraint(["published_by"], ["officer.id"], name=f"fk_{table}_published_by_officer"),
        sa.ForeignKeyConstraint(["approved_by"], ["officer.id"], name=f"fk_{table}_approved_by_officer"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("code", "outcome", "number", name=f"uq_{table}_code_outcome_number"),
        sa.UniqueConstraint("code", "outcome", "begins_at", name=f"uq_{table}_code_outcome_begins_at"),
    )


def _create_manuscripts() -> None:
    table = "result_template_manuscript"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("approved_by", sa.BigInteger()),
        sa.Column("version_id", sa.BigInteger()),
        sa.CheckConstraint(STATES, name=op.f(f"ck_{table}_state")),
        sa.CheckConstraint(OUTCOMES, name=op.f(f"ck_{table}_outcome")),
        sa.CheckConstraint("(state = 'published') = (version_id is not null)", name=op.f(f"ck_{table}_published")),
        sa.ForeignKeyConstraint(["written_by"], ["officer.id"], name=f"fk_{table}_written_by_officer"),
        sa.ForeignKeyConstraint(["approved_by"], ["officer.id"], name=f"fk_{table}_approved_by_officer"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["result_template_version.id"], name=f"fk_{table}_version_id"
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(
        f"ix_{table}_open", table, ["code", "outcome"], unique=True, postgresql_where=sa.text(OPEN)
    )


def _create_trail() -> None:
    table = "result_template_trail"
    op.create_table(
        table,
        sa.Column("manuscript_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.ForeignKeyConstraint(
            ["manuscript_id"],
            ["result_template_manuscript.id"],
            name=f"fk_{table}_manuscript_id",
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=f"fk_{table}_officer_id_officer"),
        sa.PrimaryKeyConstraint("manuscript_id", "n", name=f"pk_{table}"),
    )
