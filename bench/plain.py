"""What pages can be made of at the least: the bare Flask page with the database behind it, and nothing of the portal.

One connection a thread, statements as the portal has them, 25 rows in the bare page's own HTML (4 KB). Who signs in is
looked up, and what lies in a queue is counted by state. No language, no rights, no rules of headers, no forms: a page
that does its work cannot be faster, so these rows say how much of a target is the database's and the framework's.
"""

import os
import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg
from flask import request

from bench.bare import TEMPLATE, app

__all__ = ["app"]

_own = threading.local()

LIST = (
    "select reference, procedure, unit, filed_at, due_at, holder, channel, state, received_at, resolved_at, outcome,"
    " returned_at, late, filed_on, first from ledger_dossier where unit = %(unit)s"
    " order by filed_on desc, first desc limit 26"
)
ONE = (
    "select reference, procedure, unit, holder, channel, state, filed_at, received_at, due_at, resolved_at, outcome,"
    " late from ledger_dossier where reference = %(reference)s"
)
SIGNED_IN = "select officer_id from sign_in_session where token_hash = %(hash)s and ended_at is null"
QUEUE = (
    "select id, reference, procedure_vi, holder_code, filed_at, due_at, state, applicant, keeper_id from dossier"
    " where holder_unit_id = %(unit)s and state = 'in_progress' order by urgent_at, id limit 26"
)
OPEN = (
    "select state, count(*) from dossier where holder_unit_id = %(unit)s"
    " and state in ('awaiting_duty', 'awaiting_supplement', 'filed', 'in_progress', 'resolved') group by state"
)


@app.get("/plain/list")
def listed() -> str:
    """The newest 25 of a unit, from the ledger's list."""
    return _page([row[:5] for row in _read(LIST, {"unit": request.args["unit"]})[:25]])


@app.get("/plain/dossier/<reference>")
def dossier(reference: str) -> str:
    (row,) = _read(ONE, {"reference": reference})
    return f"<!doctype html><title>{row[0]}</title><p>{row[1]}, {row[2]}, {row[5]}: {_instant(row[6])}"


@app.get("/plain/queue")
def queue() -> str:
    """Who asks, the most urgent 25 of the unit, and how many there are of each state."""
    unit = {"unit": int(request.args["unit"])}
    _read(SIGNED_IN, {"hash": b"\0" * 32})
    rows, counts = _read(QUEUE, unit), _read(OPEN, unit)
    page = _page([(row[1], row[2], row[3], row[4], row[5]) for row in rows[:25]])
    return f"{page}{dict(counts)}"


def _read(text: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    connection: psycopg.Connection[Any] | None = getattr(_own, "connection", None)
    if connection is None:
        url = os.environ["DATABASE_URL"].replace("postgresql+psycopg://", "postgresql://")
        connection = _own.connection = psycopg.connect(url, autocommit=True)
    return connection.execute(text, values).fetchall()


def _page(rows: Sequence[tuple[Any, ...]]) -> str:
    shown = [
        {"reference": reference, "name": name, "unit": unit, "filed": _instant(filed), "due": _instant(due)}
        for reference, name, unit, filed, due in rows
    ]
    return TEMPLATE.render(title="Sổ công khai", rows=shown)


def _instant(value: datetime | None) -> str:
    return value.strftime("%d/%m/%Y, %H:%M") if value else ""
