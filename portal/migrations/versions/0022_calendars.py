"""Working calendars of units: changes that two persons make, and the versions that came of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0022_calendars"
down_revision: str | None = "0021_keepers"

GUARDS = """
create function calendar_change_is_decided_once() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.state = 'waiting' and new.state in ('signed', 'refused')
        and (new.id, new.unit_id, new.kind, new.first, new.last, new.worked_on, new.hours, new.reason_vi,
            new.reason_en, new.source, new.entered_by, new.entered_at) is not distinct from
            (old.id, old.unit_id, old.kind, old.first, old.last, old.worked_on, old.hours, old.reason_vi,
            old.reason_en, old.source, old.entered_by, old.entered_at)
    then
        return new;
    end if;
    raise exception 'a calendar change is signed or refused once and kept (%%)', tg_op
        using errcode = 'integrity_constraint_violation';
end
$$;
create trigger calendar_change_is_decided_once before update or delete on calendar_change
    for each row execute function calendar_change_is_decided_once();
create trigger calendar_change_is_never_emptied before truncate on calendar_change
    for each statement execute function calendar_change_is_decided_once();

create function calendar_version_is_for_ever() returns trigger language plpgsql as $$
begin
    raise exception 'a calendar version is for ever (%%)', tg_op using errcode = 'integrity_constraint_violation';
end
$$;
create trigger calendar_version_is_for_ever before update or delete on calendar_version
    for each row execute function calendar_version_is_for_ever();
create trigger calendar_version_is_never_emptied before truncate on calendar_version
    for each statement execute function calendar_version_is_for_ever();
"""


def upgrade() -> None:
    _create_changes()
    op.create_index("ix_calendar_change_unit_id_calendar_change_id", "calendar_change", ["unit_id", "id"])
    op.create_table(
        "calendar_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("changes", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("signed_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_calendar_version_unit_id_unit"),
        sa.ForeignKeyConstraint(["signed_by"], ["officer.id"], name="fk_calendar_version_signed_by_officer"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_version"),
        sa.UniqueConstraint("name", name="uq_calendar_version_name"),
    )
    op.create_index("ix_calendar_version_unit_id_calendar_version_id", "calendar_version", ["unit_id", "id"])
    op.get_bind().exec_driver_sql(GUARDS)


def _create_changes() -> None:
    op.create_table(
        "calendar_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("worked_on", sa.Date(), nullable=True),
        sa.Column("hours", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("reason_vi", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind in ('off', 'worked', 'swap', 'hours', 'announced')", name=op.f("ck_calendar_change_kind")
        ),
        sa.CheckConstraint("state in ('waiting', 'signed', 'refused')", name=op.f("ck_calendar_change_state")),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_by is null) and (decided_by is null) = (decided_at is null)",
            name=op.f("ck_calendar_change_decided"),
        ),
        sa.CheckConstraint("decided_by <> entered_by", name=op.f("ck_calendar_change_two_persons")),
        sa.CheckConstraint("last >= first", name=op.f("ck_calendar_change_days")),
        sa.CheckConstraint("(kind = 'swap') = (worked_on is not null)", name=op.f("ck_calendar_change_worked_on")),
        sa.CheckConstraint("(kind = 'hours') = (hours is not null)", name=op.f("ck_calendar_change_hours")),
        sa.CheckConstraint("reason_vi <> '' and source <> ''", name=op.f("ck_calendar_change_said_why")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_calendar_change_unit_id_unit"),
        sa.ForeignKeyConstraint(["entered_by"], ["officer.id"], name="fk_calendar_change_entered_by_officer"),
        sa.ForeignKeyConstraint(["decided_by"], ["officer.id"], name="fk_calendar_change_decided_by_officer"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_change"),
    )
