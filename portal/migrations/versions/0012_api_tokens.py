"""Tokens with which a citizen's own programs read their dossiers, and how often an address came with a wrong one."""

import sqlalchemy as sa
from alembic import op

revision: str = "0012_api_tokens"
down_revision: str | None = "0011_subscriptions"

SCOPES_KNOWN = "cardinality(scopes) > 0 and scopes <@ array['dossiers:read', 'dossiers:answers']"
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("last_used_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("token_hash", name="uq_api_token_token_hash"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_api_token_person_id_person"),
        sa.CheckConstraint(SCOPES_KNOWN, name=op.f("ck_api_token_scopes")),
    )
    op.create_index("ix_api_token_person_id", "api_token", ["person_id"])
    op.create_index("ix_api_token_expires_at", "api_token", ["expires_at"])
    op.create_table(
        "wrong_token",
        sa.Column("client", sa.LargeBinary(), nullable=False),
        sa.Column("hour", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client", "hour", name="pk_wrong_token"),
    )
    op.create_index("ix_wrong_token_hour", "wrong_token", ["hour"])
