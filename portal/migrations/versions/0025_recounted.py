"""The act by which a due instant is counted again after the working calendar changed."""

from alembic import op

revision: str = "0025_recounted"
down_revision: str | None = "0024_opinions"

ACTS = (
    "filed",
    "received",
    "not_received",
    "supplement_asked",
    "supplement_given",
    "passed",
    "extended",
    "recounted",
    "resolved",
    "returned",
    "withdrawn",
    "taken_up",
    "assigned",
    "given_back",
    "proposed",
    "approved",
    "sent_back",
    "handed_over",
    "opinion_asked",
    "opinion_given",
)


def upgrade() -> None:
    listed = ", ".join(f"'{act}'" for act in ACTS)
    op.drop_constraint(op.f("ck_step_act"), "step", type_="check")
    op.create_check_constraint(op.f("ck_step_act"), "step", f"act in ({listed})")
