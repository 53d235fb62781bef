"""The dossiers that a figure counts: every figure can be followed to them, and from there to its entries."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal import clock, display
from portal.access import Audience, audience
from portal.blueprints.ledger import face
from portal.blueprints.ledger.face import blueprint
from portal.blueprints.ledger.names import Names, names
from portal.blueprints.ledger.statistics import dimensions, overview, tables, wishes, words
from portal.blueprints.ledger.statistics.wishes import Wish
from portal.blueprints.ledger.words import channel_name
from portal.statistics import queries
from portal.statistics.queries import BEHIND, PAGE_ROWS, Behind
from portal.transaction import current_session

_: Callable[..., str] = gettext

EXPORT_ROWS = 50_000
CHUNK_ROWS = 2000
COLUMNS = ("reference", "unit", "procedure", "channel", "filed_on", "received_on", "due_at", "resolved_at")
_REFERENCE = re.compile(r"[A-Z0-9.-]{0,80}", re.ASCII)


class DossierLine(NamedTuple):
    reference: str
    href: str
    procedure: str
    unit: str
    channel: str
    received: str
    due: str
    resolved: str


@blueprint.get("/ledger/statistics/dossiers")
@audience(Audience.PUBLIC)
def statistics_dossiers() -> ResponseReturnValue:
    """The dossiers behind one figure of one selection, by reference."""
    figure, after = _asked()
    today = clock.local_day(clock.now())
    tag, _size = overview.made_of(today)
    if unchanged := face.not_modified(tag):
        return unchanged
    wish = wishes.read(today)
    if wish.problems:
        abort(404)
    found = queries.behind(current_session(), wish.selection, figure, after=after, limit=PAGE_ROWS + 1)
    rows, asked = found[:PAGE_ROWS], wish.but(figure=figure)
    more = rows[-1].reference if len(found) > PAGE_ROWS else None
    html = render_template(
        "ledger/statistics_dossiers.html",
        title=words.figure_name(figure),
        about=_about(wish),
        lines=_lines(rows),
        after=after,
        back=url_for("ledger.statistics", **wish.but()),
        csv=url_for("ledger.statistics_dossiers_csv", **asked),
        first=url_for("ledger.statistics_dossiers", **asked),
        older=url_for("ledger.statistics_dossiers", **asked, after=more) if more else None,
    )
    return face.public_page(html, tag)


@blueprint.get("/ledger/statistics/dossiers.csv")
@audience(Audience.PUBLIC)
def statistics_dossiers_csv() -> ResponseReturnValue:
    """The same as a file: at most 50,000 rows, from `after` on; go on with the reference of the last."""
    figure, after = _asked()
    wish = tables.understood()
    session = Session(current_session().get_bind())  # it outlives the request: the rows are read while they are sent
    response = Response(_written(session, wish, figure, after), mimetype="text/csv")
    response.call_on_close(session.close)
    response.headers["Content-Disposition"] = f'attachment; filename="{figure}.csv"'
    return face.public_data(response)


def _asked() -> tuple[str, str]:
    """Which figure, and after which reference the list goes on."""
    figure, after = request.args.get("figure", ""), request.args.get("after", "")
    if figure not in BEHIND:
        abort(404)
    if not _REFERENCE.fullmatch(after):
        abort(400)
    return figure, after


def _about(wish: Wish) -> list[str]:
    """The selection in words: the period, then what narrows it."""
    found = [words.period_name(wish.period)]
    if wish.unit:
        found.append(dimensions.unit_name(wish.places, wish.places.place_of(wish.unit)))
    if wish.level:
        found.append(words.level_name(wish.level))
    if wish.field:
        found.append(dict(dimensions.field_choices()).get(wish.field, wish.field))
    if wish.procedure:
        found.append(names(procedures_of=[wish.procedure]).procedure(wish.procedure))
    return found


def _lines(rows: list[Behind]) -> list[DossierLine]:
    known = names(units_of={row.unit for row in rows}, procedures_of={row.procedure for row in rows})
    base = url_for("ledger.dossier", reference="-").removesuffix("-")
    return [_line(row, base, known) for row in rows]


def _line(row: Behind, base: str, known: Names) -> DossierLine:
    return DossierLine(
        reference=row.reference,
        href=base + row.reference,
        procedure=known.procedure(row.procedure),
        unit=known.unit(row.unit),
        channel=channel_name(row.channel),
        received=display.day(row.received_on) or _("chưa có"),
        due=display.instant(row.due_at) or _("chưa có"),
        resolved=display.instant(row.resolved_at) or _("chưa có"),
    )


def _written(session: Session, wish: Wish, figure: str, after: str) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(COLUMNS)
    left = EXPORT_ROWS
    while left > 0:
        rows = queries.behind(session, wish.selection, figure, after=after, limit=min(left, CHUNK_ROWS))
        for row in rows:
            writer.writerow([_cell(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        if len(rows) < CHUNK_ROWS:
            return
        left -= len(rows)
        after = rows[-1].reference


def _cell(value: object) -> object:
    """Instants as on a clock in Viet Nam, with their offset."""
    if isinstance(value, datetime):
        return clock.local(value).isoformat()
    return value.isoformat() if isinstance(value, date) else value
