"""A financial duty that is asked for and done, work that is stopped, a step inside the unit that is undone."""

from alembic import op

revision: str = "0028_duties"
down_revision: str | None = "0027_signed_papers"

STATES = (
    "filed",
    "not_received",
    "in_progress",
    "awaiting_supplement",
    "awaiting_duty",
    "stopped",
    "resolved",
    "returned",
    "withdrawn",
)
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
)


def upgrade() -> None:
    for table, column, values in (("step", "act", ACTS), ("dossier", "state", STATES)):
        op.drop_constraint(f"ck_{table}_{column}", table)
        known = ", ".join(repr(value) for value in values)
        op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} in ({known})")
