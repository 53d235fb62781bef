"""The figures for machines: JSON and CSV, every one of them, row by row."""

import csv
import io
import json
from typing import Any

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.ledger import face
from portal.blueprints.ledger.face import blueprint
from portal.blueprints.ledger.statistics import lines, wishes
from portal.blueprints.ledger.statistics.lines import Row
from portal.blueprints.ledger.statistics.wishes import Wish
from portal.cells import harmless
from portal.statistics import decision766, figures, queries
from portal.statistics.figures import Figures, Ratio
from portal.transaction import current_session

PROBLEM = "application/problem+json"


@blueprint.get("/ledger/statistics.json")
@audience(Audience.PUBLIC)
def statistics_json() -> ResponseReturnValue:
    """The selection's figures; `codes` of a row are the units, or procedures, that it adds up."""
    wish = understood()
    rows, total, sealed = _found(wish)
    value = {
        "size": queries.size(current_session()),
        "from": wish.period.first.isoformat(),
        "to": wish.selection.last.isoformat(),
        "by": wish.by,
        "as": wish.view,
        "sealed_entries": sealed,
        "total": _data(total),
        "rows": [{"name": row.name, "codes": sorted(row.codes), **row.ask, **_data(row.figures)} for row in rows],
        "indices": _indices(wish, total),
    }
    response = Response(json.dumps(value, ensure_ascii=False) + "\n", mimetype="application/json")
    response.add_etag()
    return face.public_data(response).make_conditional(request)


@blueprint.get("/ledger/statistics.csv")
@audience(Audience.PUBLIC)
def statistics_csv() -> ResponseReturnValue:
    """The same rows as a table; the last is the total."""
    wish = understood()
    rows, total, _sealed = _found(wish)
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow(["name", "codes", "from", "to", *figures.NAMES])
    for row in (*rows, Row("", {}, False, frozenset(), total)):
        codes = " ".join(sorted(row.codes))
        days = [wish.period.first.isoformat(), wish.selection.last.isoformat()]
        writer.writerow([harmless(row.name), codes, *days, *figures.cells(row.figures)])
    response = Response(buffer.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="statistics.csv"'
    response.add_etag()
    return face.public_data(response).make_conditional(request)


def understood() -> Wish:
    """The wish; who asks for what there is not is told which part of the address is wrong."""
    wish = wishes.read(clock.local_day(clock.now()))
    if wish.problems:
        value = {
            "type": "about:blank",
            "status": 400,
            "detail": " ".join(wish.problems.values()),
            "code": "wrong_query",
            "errors": dict(wish.problems),
        }
        abort(Response(json.dumps(value, ensure_ascii=False) + "\n", 400, content_type=PROBLEM))
    return wish


def _found(wish: Wish) -> tuple[list[Row], Figures, int]:
    session = current_session()
    of_units = queries.by_unit(session, wish.selection)
    of_procedures = queries.by_procedure(session, wish.selection) if wish.by in ("field", "procedure") else {}
    return lines.rows(wish, of_units, of_procedures), lines.total(of_units), queries.sealed_entries(of_units)


def _data(found: Figures) -> dict[str, Any]:
    numbers: dict[str, Any] = dict(zip(figures.NAMES, figures.cells(found), strict=True))
    return numbers | {
        "on_time_rate": _ratio(found.on_time_rate),
        "online_rate": _ratio(found.online_rate),
        "time_rate": _ratio(found.time_rate),
    }


def _ratio(ratio: Ratio | None) -> dict[str, Any] | None:
    if ratio is None:
        return None
    return {"numerator": ratio.numerator, "denominator": ratio.denominator, "value": ratio.value}


def _indices(wish: Wish, total: Figures) -> list[dict[str, Any]]:
    version = decision766.version_on(wish.period.last)
    groups = () if version is None else version.groups
    return [
        {
            "group": group.key,
            "code": one.definition.key,
            "max_score": one.definition.points,
            "score": one.points,
            "ratio": _ratio(one.ratio),
        }
        for group in groups
        for one in decision766.indices(group, total)
    ]
