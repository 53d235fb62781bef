"""Following the ledger: indexes for every order of the list, and the entries of each unit's feed."""

import sqlalchemy as sa
from alembic import op

revision: str = "0008_following"
down_revision: str | None = "0007_dossiers"

RUNNING = "state in ('in_progress', 'awaiting_supplement') and due_at is not null"
RESOLVED = "resolved_at is not null"
INDEXES: dict[str, tuple[list[str], str | None]] = {
    "channel": (["channel", "filed_on", "first"], None),
    "due": (["due_at", "first"], RUNNING),
    "unit_due": (["unit", "due_at", "first"], RUNNING),
    "procedure_due": (["procedure", "due_at", "first"], RUNNING),
    "resolved_at": (["resolved_at", "resolved_position"], RESOLVED),
    "unit_resolved": (["unit", "resolved_at", "resolved_position"], RESOLVED),
    "procedure_resolved": (["procedure", "resolved_at", "resolved_position"], RESOLVED),
    "late_resolved": (["resolved_at", "resolved_position"], f"late and {RESOLVED}"),
}
FILL = """
insert into ledger_unit_feed (unit, procedure, position)
select unit, procedure, position from ledger_entry where unit is not null
union
select d.unit, e.procedure, e.position
  from ledger_entry as e
  join ledger_dossier as d on d.reference = convert_from(e.entry, 'UTF8')::json ->> 'reference'
 where e.unit is not null
"""


def upgrade() -> None:
    for name, (columns, which) in INDEXES.items():
        where = sa.text(which) if which else None
        op.create_index(f"ix_ledger_dossier_{name}", "ledger_dossier", columns, postgresql_where=where)
    op.create_table(
        "ledger_unit_feed",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "position", name="pk_ledger_unit_feed"),
    )
    op.create_index("ix_ledger_unit_feed_procedure", "ledger_unit_feed", ["unit", "procedure", "position"])
    op.execute(FILL)
    op.drop_index("ix_ledger_entry_unit", "ledger_entry")  # the feed of a unit was read by it
