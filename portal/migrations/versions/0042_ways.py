"""By which way a result was returned, and the number of the postal item; a lawful erasure takes that number out too."""

import sqlalchemy as sa
from alembic import op

revision: str = "0042_ways"
down_revision: str | None = "0041_taken_back"

WAYS = "way is null or (act = 'returned' and way in ('counter', 'post', 'online'))"
GUARD = """
create or replace function step_is_for_ever() returns trigger language plpgsql as $$
begin
    -- A lawful erasure may take the words and the postal number out; nothing else of a step ever changes.
    if tg_op = 'UPDATE' and new.note is null and new.postal_number is null then
        new.note := old.note;
        new.postal_number := old.postal_number;
        if new is not distinct from old then
            new.note := null;
            new.postal_number := null;
            return new;
        end if;
    end if;
    raise exception 'a step is only ever added (%)', tg_op using errcode = 'integrity_constraint_violation';
end
$$;
"""


def upgrade() -> None:
    """What was returned before says no way: the desk's register goes on telling it where the portal knows."""
    op.add_column("step", sa.Column("way", sa.Text()))
    op.add_column("step", sa.Column("postal_number", sa.LargeBinary()))
    op.create_check_constraint(op.f("ck_step_way"), "step", WAYS)
    op.create_check_constraint(op.f("ck_step_postal_number"), "step", "postal_number is null or way = 'post'")
    op.execute(GUARD)
