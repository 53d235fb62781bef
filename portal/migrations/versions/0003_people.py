"""People: persons, officers and their roles, identities at providers, open sign-ins."""

import sqlalchemy as sa
from alembic import op

revision: str = "0003_people"
down_revision: str | None = "0002_units"

ONE_OWNER = "(person_id is null) <> (officer_id is null)"
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("national_id", sa.LargeBinary()),
        sa.Column("national_id_index", sa.LargeBinary()),
        sa.Column("tax_code", sa.LargeBinary()),
        sa.Column("born_on", sa.LargeBinary()),
        sa.Column("email", sa.LargeBinary()),
        sa.Column("phone", sa.LargeBinary()),
        sa.Column("address", sa.LargeBinary()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.CheckConstraint("kind in ('citizen', 'organisation')", name="ck_person_kind"),
    )
    op.create_index("ix_person_national_id_index", "person", ["national_id_index"])

    op.create_table(
        "officer",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_officer"),
    )

    op.create_table(
        "officer_role",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_officer_role"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_officer_role_officer_id_officer"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_officer_role_unit_id_unit"),
        sa.CheckConstraint(
            "role in ('receiver', 'specialist', 'leader', 'editor', 'administrator')", name="ck_officer_role_role"
        ),
        sa.CheckConstraint("valid_to is null or valid_to > valid_from", name="ck_officer_role_days"),
        sa.UniqueConstraint(
            "officer_id",
            "unit_id",
            "role",
            "valid_from",
            name="uq_officer_role_officer_id_unit_id_role_valid_from",
        ),
    )
    op.create_index("ix_officer_role_unit_id", "officer_role", ["unit_id"])

    op.create_table(
        "identity",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger()),
        sa.Column("officer_id", sa.BigInteger()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_identity_person_id_person"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_identity_officer_id_officer"),
        sa.CheckConstraint(ONE_OWNER, name="ck_identity_one_owner"),
        sa.UniqueConstraint("provider", "subject", name="uq_identity_provider_subject"),
    )
    op.create_index("ix_identity_person_id", "identity", ["person_id"])
    op.create_index("ix_identity_officer_id", "identity", ["officer_id"])

    op.create_table(
        "sign_in_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.BigInteger()),
        sa.Column("officer_id", sa.BigInteger()),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("leave_url", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_in_session"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_sign_in_session_person_id_person"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_sign_in_session_officer_id_officer"),
        sa.CheckConstraint(ONE_OWNER, name="ck_sign_in_session_one_owner"),
    )
    op.create_index("ix_sign_in_session_person_id", "sign_in_session", ["person_id"])
    op.create_index("ix_sign_in_session_officer_id", "sign_in_session", ["officer_id"])
    op.create_index("ix_sign_in_session_expires_at", "sign_in_session", ["expires_at"])
