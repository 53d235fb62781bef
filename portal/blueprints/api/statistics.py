"""The figures of a period, by unit or by procedure: those of `/ledger/statistics`, as numbers."""

from flask_babel import gettext as _

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.api import answers, face
from portal.blueprints.api.face import blueprint
from portal.blueprints.api.operations import PAGED, Asked, Parameter, operation
from portal.procedures.text import Text
from portal.statistics import figures, periods, queries
from portal.statistics.counting import NOBODY
from portal.statistics.figures import Figures
from portal.statistics.queries import Selection, Sums
from portal.transaction import current_session

BY = ("unit", "procedure")
PERIOD = Parameter(
    "period",
    "query",
    Text("năm, quý hoặc tháng", "a year, a quarter or a month"),
    {"type": "string"},
    r"2[01][0-9]{2}(?:-(?:0[1-9]|1[0-2])|-Q[1-4])?",
    "2020-06",
)
GROUPED = Parameter(
    "by", "query", Text("mỗi dòng là gì", "what a row is of"), {"enum": list(BY), "default": BY[0]}, "|".join(BY), BY[0]
)


@blueprint.get("/v1/statistics")
@audience(Audience.PUBLIC)
@operation(
    answers.Statistics,
    Text("Số liệu của một kỳ, theo đơn vị hoặc thủ tục", "The figures of a period, by unit or procedure"),
    *(PERIOD, GROUPED, *PAGED),
)
def statistics(asked: Asked) -> answers.Statistics:
    """Without a period: this month. What each figure means and what it is counted from: docs/statistics.md."""
    session, today = current_session(), clock.local_day(clock.now())
    period = periods.parse(asked.get("period") or periods.month_of(today))
    size, selection = queries.size(session), Selection(period, today)
    of_units = queries.by_unit(session, selection)
    sums = of_units if asked.get("by") != "procedure" else queries.by_procedure(session, selection)
    codes = sorted(sums.keys() - {NOBODY})
    after = asked.key
    if after is not None and after not in codes:
        face.refuse(_("Danh sách đã đổi từ trang trước. Hãy bỏ cursor để bắt đầu lại."), code="bad_cursor")
    rest = codes if after is None else codes[codes.index(after) + 1 :]
    rows = rest[: asked.limit]
    cursor, following = asked.next_page(rows[-1] if len(rest) > len(rows) else None)
    return answers.Statistics(
        size=size,
        first=period.first,
        last=period.last,
        by=asked.get("by") or BY[0],
        total=_named(queries.of_codes(of_units, of_units.keys() - {NOBODY})),
        sealed_entries=queries.sealed_entries(of_units),
        items=[_row(sums, code) for code in rows],
        cursor=cursor,
        next=following,
    )


def _row(sums: Sums, code: str) -> answers.StatisticsLine:
    return answers.StatisticsLine(code=code, figures=_named(figures.of(sums[code])))


def _named(found: Figures) -> dict[str, int]:
    return dict(zip(figures.NAMES, figures.cells(found), strict=True))
