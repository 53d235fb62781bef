"""Reading result templates: which one is in force, what was published, and which a new form would break."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session
from sqlalchemy.types import DateTime, Text

from portal.procedures.findings import Finding
from portal.procedures.form import Form
from portal.reading import Written
from portal.result_templates import faults
from portal.result_templates.models import ResultTemplateVersion as Row

OUTCOMES = ("granted", "refused")


@dataclass(frozen=True, slots=True)
class Version:
    """A published state."""

    id: int
    code: str
    outcome: str
    number: int
    begins_at: datetime
    decision: Mapping[str, Any] | None
    title: str
    body: str
    published_at: datetime
    published_by: int | None
    approved_by: int | None


def in_force(session: Session, code: str, *, at: datetime) -> dict[str, Version]:
    """The template of each outcome by which the procedure's results are written then."""
    return {row.outcome: Version(*row) for row in _IN_FORCE.read(session, code=code, at=at)}


def newest(session: Session, code: str, *, outcome: str) -> Version | None:
    """The last that was published, in force or to come."""
    found = history(session, code, outcome=outcome)
    return found[0] if found else None


def history(session: Session, code: str, *, outcome: str) -> tuple[Version, ...]:
    """Every version, newest first."""
    statement = _versions().where(Row.code == code, Row.outcome == outcome).order_by(Row.number.desc())
    return tuple(Version(*row) for row in session.execute(statement))


def holding(session: Session, *, at: datetime) -> tuple[Version, ...]:
    """What is in force for each procedure and outcome, by code."""
    statement = _versions().where(Row.begins_at <= at).ext(distinct_on(Row.code, Row.outcome))
    found = session.execute(statement.order_by(Row.code, Row.outcome, Row.number.desc()))
    return tuple(Version(*row) for row in found)


def dropped(session: Session, code: str, form: Form, *, at: datetime) -> tuple[Finding, ...]:
    """For who writes the procedure's next form: the answers that its templates print and this form has no more."""
    found = in_force(session, code, at=at)
    lost = {outcome: faults.dropped(found[outcome].body, form) for outcome in OUTCOMES if outcome in found}
    return tuple(
        Finding(
            f"template_loses_{outcome}",
            "form",
            severity="advice",
            facts={"marks": ", ".join(marks), "number": found[outcome].number},
        )
        for outcome, marks in lost.items()
        if marks
    )


_COLUMNS = (
    Row.id,
    Row.code,
    Row.outcome,
    Row.number,
    Row.begins_at,
    Row.decision,
    Row.title,
    Row.body,
    Row.published_at,
    Row.published_by,
    Row.approved_by,
)


def _versions() -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS)


_IN_FORCE = Written(
    _versions()
    .where(
        Row.code == bindparam("code", type_=Text),
        Row.begins_at <= bindparam("at", type_=DateTime(timezone=True)),
    )
    .ext(distinct_on(Row.outcome))
    .order_by(Row.outcome, Row.number.desc())
)
