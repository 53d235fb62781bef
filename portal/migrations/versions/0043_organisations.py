"""Organisations without an account at the counter: what they are found again by, and who stands there for them."""

import sqlalchemy as sa
from alembic import op

revision: str = "0043_organisations"
down_revision: str | None = "0042_ways"


def upgrade() -> None:
    op.add_column("person", sa.Column("tax_code_index", sa.LargeBinary()))
    coded = sa.text("tax_code_index is not null")
    op.create_index(op.f("ix_person_tax_code_index"), "person", ["tax_code_index"], postgresql_where=coded)
    op.add_column("draft", sa.Column("representative", sa.LargeBinary()))
    op.create_check_constraint(
        op.f("ck_draft_representative"), "draft", "representative is null or officer_id is not null"
    )
