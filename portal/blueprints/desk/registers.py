"""`/desk/register`: the register of a unit's one-stop desk for a period, to read, print and take along.

It names people, so whoever reads it looked at each dossier in it: the access log of each says so.
"""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.desk.face import blueprint, desk_units, officer_id
from portal.blueprints.desk.queues import units_of
from portal.cells import harmless
from portal.dossiers import registers
from portal.dossiers.registers import RegisterRow
from portal.dossiers.views import Page
from portal.i18n import language
from portal.register_words import book, heads, line, period, title
from portal.transaction import current_session, unit_of_work
from portal.units.queries import Unit

PAGE_ROWS = 50
LONGEST = 366


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose register, from which day to which. `too_long`: the days asked for were more than a year."""

    unit: Unit
    first: date
    last: date
    too_long: bool

    @property
    def start(self) -> datetime:
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        return _midnight(self.last + timedelta(days=1))

    @property
    def query(self) -> dict[str, Any]:
        return {"unit": self.unit.agency_code, "from": self.first.isoformat(), "to": self.last.isoformat()}


@blueprint.get("/desk/register")
@audience(Audience.OFFICER)
def register() -> ResponseReturnValue:
    mine = units_of(current_session(), desk_units())
    if not mine:
        abort(404)
    wish = _asked(mine)
    page = _read(wish, limit=PAGE_ROWS, after=request.args.get("after", "")[:100])
    return render_template(
        "desk/register.html",
        wide=True,
        wish=wish,
        options=[(unit.agency_code, unit.name_in(language())) for unit in mine],
        title=title(wish.last),
        period=period(wish.first, wish.last),
        heads=heads()[1:],
        lines=[(row.reference, line(row)) for row in page.rows],
        following=url_for("desk.register", **wish.query, after=page.after) if page.after else None,
        pdf=url_for("desk.register_pdf", **wish.query),
        csv=url_for("desk.register_csv", **wish.query),
        most=registers.LARGEST,
    )


@blueprint.get("/desk/register.pdf")
@audience(Audience.OFFICER)
def register_pdf() -> ResponseReturnValue:
    """The whole period, at most so many lines."""
    wish = _asked(units_of(current_session(), desk_units()) or abort(404))
    page = _read(wish, limit=registers.LARGEST)
    data = book(wish.unit, [line(row) for row in page.rows], first=wish.first, last=wish.last, at=clock.now())
    return _download(data, wish, "pdf", "application/pdf")


@blueprint.get("/desk/register.csv")
@audience(Audience.OFFICER)
def register_csv() -> ResponseReturnValue:
    wish = _asked(units_of(current_session(), desk_units()) or abort(404))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heads())
    for number, row in enumerate(_read(wish, limit=registers.LARGEST).rows, start=1):
        said = line(row)
        cells = (getattr(said, name) for name in said.__dataclass_fields__)
        writer.writerow([number, *(harmless(cell) for cell in cells)])
    return _download(b"\xef\xbb\xbf" + out.getvalue().encode(), wish, "csv", "text/csv; charset=utf-8")


def _read(wish: Wish, *, limit: int, after: str | None = None) -> Page[RegisterRow]:
    """The lines; that the officer saw them is noted before they are shown."""
    page = registers.register(
        current_session(), unit_id=wish.unit.id, start=wish.start, end=wish.end, after=after, limit=limit
    )
    with unit_of_work() as session:
        registers.record_views(session, page.rows, officer_id=officer_id(), unit_ids=desk_units(), at=clock.now())
    return page


def _asked(mine: list[Unit]) -> Wish:
    """This month of the first unit, unless the address says otherwise; a unit that is not theirs is not found."""
    code = request.args.get("unit")
    unit = next((one for one in mine if one.agency_code == code), None) if code else mine[0]
    today = clock.local_day(clock.now())
    first = _day("from") or today.replace(day=1)
    last = max(_day("to") or max(first, today), first)
    too_long = (last - first).days >= LONGEST
    return Wish(unit or abort(404), first, min(last, first + timedelta(days=LONGEST - 1)), too_long)


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.args.get(name, "")[:10])
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.LOCAL_ZONE).astimezone(UTC)


def _download(data: bytes, wish: Wish, ending: str, media_type: str) -> Response:
    name = f"register-{wish.unit.agency_code}-{wish.first}-{wish.last}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, content_type=media_type, headers=headers)
