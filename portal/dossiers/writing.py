"""The two statements that write dossiers, made once: one for the filing, one for every later act.

Each is a single round trip that writes dossier, step and what belongs to them. They are prepared here with named
parameters, because composing them anew for every act costs more than running them.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CTE, Delete, Table, Update, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from portal.dossiers import models, sought

DRAFT: Table = models.Draft.__table__  # type: ignore[assignment]
DOSSIER: Table = models.Dossier.__table__  # type: ignore[assignment]
STEP: Table = models.Step.__table__  # type: ignore[assignment]
SECRET: Table = models.DossierSecret.__table__  # type: ignore[assignment]
SOUGHT: Table = models.DossierSought.__table__  # type: ignore[assignment]
CONTENT: Table = models.DossierContent.__table__  # type: ignore[assignment]
ATTACHMENT: Table = models.Attachment.__table__  # type: ignore[assignment]

# What an act may change of a dossier; all else is its origin and stays.
CHANGING = (
    "desk_unit_id",
    "desk_code",
    "holder_unit_id",
    "holder_code",
    "state",
    "steps",
    "entries",
    "acted_at",
    "last_leaf",
    "urgent_at",
    "received_at",
    "due_at",
    "rule",
    "extended",
    "paused_at",
    "resolved_at",
    "returned_at",
    "outcome",
    "keeper_id",
    "proposal",
    "proposer_id",
    "proposer_for_id",
)


def file_dossier(
    session: Session,
    *,
    dossier: Mapping[str, Any],
    step: Mapping[str, Any],
    secret: Mapping[str, Any],
    content: Mapping[str, Any],
    file_ids: list[int],
) -> None:
    """Dossier, first step, secret, content, what it is found by; the named files moved over, the others gone."""
    parameters = {
        **_named("dossier", DOSSIER, dossier),
        **_named("step", STEP, step),
        **_named("secret", SECRET, secret),
        **_named("content", CONTENT, content),
        "sought_units": reached_by(dossier),
        "sought_words": sought.of_dossier(dossier["reference"], content["applicant"]),
        "file_ids": file_ids,
        "token": dossier["draft_token"],
    }
    session.execute(_FILE, parameters)


def move_dossier(session: Session, dossier_id: int, *, changes: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    """The dossier as it stands after an act, and the step that took it there."""
    parameters = {f"now_{name}": changes[name] for name in CHANGING}
    parameters |= {"moved_id": dossier_id, "sought_units": reached_by(changes)}
    session.execute(_MOVE, {**parameters, **_named("step", STEP, step)})


def reached_by(dossier: Mapping[str, Any]) -> list[int]:
    """The units whose officers may find it."""
    return sorted({dossier["desk_unit_id"], dossier["holder_unit_id"]})


def _named(prefix: str, table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{prefix}_{column.name}": values.get(column.name) for column in _given(table)}


def _given(table: Table) -> list[Any]:
    """The columns that come as parameters: all but the numbers that the database gives."""
    return [column for column in table.columns if column.name not in ("id", "dossier_id")]


def _bound(prefix: str, table: Table) -> dict[str, Any]:
    return {column.name: bindparam(f"{prefix}_{column.name}", type_=column.type) for column in _given(table)}


def _filing() -> Delete:
    filed = insert(DOSSIER).values(_bound("dossier", DOSSIER)).returning(DOSSIER.c.id).cte("filed")
    new_id = select(filed.c.id).scalar_subquery()
    token = bindparam("token", type_=DRAFT.c.token.type)
    mine = ATTACHMENT.c.draft_token == token
    kept = ATTACHMENT.c.id == func.any(bindparam("file_ids", type_=ARRAY(BIGINT)))
    owner = {"draft_token": None, "dossier_id": new_id, "by_step": 0}
    written: list[CTE] = [
        insert(STEP).values(_bound("step", STEP) | {"dossier_id": new_id}).cte("step_written"),
        insert(SECRET).values(_bound("secret", SECRET) | {"dossier_id": new_id}).cte("secret_written"),
        insert(CONTENT).values(_bound("content", CONTENT) | {"dossier_id": new_id}).cte("content_written"),
        insert(SOUGHT).values(_bound("sought", SOUGHT) | {"dossier_id": new_id}).cte("sought_written"),
        update(ATTACHMENT).where(mine, kept).values(owner).cte("files_moved"),
        delete(ATTACHMENT).where(mine, ~kept).cte("files_dropped"),
    ]
    return delete(DRAFT).where(DRAFT.c.token == token).add_cte(*written)


def _moving() -> Update:
    dossier_id = bindparam("moved_id", type_=BIGINT)  # not a column's name: it would be set
    step = insert(STEP).values(_bound("step", STEP) | {"dossier_id": dossier_id}).cte("step_written")
    now = {name: bindparam(f"now_{name}", type_=DOSSIER.c[name].type) for name in CHANGING}
    reached = bindparam("sought_units", type_=SOUGHT.c.units.type)
    found_at = (
        update(SOUGHT)
        .where(SOUGHT.c.dossier_id == dossier_id, SOUGHT.c.units != reached)
        .values(units=reached)
        .cte("reach_moved")
    )
    return update(DOSSIER).where(DOSSIER.c.id == dossier_id).values(now).add_cte(step, found_at)


_FILE = _filing()
_MOVE = _moving()
