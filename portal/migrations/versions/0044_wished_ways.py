"""How an applicant wishes to be given the result: said while filing, and again until it is returned. Sealed: it has an
address where the result goes by post."""

import sqlalchemy as sa
from alembic import op

revision: str = "0044_wished_ways"
down_revision: str | None = "0043_organisations"


def upgrade() -> None:
    """What was filed before, and what the code of before files meanwhile, has no wish."""
    op.add_column("draft", sa.Column("wished_way", sa.LargeBinary()))
    op.add_column("dossier_content", sa.Column("wished_ways", sa.LargeBinary()))
