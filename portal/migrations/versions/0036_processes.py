"""Internal processes: versions by decision, what is being written of them, and each dossier's time in each step."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0036_processes"
down_revision: str | None = "0035_result_reused"

INSTANT = sa.DateTime(timezone=True)
STATES = "state in ('writing', 'in_review', 'approved', 'published', 'discarded')"
OPEN = "state in ('writing', 'in_review', 'approved')"
GUARDS = """
create function process_stays_as_it_was() returns trigger language plpgsql as $$
begin
    raise exception 'a published process and what was done to it stay: %% of %% refused', tg_op, tg_table_name
        using errcode = 'integrity_constraint_violation';
end
$$;
"""
GUARDED = ("process_version", "process_trail")


def upgrade() -> None:
    _create_versions()
    _create_manuscripts()
    _create_stays()
    op.get_bind().exec_driver_sql(GUARDS)
    for table in GUARDED:
        op.execute(
            f"create trigger {table}_stays before update or delete on {table}"
            " for each row execute function process_stays_as_it_was()"
        )
        op.execute(
            f"create trigger {table}_is_never_emptied before truncate on {table}"
            " for each statement execute function process_stays_as_it_was()"
        )


def _create_versions() -> None:
    op.create_table(
        "process_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("begins_at", INSTANT, nullable=False),
        sa.Column("decision", postgresql.JSONB(none_as_null=True)),
        sa.Column("steps", postgresql.JSONB(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_by", sa.BigInteger()),
        sa.Column("approved_by", sa.BigInteger()),
        sa.CheckConstraint("number > 0", name=op.f("ck_process_version_number")),
        sa.ForeignKeyConstraint(["published_by"], ["officer.id"], name="fk_process_version_published_by_officer"),
        sa.ForeignKeyConstraint(["approved_by"], ["officer.id"], name="fk_process_version_approved_by_officer"),
        sa.PrimaryKeyConstraint("id", name="pk_process_version"),
        sa.UniqueConstraint("code", "agency", "number", name="uq_process_version_code_agency_number"),
        sa.UniqueConstraint("code", "agency", "begins_at", name="uq_process_version_code_agency_begins_at"),
    )


def _create_manuscripts() -> None:
    op.create_table(
        "process_manuscript",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("steps", postgresql.JSONB(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("approved_by", sa.BigInteger()),
        sa.Column("version_id", sa.BigInteger()),
        sa.CheckConstraint(STATES, name=op.f("ck_process_manuscript_state")),
        sa.CheckConstraint(
            "(state = 'published') = (version_id is not null)", name=op.f("ck_process_manuscript_published")
        ),
        sa.ForeignKeyConstraint(["written_by"], ["officer.id"], name="fk_process_manuscript_written_by_officer"),
        sa.ForeignKeyConstraint(["approved_by"], ["officer.id"], name="fk_process_manuscript_approved_by_officer"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["process_version.id"], name="fk_process_manuscript_version_id_process_version"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_process_manuscript"),
    )
    op.create_index(
        "ix_process_manuscript_open",
        "process_manuscript",
        ["code", "agency"],
        unique=True,
        postgresql_where=sa.text(OPEN),
    )
    op.create_table(
        "process_trail",
        sa.Column("manuscript_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.ForeignKeyConstraint(
            ["manuscript_id"], ["process_manuscript.id"], name="fk_process_trail_manuscript_id_process_manuscript"
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_process_trail_officer_id_officer"),
        sa.PrimaryKeyConstraint("manuscript_id", "n", name="pk_process_trail"),
    )


def _create_stays() -> None:
    op.create_table(
        "process_stay",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("paused_at", INSTANT),
        sa.Column("left_by", sa.Integer()),
        sa.Column("left_act", sa.Text()),
        sa.Column("left_at", INSTANT),
        sa.CheckConstraint("(left_at is null) = (left_by is null)", name=op.f("ck_process_stay_left")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_process_stay_dossier_id_dossier"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["process_version.id"], name="fk_process_stay_version_id_process_version"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_process_stay_unit_id_unit"),
        sa.PrimaryKeyConstraint("dossier_id", "n", name="pk_process_stay"),
    )
    open_ones = sa.text("left_at is null")
    op.create_index("ix_process_stay_open", "process_stay", ["dossier_id"], unique=True, postgresql_where=open_ones)
    op.create_index(
        "ix_process_stay_unit", "process_stay", ["unit_id", "version_id", "step"], postgresql_where=open_ones
    )
