"""Template files of components, by their content; and which published revision names each."""

import sqlalchemy as sa
from alembic import op

revision: str = "0026_template_files"
down_revision: str | None = "0025_recounted"

ONLY_GROW = ("template_file", "revision_template")


def upgrade() -> None:
    op.create_table(
        "template_file",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("octet_length(sha256) = 32", name=op.f("ck_template_file_sha256")),
        sa.CheckConstraint("size > 0", name=op.f("ck_template_file_size")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_template_file_officer_id_officer"),
        sa.PrimaryKeyConstraint("sha256", name="pk_template_file"),
    )
    op.create_table(
        "revision_template",
        sa.Column("revision_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name="fk_revision_template_revision_id_revision"),
        sa.ForeignKeyConstraint(
            ["sha256"], ["template_file.sha256"], name="fk_revision_template_sha256_template_file"
        ),
        sa.PrimaryKeyConstraint("revision_id", "sha256", "name", name="pk_revision_template"),
    )
    op.create_index("ix_revision_template_sha256", "revision_template", ["sha256"])
    for table in ONLY_GROW:
        op.execute(
            f"create trigger {table}_stays before update or delete on {table}"
            " for each row execute function catalogue_only_grows()"
        )
        op.execute(
            f"create trigger {table}_is_never_emptied before truncate on {table}"
            " for each statement execute function catalogue_only_grows()"
        )
