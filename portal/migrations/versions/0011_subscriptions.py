"""Letters for whoever follows a dossier, a unit or a procedure of the ledger."""

import sqlalchemy as sa
from alembic import op

revision: str = "0011_subscriptions"
down_revision: str | None = "0010_witnesses"

LIVE = sa.text("confirmed_at is not null")
NOT_YET = sa.text("confirmed_at is null")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "subscription",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("client_index", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("confirmed_at", instant, nullable=True),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.Column("next_at", instant, nullable=True),
        sa.CheckConstraint("about in ('dossier', 'unit', 'procedure')", name=op.f("ck_subscription_about")),
        sa.CheckConstraint("language in ('vi', 'en')", name=op.f("ck_subscription_language")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_subscription_token_hash")),
        sa.UniqueConstraint("address_index", "about", "code", name=op.f("uq_subscription_address_index_about_code")),
    )
    op.create_index("ix_subscription_code", "subscription", ["about", "code"], postgresql_where=LIVE)
    op.create_index("ix_subscription_next_at", "subscription", ["next_at"], postgresql_where=LIVE)
    op.create_index("ix_subscription_unconfirmed", "subscription", ["asked_at"], postgresql_where=NOT_YET)
    op.create_index("ix_subscription_client", "subscription", ["client_index", "asked_at"])
    op.create_table(
        "subscription_progress",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_subscription_progress_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_progress")),
    )
    op.execute("insert into subscription_progress (id, told) values (1, 0)")
    op.create_table(
        "web_hook",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("url", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("client_index", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("confirmed_at", instant, nullable=True),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.Column("due_at", instant, nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failing_since", instant, nullable=True),
        sa.CheckConstraint("about in ('dossier', 'unit', 'procedure')", name=op.f("ck_web_hook_about")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_web_hook_failures")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_hook")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_web_hook_token_hash")),
    )
    op.create_index("ix_web_hook_due_at", "web_hook", ["due_at"])
    op.create_index("ix_web_hook_client", "web_hook", ["client_index", "asked_at"])
