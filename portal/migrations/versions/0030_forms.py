"""Statutory forms that are signed: supplement, refusals, apology, stop."""

from alembic import op

revision: str = "0030_forms"
down_revision: str | None = "0029_searching"

KINDS = ("receipt", "result", "supplement", "refusal", "denial", "apology", "stop")


def upgrade() -> None:
    op.drop_constraint("ck_signed_paper_kind", "signed_paper")
    known = ", ".join(repr(kind) for kind in KINDS)
    op.create_check_constraint(op.f("ck_signed_paper_kind"), "signed_paper", f"kind in ({known})")
