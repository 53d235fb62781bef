"""The revisions that a draft was written under before it was carried over to the one it has now, oldest first."""

import sqlalchemy as sa
from alembic import op

revision: str = "0017_carried_drafts"
down_revision: str | None = "0016_files"


def upgrade() -> None:
    none = sa.text("'{}'::bigint[]")
    op.add_column("draft", sa.Column("earlier_revisions", sa.ARRAY(sa.BigInteger()), nullable=False, server_default=none))
