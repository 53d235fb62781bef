"""The transparency ledger: outbox, log, tiles, checkpoints, and what is derived from them for lists."""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005_ledger"
down_revision: str | None = "0004_procedures"

APPEND_ONLY = ("ledger_entry", "ledger_tile", "ledger_checkpoint", "ledger_fault")
UNDELETABLE = ("ledger_opening", "ledger_head")

TRIGGER_FUNCTIONS = (
    """
    create function ledger_refuse() returns trigger language plpgsql as $$
    begin
        raise exception 'the ledger only grows: % of % refused', tg_op, tg_table_name
            using errcode = 'restrict_violation';
    end $$
    """,
    """
    create function ledger_only_erase() returns trigger language plpgsql as $$
    begin
        if new.position is distinct from old.position or new.opening is not null then
            raise exception 'an opening can be erased, not rewritten' using errcode = 'restrict_violation';
        end if;
        return new;
    end $$
    """,
    """
    create function ledger_only_grow() returns trigger language plpgsql as $$
    begin
        if new.size < old.size or new.published < old.published then
            raise exception 'the head of the ledger never goes back' using errcode = 'restrict_violation';
        end if;
        return new;
    end $$
    """,
)


def upgrade() -> None:
    _create_log()
    _create_tree()
    _create_dossiers()
    _guard()
    head = "insert into ledger_head (id, size, root, published) values (1, 0, decode('{}', 'hex'), 0)"
    op.execute(head.format(sha256(b"").hexdigest()))


def _create_log() -> None:
    op.create_table(
        "ledger_outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("opening", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_outbox"),
        sa.CheckConstraint("octet_length(entry) between 1 and 65535", name=op.f("ck_ledger_outbox_entry_length")),
    )
    # Rows live for a second: without this the table would be mostly dead rows until a fifth of it is.
    op.execute(
        "alter table ledger_outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, "
        "autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000)"
    )
    op.create_table(
        "ledger_entry",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("procedure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("position", name="pk_ledger_entry"),
        sa.CheckConstraint("position >= 0", name=op.f("ck_ledger_entry_position")),
        sa.CheckConstraint("octet_length(entry) between 1 and 65535", name=op.f("ck_ledger_entry_entry_length")),
    )
    for column in ("unit", "procedure"):
        op.create_index(f"ix_ledger_entry_{column}", "ledger_entry", [column, "position"])
    op.create_table(
        "ledger_opening",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("opening", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("position", name="pk_ledger_opening"),
        sa.ForeignKeyConstraint(["position"], ["ledger_entry.position"], name="fk_ledger_opening_position_ledger_entry"),
    )
    op.create_table(
        "ledger_fault",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("entry", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_fault"),
    )
    op.create_index("ix_ledger_fault_reference", "ledger_fault", ["reference"])


def _create_tree() -> None:
    op.create_table(
        "ledger_tile",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name="pk_ledger_tile"),
        sa.CheckConstraint("octet_length(hashes) = 8192", name=op.f("ck_ledger_tile_hashes_length")),
        sa.CheckConstraint("octet_length(root) = 32", name=op.f("ck_ledger_tile_root_length")),
    )
    op.execute("alter table ledger_tile alter column hashes set storage external")  # hashes do not compress
    op.create_table(
        "ledger_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_ledger_checkpoint"),
        sa.CheckConstraint("octet_length(root) = 32", name=op.f("ck_ledger_checkpoint_root_length")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("published", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_head"),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_head_one_row")),
        sa.CheckConstraint("published <= size", name=op.f("ck_ledger_head_published_is_stored")),
        sa.CheckConstraint("octet_length(root) = 32", name=op.f("ck_ledger_head_root_length")),
    )


def _create_dossiers() -> None:
    op.create_table(
        "ledger_dossier",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("positions", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("last_leaf", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_position", sa.BigInteger(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_ledger_dossier"),
    )
    op.create_index("ix_ledger_dossier_filed_on", "ledger_dossier", ["filed_on", "first"])
    for column in ("unit", "procedure", "state"):
        op.create_index(f"ix_ledger_dossier_{column}", "ledger_dossier", [column, "filed_on", "first"])
    some = {
        "late": (["filed_on", "first"], "late"),
        "running": (["due_at"], "state = 'in_progress' and not late"),
        "resolved": (["resolved_position"], "resolved_position is not null"),
    }
    for name, (columns, which) in some.items():
        op.create_index(f"ix_ledger_dossier_{name}", "ledger_dossier", columns, postgresql_where=sa.text(which))
    counts = ("filed", "received", "resolved", "on_time", "late", "returned")
    op.create_table(
        "ledger_day",
        sa.Column("on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.PrimaryKeyConstraint("on", name="pk_ledger_day"),
    )


def _guard() -> None:
    """`enable always`: also where a session calls itself a replica."""
    for function in TRIGGER_FUNCTIONS:
        op.execute(function)
    for table in APPEND_ONLY:
        _trigger(table, "append_only", "update or delete or truncate", "statement", "ledger_refuse")
    for table in UNDELETABLE:
        _trigger(table, "undeletable", "delete or truncate", "statement", "ledger_refuse")
    _trigger("ledger_opening", "only_erase", "update", "row", "ledger_only_erase")
    _trigger("ledger_head", "only_grow", "update", "row", "ledger_only_grow")


def _trigger(table: str, name: str, events: str, each: str, function: str) -> None:
    op.execute(f"create trigger {name} before {events} on {table} for each {each} execute function {function}()")
    op.execute(f"alter table {table} enable always trigger {name}")
