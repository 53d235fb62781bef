"""Papers that are signed after the act that calls for them, and what signatures came with people's files."""

import sqlalchemy as sa
from alembic import op

revision: str = "0027_signed_papers"
down_revision: str | None = "0026_template_files"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("attachment", sa.Column("signatures", sa.LargeBinary(), nullable=True))
    op.create_table(
        "signed_paper",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("attachment_id", sa.BigInteger(), nullable=True),
        sa.Column("officer_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("waits_for", sa.Text(), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("tried_at", INSTANT, nullable=True),
        sa.Column("signed_at", INSTANT, nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_signed_paper"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_signed_paper_dossier_id_dossier"),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name="fk_signed_paper_attachment_id_attachment", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_signed_paper_officer_id_officer"),
        sa.CheckConstraint("kind in ('receipt', 'result')", name=op.f("ck_signed_paper_kind")),
        sa.CheckConstraint("(kind = 'result') = (attachment_id is not null)", name=op.f("ck_signed_paper_original")),
        sa.CheckConstraint(
            "(signed_at is null) = (key is null) and (key is null) = (sha256 is null) "
            "and (key is null) = (size is null)",
            name=op.f("ck_signed_paper_whole"),
        ),
        sa.UniqueConstraint("key", name="uq_signed_paper_key"),
        sa.UniqueConstraint("attachment_id", name="uq_signed_paper_attachment_id"),
    )
    op.create_index("ix_signed_paper_dossier_id", "signed_paper", ["dossier_id"])
    op.create_index("ix_signed_paper_sha256", "signed_paper", ["sha256"])
    op.create_index(
        "ix_signed_paper_waiting", "signed_paper", ["id"], postgresql_where=sa.text("signed_at is null")
    )
