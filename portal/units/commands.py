"""Changing the register: only by loading files, all or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.units import rules
from portal.units.models import UnitFact, UnitRow, UnitSuccession
from portal.units.register import Fact, Register, Succession, by_unit, packaged, read
from portal.units.sorting import sort_key


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load wrote; all zero when the register already was as the files say."""

    new_units: int
    new_facts: int
    changed_facts: int
    new_successions: int


def load(session: Session, *, folder: Path | None = None) -> LoadReport:
    """Bring the register to what the files say. Raises Invalid, with every problem, before anything is written.

    A fact is told by its unit and first day: a line with the same two corrects it. Facts that stand in the
    database alone are kept, and checked together with the files.
    """
    files = read(folder or packaged())
    session.execute(text("lock table unit in share row exclusive mode"))  # one load at a time
    ids = _ids(session)
    before = _stored(session, ids)
    found = rules.problems(_merged(before, files))
    if found:
        raise Invalid(*found, code="units_invalid")
    new_units = _add_units(session, ids, files.facts)
    stored = {_identity(fact): fact for fact in before.facts}
    changed = [fact for fact in files.facts if _identity(fact) in stored and stored[_identity(fact)] != fact]
    added = [fact for fact in files.facts if _identity(fact) not in stored]
    _change_facts(session, ids, changed)
    _add_facts(session, ids, added)
    successions = _add_successions(session, ids, set(files.successions) - set(before.successions))
    return LoadReport(new_units, len(added), len(changed), successions)


def _identity(fact: Fact) -> tuple[str, object]:
    return fact.unit, fact.valid_from


def _merged(stored: Register, files: Register) -> Register:
    facts = {_identity(fact): fact for fact in (*stored.facts, *files.facts)}
    successions = {(one.old, one.new, one.on): one for one in (*stored.successions, *files.successions)}
    return Register(tuple(facts.values()), tuple(successions.values()))


def _ids(session: Session) -> dict[str, int]:
    """The number of each stored unit by its name, the first agency code it bore."""
    statement = (
        select(UnitFact.agency_code, UnitFact.unit_id)
        .ext(distinct_on(UnitFact.unit_id))
        .order_by(UnitFact.unit_id, UnitFact.valid_from)
    )
    return {row.agency_code: row.unit_id for row in session.execute(statement)}


def _stored(session: Session, ids: Mapping[str, int]) -> Register:
    names: dict[int | None, str | None] = {None: None, **{unit_id: name for name, unit_id in ids.items()}}
    facts = [
        Fact(
            unit=names[fact.unit_id] or "",
            code=fact.code,
            agency_code=fact.agency_code,
            name=fact.name,
            name_en=fact.name_en,
            kind=fact.kind,
            level=fact.level,
            parent=names[fact.parent_id],
            valid_from=fact.valid_from,
            valid_to=fact.valid_to,
            source=fact.source,
        )
        for fact in session.execute(select(*UnitFact.__table__.columns))
    ]
    successions = [
        Succession(names[one.old_id] or "", names[one.new_id] or "", one.share, one.on, one.decision)
        for one in session.execute(select(*UnitSuccession.__table__.columns))
    ]
    return Register(tuple(facts), tuple(successions))


def _add_units(session: Session, ids: dict[str, int], facts: Iterable[Fact]) -> int:
    missing = [name for name in by_unit(facts) if name not in ids]
    for name in missing:
        ids[name] = session.execute(insert(UnitRow).returning(UnitRow.id)).scalar_one()
    return len(missing)


def _values(fact: Fact, ids: Mapping[str, int]) -> dict[str, Any]:
    return {
        "unit_id": ids[fact.unit],
        "code": fact.code,
        "agency_code": fact.agency_code,
        "name": fact.name,
        "name_en": fact.name_en,
        "sort_key": sort_key(fact.name),
        "kind": fact.kind,
        "level": fact.level,
        "parent_id": ids[fact.parent] if fact.parent else None,
        "valid_from": fact.valid_from,
        "valid_to": fact.valid_to,
        "source": fact.source,
    }


def _change_facts(session: Session, ids: Mapping[str, int], facts: Iterable[Fact]) -> None:
    for fact in facts:
        session.execute(
            update(UnitFact)
            .where(UnitFact.unit_id == ids[fact.unit], UnitFact.valid_from == fact.valid_from)
            .values(_values(fact, ids))
        )


def _add_facts(session: Session, ids: Mapping[str, int], facts: Iterable[Fact]) -> None:
    if values := [_values(fact, ids) for fact in facts]:
        session.execute(insert(UnitFact), values)


def _add_successions(session: Session, ids: Mapping[str, int], successions: Iterable[Succession]) -> int:
    values = [
        {
            "old_id": ids[one.old],
            "new_id": ids[one.new],
            "on": one.on,
            "share": one.share,
            "decision": one.decision,
        }
        for one in successions
    ]
    if values:
        adding = upsert(UnitSuccession)
        corrected = {"share": adding.excluded.share, "decision": adding.excluded.decision}
        session.execute(adding.on_conflict_do_update(constraint="pk_unit_succession", set_=corrected), values)
    return len(values)
