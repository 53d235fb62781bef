"""A dossier goes back to the unit that passed it, with a reason."""

from alembic import op

revision: str = "0031_passed_back"
down_revision: str | None = "0030_forms"

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
    "duty_asked",
    "duty_done",
    "stopped",
    "undone",
    "passed_back",
)


def upgrade() -> None:
    op.drop_constraint("ck_step_act", "step")
    op.create_check_constraint(op.f("ck_step_act"), "step", f"act in ({', '.join(repr(act) for act in ACTS)})")
