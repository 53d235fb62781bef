"""A question that waits goes to the successor of the unit that was asked, also where that is the unit that asks."""

from alembic import op

revision: str = "0034_reunited"
down_revision: str | None = "0033_queues"

GUARD = """
create or replace function opinion_is_answered_once() returns trigger language plpgsql as $$
declare
    changing constant text[] := array['question', 'answer', 'given_at', 'given_step', 'unit_id', 'unit_code'];
begin
    -- An answer is added once; a lawful erasure may take the words out; what waits for an answer follows the register to a
    -- successor of the unit that is asked; nothing else ever changes.
    if tg_op = 'UPDATE' and (old.given_at is null or new.answer is null) then
        if (to_jsonb(new) - changing) = (to_jsonb(old) - changing)
            and (new.question is null or new.question is not distinct from old.question)
            and (old.given_at is null or (new.given_at, new.given_step) = (old.given_at, old.given_step))
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


def upgrade() -> None:
    op.drop_constraint("ck_opinion_another_unit", "opinion")
    op.execute(GUARD)
