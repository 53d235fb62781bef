"""Files that come in pieces, until they are whole."""

import sqlalchemy as sa
from alembic import op

revision: str = "0019_uploads"
down_revision: str | None = "0018_listed"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("token", sa.Uuid(), nullable=False),
        sa.Column("draft_token", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("declared", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("modified", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.PrimaryKeyConstraint("token", name="pk_upload"),
        sa.ForeignKeyConstraint(
            ["draft_token"], ["draft.token"], name="fk_upload_draft_token_draft", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_upload_person_id_person"),
        sa.CheckConstraint("size > 0 and received between 0 and size", name=op.f("ck_upload_received")),
    )
    for column in ("draft_token", "person_id", "created_at"):
        op.create_index(f"ix_upload_{column}", "upload", [column])
    op.create_table(
        "upload_piece",
        sa.Column("upload_token", sa.Uuid(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("upload_token", "start", name="pk_upload_piece"),
        sa.ForeignKeyConstraint(
            ["upload_token"], ["upload.token"], name="fk_upload_piece_upload_token_upload", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("key", name="uq_upload_piece_key"),
    )
