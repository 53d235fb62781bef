"""A public act is taken back: the act, what ends with it, and in each fold of the log what stood before the last act."""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0041_taken_back"
down_revision: str | None = "0040_tallied"

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
    "corrected",
)
COUNTED = "act in ('received', 'passed', 'resolved', 'returned')"
INSTANT = sa.DateTime(timezone=True)
PUBLISHER = int.from_bytes(sha256(b"hai-dang/ledger/publisher").digest()[:8], "big", signed=True)
GUARD = """
create or replace function opinion_is_answered_once() returns trigger language plpgsql as $$
declare
    changing constant text[] :=
        array['question', 'answer', 'given_at', 'given_step', 'unit_id', 'unit_code', 'taken_back_at'];
begin
    -- An answer is added once, or the question is taken back; a lawful erasure may take the words out; what waits for an
    -- answer follows the register to a successor of the unit that is asked; nothing else ever changes.
    if tg_op = 'UPDATE' and (old.given_at is null or new.answer is null) then
        if (to_jsonb(new) - changing) = (to_jsonb(old) - changing)
            and (new.question is null or new.question is not distinct from old.question)
            and (old.given_at is null or (new.given_at, new.given_step) = (old.given_at, old.given_step))
            and (old.taken_back_at is null or new.taken_back_at is not distinct from old.taken_back_at)
            and ((new.unit_id, new.unit_code) = (old.unit_id, old.unit_code)
                 or (old.given_at is null and new.given_at is null and new.question is not distinct from old.question
                     and exists (select from unit_succession where old_id = old.unit_id and new_id = new.unit_id)))
        then
            return new;
        end if;
    end if;
    raise exception 'an opinion is asked and given once (%)', tg_op using errcode = 'integrity_constraint_violation';
end
$$;
"""
STOOD_BEFORE = """
update ledger_dossier as listed
   set state_before = case
           when step.act in ('received', 'supplement_given', 'duty_done', 'opinion_given', 'withdrawn', 'recounted',
                             'handed_over', 'filed') then listed.state
           when step.before = 'awaiting_duty' then 'awaiting_supplement'
           else step.before end
  from dossier join step on step.dossier_id = dossier.id
 where dossier.reference = listed.reference and step.entry = listed.n
"""


def upgrade() -> None:
    """A publisher of before does not know what is taken back: none may be at work while that changes."""
    free = sa.text("select pg_try_advisory_xact_lock(:key)").bindparams(key=PUBLISHER)
    if not op.get_bind().execute(free).scalar_one():
        raise RuntimeError("a publisher is at work: stop every worker before the database is brought up to date")
    _let_acts_be_taken_back()
    _end_what_came_of_them()
    _remember_what_stood_before()
    _count_without_them()


def _let_acts_be_taken_back() -> None:
    op.drop_constraint("ck_step_act", "step")
    op.create_check_constraint(op.f("ck_step_act"), "step", f"act in ({', '.join(repr(act) for act in ACTS)})")
    corrected = sa.text("act = 'corrected'")
    op.create_index("ix_step_taken_back", "step", ["dossier_id", "entry"], postgresql_where=corrected)


def _end_what_came_of_them() -> None:
    op.add_column("opinion", sa.Column("taken_back_at", INSTANT))
    op.create_check_constraint(
        op.f("ck_opinion_given_or_taken_back"), "opinion", "given_at is null or taken_back_at is null"
    )
    op.drop_index("ix_opinion_open", table_name="opinion")
    unanswered = sa.text("given_at is null and taken_back_at is null")
    op.create_index("ix_opinion_open", "opinion", ["unit_id", "due_at", "id"], postgresql_where=unanswered)
    op.execute(GUARD)
    op.add_column("signed_paper", sa.Column("taken_back_at", INSTANT))
    op.drop_index("ix_signed_paper_waiting", table_name="signed_paper")
    unsigned = sa.text("signed_at is null and taken_back_at is null")
    op.create_index("ix_signed_paper_waiting", "signed_paper", ["id"], postgresql_where=unsigned)


def _remember_what_stood_before() -> None:
    """The lists from the steps; the figures are counted anew, as they are from the log at any time."""
    op.add_column("ledger_dossier", sa.Column("state_before", sa.Text()))
    op.add_column("ledger_dossier", sa.Column("late_before", sa.Boolean()))
    op.execute(STOOD_BEFORE)
    op.execute("truncate statistics_cell, statistics_dossier")
    op.execute("update statistics_head set size = 0")
    op.add_column("statistics_dossier", sa.Column("before", postgresql.JSONB(), nullable=False))


def _count_without_them() -> None:
    """The overview counts from an index alone: it needs to know there which steps were taken back."""
    op.create_index(
        "ix_step_counted",
        "step",
        ["unit_id", "at"],
        postgresql_include=["act", "due_at", "dossier_id", "entry"],
        postgresql_where=sa.text(COUNTED),
    )
    op.drop_index("ix_step_done", "step")
    op.execute("alter index ix_step_counted rename to ix_step_done")
