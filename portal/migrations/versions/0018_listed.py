"""How far the lists of the ledger have come: what is derived from the entries is written after they are signed."""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision: str = "0018_listed"
down_revision: str | None = "0017_carried_drafts"

PUBLISHER = int.from_bytes(sha256(b"hai-dang/ledger/publisher").digest()[:8], "big", signed=True)


def upgrade() -> None:
    """A publisher of before writes the lists with the entries: none may be at work while that changes."""
    free = sa.text("select pg_try_advisory_xact_lock(:key)").bindparams(key=PUBLISHER)
    if not op.get_bind().execute(free).scalar_one():
        raise RuntimeError("a publisher is at work: stop every worker before the database is brought up to date")
    op.add_column("ledger_head", sa.Column("listed", sa.BigInteger(), server_default="0", nullable=False))
    op.execute("update ledger_head set listed = size")
    op.alter_column("ledger_head", "listed", server_default=None)
    op.create_check_constraint(op.f("ck_ledger_head_listed_is_stored"), "ledger_head", "listed <= size")
