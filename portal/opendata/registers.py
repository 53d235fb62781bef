"""Procedures and units as rows: small tables, written in Python."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from portal.cells import harmless
from portal.opendata.columns import Table
from portal.procedures import queries as procedures
from portal.units import queries as units

Row = tuple[Any, ...]

BYTE_ORDER_MARK = "\ufeff"


def procedure_rows(session: Session, page_of: Callable[[str, int], str]) -> list[Row]:
    """Every revision that was ever published; `page_of` says where people read it."""
    return [
        (
            row.code,
            row.number,
            row.name.vi,
            row.name.en,
            row.field,
            row.level,
            row.service_level,
            row.valid_from,
            row.valid_to,
            page_of(row.code, row.number),
        )
        for row in procedures.every_revision(session)
    ]


def unit_rows(session: Session) -> list[Row]:
    """Every fact of the register, with the codes that parent and successors bore when it began or ended."""
    facts = units.every_fact(session)
    known: dict[int, list[units.Unit]] = defaultdict(list)
    for fact in sorted(facts, key=lambda fact: fact.valid_from):
        known[fact.id].append(fact)
    heirs: dict[int, list[units.Succession]] = defaultdict(list)
    for found in units.every_succession(session):
        heirs[found.old_id].append(found)

    def code(unit_id: int | None, on: date) -> str:
        there = [fact for fact in known.get(unit_id or 0, ()) if fact.valid_from <= on]
        return there[-1].agency_code if there else ""

    return [
        (
            fact.agency_code,
            fact.code,
            fact.name,
            fact.name_en,
            fact.kind,
            fact.level,
            code(fact.parent_id, fact.valid_from) or None,
            fact.valid_from,
            fact.valid_to,
            " ".join(code(heir.new_id, heir.on) for heir in heirs[fact.id] if heir.on == fact.valid_to) or None,
        )
        for fact in facts
    ]


def as_csv(table: Table, rows: Iterable[Row]) -> bytes:
    """RFC 4180; a byte order mark, because names have marks that spreadsheets would garble; no cell is a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(table.header)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + buffer.getvalue()).encode()


def as_json(table: Table, rows: Sequence[Row]) -> bytes:
    """One array of objects."""
    value = [dict(zip(table.header, map(_plain, row), strict=True)) for row in rows]
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _plain(cell: object) -> object:
    return cell.isoformat() if isinstance(cell, date) else cell
