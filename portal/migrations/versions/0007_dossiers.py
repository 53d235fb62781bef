"""Drafts and dossiers with their steps, files, secrets and access log. What happened can only be added to."""

import sqlalchemy as sa
from alembic import op

revision: str = "0007_dossiers"
down_revision: str | None = "0006_letters"

GUARDS = """
create function step_is_for_ever() returns trigger language plpgsql as $$
begin
    -- A lawful erasure may take the words out; nothing else of a step ever changes.
    if tg_op = 'UPDATE' and new.note is null then
        new.note := old.note;
        if new is not distinct from old then
            new.note := null;
            return new;
        end if;
    end if;
    raise exception 'a step is only ever added (%%)', tg_op using errcode = 'integrity_constraint_violation';
end
$$;
create trigger step_is_for_ever before update or delete on step
    for each row execute function step_is_for_ever();
create trigger step_is_never_emptied before truncate on step
    for each statement execute function step_is_for_ever();

create function dossier_view_is_for_ever() returns trigger language plpgsql as $$
begin
    raise exception 'the access log is only ever added to (%%)', tg_op using errcode = 'integrity_constraint_violation';
end
$$;
create trigger dossier_view_is_for_ever before update or delete on dossier_view
    for each row execute function dossier_view_is_for_ever();
create trigger dossier_view_is_never_emptied before truncate on dossier_view
    for each statement execute function dossier_view_is_for_ever();

create function dossier_keeps_its_origin() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if (new.id, new.reference, new.draft_token, new.revision_id, new.unit_id, new.filed_at)
            is not distinct from (old.id, old.reference, old.draft_token, old.revision_id, old.unit_id, old.filed_at)
            and new.steps >= old.steps
            and (new.steps > old.steps or (new.state, new.last_leaf) is not distinct from (old.state, old.last_leaf))
        then
            return new;
        end if;
    end if;
    raise exception 'a dossier keeps its origin and moves by steps (%%)', tg_op
        using errcode = 'integrity_constraint_violation';
end
$$;
create trigger dossier_keeps_its_origin before update or delete on dossier
    for each row execute function dossier_keeps_its_origin();
create trigger dossier_is_never_emptied before truncate on dossier
    for each statement execute function dossier_keeps_its_origin();
"""


def upgrade() -> None:
    _create_drafts()
    _create_dossiers()
    _create_contents()
    _create_steps()
    _create_files()
    _create_logs()
    op.get_bind().exec_driver_sql(GUARDS)


