"""Units as dated facts, and who took over from whom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ExcludeConstraint

revision: str = "0002_units"
down_revision: str | None = "0001_jobs"

KINDS = (
    "kind in ('government', 'province', 'department', 'district', 'city', 'town', 'commune', 'ward', 'township', "
    "'special_zone')"
)
LEVELS = "level in ('government', 'province', 'district', 'commune')"


def upgrade() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
    )
    _create_facts()
    op.create_table(
        "unit_succession",
        sa.Column("old_id", sa.BigInteger(), nullable=False),
        sa.Column("new_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("share", sa.Numeric(9, 8), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("old_id", "new_id", "on", name="pk_unit_succession"),
        sa.ForeignKeyConstraint(["old_id"], ["unit.id"], name="fk_unit_succession_old_id_unit"),
        sa.ForeignKeyConstraint(["new_id"], ["unit.id"], name="fk_unit_succession_new_id_unit"),
        sa.CheckConstraint("share > 0 and share <= 1", name=op.f("ck_unit_succession_share")),
        sa.CheckConstraint("old_id <> new_id", name=op.f("ck_unit_succession_two_units")),
    )
    op.create_index("ix_unit_succession_new_id", "unit_succession", ["new_id"])


def _create_facts() -> None:
    op.create_table(
        "unit_fact",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unit_fact"),
        sa.UniqueConstraint("unit_id", "valid_from", name="uq_unit_fact_unit_id_valid_from"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_unit_fact_unit_id_unit"),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name="fk_unit_fact_parent_id_unit"),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_unit_fact_days_in_order")),
        sa.CheckConstraint(KINDS, name=op.f("ck_unit_fact_kind")),
        sa.CheckConstraint(LEVELS, name=op.f("ck_unit_fact_level")),
        # Deferred: a load corrects two neighbouring facts one after the other.
        ExcludeConstraint(
            (sa.text("int8range(unit_id, unit_id, '[]')"), "&&"),
            (sa.text("daterange(valid_from, valid_to)"), "&&"),
            name="ex_unit_fact_one_at_a_time",
            using="gist",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index("ix_unit_fact_agency_code_unit_fact_valid_from", "unit_fact", ["agency_code", "valid_from"])
    op.create_index("ix_unit_fact_parent_id", "unit_fact", ["parent_id"])
