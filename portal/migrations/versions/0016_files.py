"""What the scanner said of a file, and whether a small picture of it lies beside."""

import sqlalchemy as sa
from alembic import op

revision: str = "0016_files"
down_revision: str | None = "0015_manuscripts"


def upgrade() -> None:
    op.add_column("attachment", sa.Column("scan", sa.Text(), nullable=False, server_default="unscanned"))
    op.add_column("attachment", sa.Column("preview", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_check_constraint(
        op.f("ck_attachment_scan"), "attachment", "scan in ('waiting', 'clean', 'unscanned', 'found')"
    )
    op.create_index(
        "ix_attachment_waiting", "attachment", ["id"], postgresql_where=sa.text("scan = 'waiting'")
    )
