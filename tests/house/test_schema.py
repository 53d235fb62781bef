"""The migrations make exactly the tables that the models describe, and say no when they do not."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, text
from sqlalchemy.orm import Session

from portal import tables
from portal.base import Base

JOB_QUEUE = "procrastinate_"  # its tables are its library's, made by our first migration


def differences(connection: Connection, models: MetaData) -> list[str]:
    """What a new migration would have to change; empty where models and schema agree."""
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True, "include_object": _is_ours}
    )
    return [str(difference) for difference in compare_metadata(context, models)]


def test_models_and_migrated_schema_agree(session: Session) -> None:
    assert tables.__doc__, "imports every model"
    assert len(Base.metadata.tables) > 10
    assert differences(session.connection(), Base.metadata) == []


@pytest.mark.parametrize(
    "change",
    [
        "alter table unit_fact drop column source",
        "alter table unit_fact add column surplus int",
        "alter table unit_fact alter column level type varchar(30)",
        "alter table unit_fact alter column name drop not null",
        "create table surplus (id int primary key)",
        "create index surplus on unit_fact (name)",
    ],
)
def test_a_schema_that_has_drifted_is_found(session: Session, change: str) -> None:
    session.execute(text(change))
    assert differences(session.connection(), Base.metadata) != []


def _is_ours(item: object, name: str | None, kind: str, reflected: bool, _: object) -> bool:
    table = item if isinstance(item, Table) else getattr(item, "table", None)
    named = table.name if isinstance(table, Table) else name or ""
    return not named.startswith((JOB_QUEUE, "alembic_version"))
