"""A result that its owner gives again to a later dossier says which dossier it is the result of."""

import sqlalchemy as sa
from alembic import op

revision: str = "0035_result_reused"
down_revision: str | None = "0034_reunited"


def upgrade() -> None:
    op.add_column("attachment", sa.Column("from_result", sa.Text(), nullable=True))