def _create_drafts() -> None:
    op.create_table(
        "draft",
        sa.Column("token", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("procedure_code", sa.Text(), nullable=False),
        sa.Column("procedure_vi", sa.Text(), nullable=False),
        sa.Column("procedure_en", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_draft_person_id_person"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name="fk_draft_revision_id_revision"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_draft_unit_id_unit"),
        sa.PrimaryKeyConstraint("token", name="pk_draft"),
    )
    op.create_index("ix_draft_person_id_draft_saved_at", "draft", ["person_id", "saved_at"])
    op.create_index("ix_draft_saved_at", "draft", ["saved_at"])
    op.create_table(
        "reference_series",
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency_code", "filed_on", name="pk_reference_series"),
    )


def _create_dossiers() -> None:
    op.create_table(
        "dossier",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("draft_token", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("procedure_code", sa.Text(), nullable=False),
        sa.Column("procedure_vi", sa.Text(), nullable=False),
        sa.Column("procedure_en", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("holder_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("holder_code", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("applicant", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_leaf", sa.LargeBinary(), nullable=False),
        sa.Column("urgent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint("channel in ('online', 'counter', 'post', 'national')", name=op.f("ck_dossier_channel")),
        sa.CheckConstraint("language in ('vi', 'en')", name=op.f("ck_dossier_language")),
        sa.CheckConstraint("outcome in ('granted', 'refused')", name=op.f("ck_dossier_outcome")),
        sa.CheckConstraint(
            "state in ('filed', 'not_received', 'in_progress', 'awaiting_supplement', 'resolved', 'returned', 'withdrawn')",
            name=op.f("ck_dossier_state"),
        ),
        sa.CheckConstraint("steps > 0", name=op.f("ck_dossier_steps")),
        sa.ForeignKeyConstraint(["holder_unit_id"], ["unit.id"], name="fk_dossier_holder_unit_id_unit"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_dossier_person_id_person"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name="fk_dossier_revision_id_revision"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_dossier_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_dossier"),
        sa.UniqueConstraint("draft_token", name="uq_dossier_draft_token"),
        sa.UniqueConstraint("reference", name="uq_dossier_reference"),
    )
    op.create_index("ix_dossier_held", "dossier", ["holder_unit_id", "state", "urgent_at", "id"])
    op.create_index("ix_dossier_person_id_dossier_id", "dossier", ["person_id", "id"])
    op.create_index("ix_dossier_received", "dossier", ["unit_id", "state", "urgent_at", "id"])


def _create_contents() -> None:
    op.create_table(
        "dossier_secret",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("look_up", sa.LargeBinary(), nullable=False),
        sa.Column("digits", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_dossier_secret_dossier_id_dossier"),
        sa.PrimaryKeyConstraint("dossier_id", name="pk_dossier_secret"),
    )
    op.create_table(
        "dossier_content",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("applicant", sa.LargeBinary(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_dossier_content_dossier_id_dossier"),
        sa.PrimaryKeyConstraint("dossier_id", name="pk_dossier_content"),
    )


def _create_steps() -> None:
    op.create_table(
        "step",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("to_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("to_code", sa.Text(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("officer_id", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "act in ('filed', 'received', 'not_received', 'supplement_asked', 'supplement_given', 'passed', 'extended', 'resolved', 'returned', 'withdrawn')",
            name=op.f("ck_step_act"),
        ),
        sa.CheckConstraint("outcome in ('granted', 'refused')", name=op.f("ck_step_outcome")),
        sa.CheckConstraint("(person_id is null) <> (officer_id is null)", name=op.f("ck_step_one_actor")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_step_dossier_id_dossier"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_step_officer_id_officer"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_step_person_id_person"),
        sa.ForeignKeyConstraint(["to_unit_id"], ["unit.id"], name="fk_step_to_unit_id_unit"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_step_unit_id_unit"),
        sa.PrimaryKeyConstraint("dossier_id", "n", name="pk_step"),
    )


def _create_files() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("draft_token", sa.Uuid(), nullable=True),
        sa.Column("dossier_id", sa.BigInteger(), nullable=True),
        sa.Column("by_step", sa.Integer(), nullable=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(dossier_id is null) = (by_step is null)", name=op.f("ck_attachment_step_of_dossier")),
        sa.CheckConstraint("(draft_token is null) <> (dossier_id is null)", name=op.f("ck_attachment_one_owner")),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_size")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_attachment_dossier_id_dossier"),
        sa.ForeignKeyConstraint(["draft_token"], ["draft.token"], name="fk_attachment_draft_token_draft"),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        sa.UniqueConstraint("key", name="uq_attachment_key"),
    )
    op.create_index("ix_attachment_dossier_id", "attachment", ["dossier_id"])
    op.create_index("ix_attachment_draft_token", "attachment", ["draft_token"])


def _create_logs() -> None:
    op.create_table(
        "dossier_view",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_dossier_view_dossier_id_dossier"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_dossier_view_officer_id_officer"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_dossier_view_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_view"),
    )
    op.create_index("ix_dossier_view_dossier_id_dossier_view_id", "dossier_view", ["dossier_id", "id"])
    op.create_table(
        "look_up_attempt",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "hour", name="pk_look_up_attempt"),
    )
    op.create_index("ix_look_up_attempt_hour", "look_up_attempt", ["hour"])
