"""Revisions begin and end at instants; manuscripts of revisions, and what was published, withdrawn and recalled by whom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0015_manuscripts"
down_revision: str | None = "0014_sign_in_attempts"

INSTANT = sa.DateTime(timezone=True)
STATES = "state in ('writing', 'in_review', 'approved', 'published', 'discarded')"
OPEN = "state in ('writing', 'in_review', 'approved')"
APPEND_ONLY = ("publication", "withdrawal", "manuscript_step")

KEEP_REVISIONS = """
create or replace function revision_keeps_its_content() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and
        (new.id, new.procedure_id, new.number, new.valid_from, new.begins_at, new.loaded_at, new.decision, new.content, new.code)
        is not distinct from
        (old.id, old.procedure_id, old.number, old.valid_from, old.begins_at, old.loaded_at, old.decision, old.content, old.code)
    then
        return new;
    end if;
    raise exception 'a published revision never changes (%%)', tg_op using errcode = 'integrity_constraint_violation';
end
$$
"""
REFUSE = """
create function catalogue_only_grows() returns trigger language plpgsql as $$
begin
    raise exception 'what was done to the catalogue stays: %% of %% refused', tg_op, tg_table_name
        using errcode = 'restrict_violation';
end
$$
"""
# A revision of before began and ended with its days, on the clocks of Viet Nam.
BEGINNINGS = """
update revision set
    begins_at = valid_from::timestamp at time zone 'Asia/Ho_Chi_Minh',
    ends_at = valid_to::timestamp at time zone 'Asia/Ho_Chi_Minh'
"""


def upgrade() -> None:
    _give_instants()
    _create_publications()
    _create_manuscripts()
    connection = op.get_bind()
    connection.exec_driver_sql(KEEP_REVISIONS)
    connection.exec_driver_sql(REFUSE)
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_stays before update or delete on {table}"
            " for each row execute function catalogue_only_grows()"
        )
        op.execute(
            f"create trigger {table}_is_never_emptied before truncate on {table}"
            " for each statement execute function catalogue_only_grows()"
        )


def _give_instants() -> None:
    op.add_column("revision", sa.Column("begins_at", INSTANT))
    op.add_column("revision", sa.Column("ends_at", INSTANT))
    op.execute(BEGINNINGS)
    op.alter_column("revision", "begins_at", nullable=False)
    op.drop_constraint("uq_revision_procedure_id_valid_from", "revision")
    op.execute("alter table revision drop constraint ck_revision_ck_revision_days_in_order")
    op.create_unique_constraint("uq_revision_procedure_id_begins_at", "revision", ["procedure_id", "begins_at"])
    op.create_check_constraint(op.f("ck_revision_days_in_order"), "revision", "valid_to >= valid_from")
    op.create_check_constraint(op.f("ck_revision_instants_in_order"), "revision", "ends_at >= begins_at")
    op.create_index("ix_revision_begins_at", "revision", ["begins_at"])
    op.create_index("ix_revision_ends_at", "revision", ["ends_at"])


def _create_publications() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("officer_id", sa.BigInteger()),
        sa.Column("revision_id", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_publication"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_publication_officer_id_officer"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name="fk_publication_revision_id_revision"),
    )
    op.create_index("ix_publication_revision_id", "publication", ["revision_id"])
    op.create_table(
        "withdrawal",
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("decision", postgresql.JSONB(), nullable=False),
        sa.Column("successor", sa.Text()),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("revision_id", name="pk_withdrawal"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name="fk_withdrawal_revision_id_revision"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_withdrawal_officer_id_officer"),
    )


def _create_manuscripts() -> None:
    op.create_table(
        "manuscript",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("base_id", sa.BigInteger()),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("approved_by", sa.BigInteger()),
        sa.Column("approved_at", INSTANT),
        sa.Column("revision_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_manuscript"),
        sa.CheckConstraint(STATES, name=op.f("ck_manuscript_state")),
        sa.CheckConstraint("(state = 'published') = (revision_id is not null)", name=op.f("ck_manuscript_published")),
        sa.ForeignKeyConstraint(["base_id"], ["revision.id"], name="fk_manuscript_base_id_revision"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name="fk_manuscript_revision_id_revision"),
        sa.ForeignKeyConstraint(["written_by"], ["officer.id"], name="fk_manuscript_written_by_officer"),
        sa.ForeignKeyConstraint(["approved_by"], ["officer.id"], name="fk_manuscript_approved_by_officer"),
    )
    op.create_index("ix_manuscript_code", "manuscript", ["code"])
    op.create_index("ix_manuscript_open", "manuscript", ["code"], unique=True, postgresql_where=sa.text(OPEN))
    op.create_index("ix_manuscript_written_at", "manuscript", ["written_at", "id"])
    op.create_table(
        "manuscript_version",
        sa.Column("manuscript_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("manuscript_id", "version", name="pk_manuscript_version"),
        sa.ForeignKeyConstraint(
            ["manuscript_id"], ["manuscript.id"], name="fk_manuscript_version_manuscript_id_manuscript"
        ),
    )
    op.create_table(
        "manuscript_step",
        sa.Column("manuscript_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("manuscript_id", "n", name="pk_manuscript_step"),
        sa.ForeignKeyConstraint(
            ["manuscript_id"], ["manuscript.id"], name="fk_manuscript_step_manuscript_id_manuscript"
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_manuscript_step_officer_id_officer"),
    )
