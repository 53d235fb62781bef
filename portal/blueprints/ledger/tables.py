"""The list of dossiers for machines: JSON by pages, CSV as it is read; the same selection as the page."""

import csv
import io
import itertools
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.ledger import face, listing, margins, wishes
from portal.blueprints.ledger.face import blueprint
from portal.blueprints.ledger.wishes import Wish
from portal.cells import harmless
from portal.ledger import queries
from portal.ledger.queries import BadKey, Dossier
from portal.transaction import current_session

DATA_ROWS = 100
EXPORT_ROWS = 50_000
CHUNK_ROWS = 500
PROBLEM = "application/problem+json"
COLUMNS = (
    "reference",
    "procedure",
    "unit",
    "holder",
    "channel",
    "state",
    "filed_at",
    "received_at",
    "due_at",
    "resolved_at",
    "returned_at",
    "outcome",
    "late",
    "working_minutes_early",
    "after",
)


@blueprint.get("/ledger.json")
@audience(Audience.PUBLIC)
def index_json() -> ResponseReturnValue:
    """The same selection for machines, a hundred at a time; `next` for more."""
    wish = _understood()
    page = listing.page_of(wish, DATA_ROWS, clock.now())
    following = None
    if page.after:
        following = url_for("ledger.index_json", **wish.address, after=wish.going_on(page.after), _external=True)
    value = {"dossiers": [_data(row, wish) for row in page.rows], "next": following}
    response = Response(json.dumps(value, ensure_ascii=False) + "\n", mimetype="application/json")
    response.add_etag()
    return face.public_data(response).make_conditional(request)


@blueprint.get("/ledger.csv")
@audience(Audience.PUBLIC)
def index_csv() -> ResponseReturnValue:
    """The same selection as a table: at most 50,000 rows, from `after` on, sent as they are read."""
    wish = _understood()
    session = Session(current_session().get_bind())  # it outlives the request: the rows are read while they are sent
    rows = queries.every_dossier(session, wish.selection, after=wish.after, most=EXPORT_ROWS, at=clock.now())
    try:
        first = list(itertools.islice(rows, 1))
    except BadKey:
        session.close()
        abort(400)
    response = Response(_csv(itertools.chain(first, rows), wish), mimetype="text/csv")
    response.call_on_close(session.close)
    response.headers["Content-Disposition"] = 'attachment; filename="ledger.csv"'
    return face.public_data(response)


def _understood() -> Wish:
    """The wish; a program that asks for what there is not is told which part of its address is wrong."""
    wish = wishes.read()
    if wish.problems:
        value = {
            "type": "about:blank",
            "status": 400,
            "title": _("Địa chỉ này không đọc được."),
            "detail": " ".join(wish.problems.values()),
            "code": "wrong_place" if "after" in wish.problems else "wrong_query",
            "errors": dict(wish.problems),
        }
        abort(Response(json.dumps(value, ensure_ascii=False) + "\n", 400, content_type=PROBLEM))
    return wish


def _data(row: Dossier, wish: Wish) -> dict[str, Any]:
    found = dict(zip(COLUMNS, _cells(row, wish), strict=True))
    found["url"] = url_for("ledger.dossier", reference=row.reference, _external=True)
    return found


def _cells(row: Dossier, wish: Wish) -> tuple[Any, ...]:
    return (
        row.reference,
        row.procedure,
        row.unit,
        row.holder,
        row.channel,
        row.state,
        *map(_instant, (row.filed_at, row.received_at, row.due_at, row.resolved_at, row.returned_at)),
        row.outcome,
        row.late,
        margins.minutes_early(row),
        wish.going_on(row.key(wish.sort)),
    )


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(clock.LOCAL_ZONE).isoformat()


def _csv(rows: Iterable[Dossier], wish: Wish) -> Iterator[str]:
    """Comma-separated, CRLF, with a byte order mark for spreadsheets; no cell is read as a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(COLUMNS)
    for number, row in enumerate(rows, 1):
        writer.writerow([_cell(value) for value in _cells(row, wish)])
        if number % CHUNK_ROWS == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _cell(value: object) -> object:
    """As JSON says yes and no."""
    return ("true" if value else "false") if isinstance(value, bool) else harmless(value)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
