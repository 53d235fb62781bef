"""How often a network address began or ended a sign-in in an hour; and which form made a token, so that it makes one."""

import sqlalchemy as sa
from alembic import op

revision: str = "0014_sign_in_attempts"
down_revision: str | None = "0013_synonyms"


def upgrade() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("client", sa.LargeBinary(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client", "hour", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_hour", "sign_in_attempt", ["hour"])
    op.add_column("api_token", sa.Column("form_hash", sa.LargeBinary()))
    op.create_unique_constraint("uq_api_token_form_hash", "api_token", ["form_hash"])
