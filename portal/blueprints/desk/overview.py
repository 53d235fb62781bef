"""`/desk/overview`: what a unit has to do and how late it is, by state and officer; what it did today and lately."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Audience, audience, register_day
from portal.addresses import address, also
from portal.blueprints.desk.face import blueprint
from portal.blueprints.desk.heads import Headed, headed
from portal.blueprints.desk.picks import MOST, Picked
from portal.blueprints.desk.queues import rows_of
from portal.blueprints.desk.wishes import NOBODY, SHOWN, Wish
from portal.display import act_words, day, number
from portal.dossiers import load, warning
from portal.dossiers.life import Act
from portal.dossiers.load import Load, Week
from portal.i18n import language
from portal.people import queries as people
from portal.procedures import queries as procedures
from portal.procedures.text import Text
from portal.processes import queries as processes
from portal.processes.queries import StepLoad
from portal.statistics import pictures
from portal.statistics.pictures import Bar
from portal.transaction import current_session

_: Callable[..., str] = gettext

WEEKS = 8
SOON_SHOWN = 10
COLUMNS = ("open", "filed", "working", "waiting", "resolved", "soon", "late")  # as the queue's tabs are called


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, and the list that it counts; no list where there is nothing."""

    number: int
    href: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One officer, one unit below, or all together."""

    name: str
    figures: tuple[Figure, ...]
    reassign: str | None = None  # where what they have is given to somebody else
    href: str | None = None


@blueprint.get("/desk/overview")
@audience(Audience.OFFICER)
def overview() -> ResponseReturnValue:
    """For whoever leads the unit, or one above it."""
    session, now = current_session(), clock.now()
    found = headed(session)
    here = frozenset({found.unit.id})
    ahead = warning.horizon(session, here, at=now, on=register_day())
    counted = load.load_of(
        session, unit_ids={found.unit.id, *(unit.id for unit in found.below)}, at=now, soon=ahead.soon
    )
    mine = [one for one in counted if one.unit_id == found.unit.id]
    names = people.officer_names(session, {one.keeper_id for one in mine if one.keeper_id})
    soon = rows_of(session, here, Wish(show="soon"), now, ahead, limit=SOON_SHOWN)
    lately = load.weeks(session, unit_ids=here, since=_monday(now) - (WEEKS - 1) * load.WEEK, number=WEEKS)
    return render_template(
        "desk/overview.html",
        wide=True,
        found=found,
        columns=list(column_words().values()),
        officers=_officers(found, mine, names),
        total=_row(_("Cả đơn vị"), found, mine, Wish(unit=found.unit.agency_code)),
        below=_below(found, counted),
        today=_today(session, found, now),
        soon=[(row, names.get(row.keeper_id or 0), row.due_at and row.due_at - now) for row in soon.rows],
        all_soon=_list(found, Wish(unit=found.unit.agency_code, show="soon")) if soon.after else None,
        weeks=[(week, _week_figures(found, week)) for week in lately],
        picture=_picture(lately),
        steps=_steps(session, found, now),
    )


@blueprint.get("/desk/overview/dossiers")
@audience(Audience.OFFICER)
def overview_dossiers() -> ResponseReturnValue:
    """What a figure of a unit below counts: references and terms. Who filed is for the unit itself to know."""
    session, now, wish = current_session(), clock.now(), Wish.asked()
    found = headed(session)
    here = frozenset({found.unit.id})
    ahead = warning.horizon(session, here, at=now, on=register_day())
    page = rows_of(session, here, wish, now, ahead) if wish.show not in ("mine", "elsewhere") else abort(404)
    names = people.officer_names(session, {row.keeper_id for row in page.rows if row.keeper_id})
    return render_template(
        "desk/overview_dossiers.html",
        found=found,
        rows=[(row, names.get(row.keeper_id or 0), row.late(now)) for row in page.rows],
        title=column_words()[wish.show] if wish.show in COLUMNS else _("Hồ sơ"),
        following=address("desk.overview_dossiers", wish.filters, after=page.after) if page.after else None,
        first=address("desk.overview_dossiers", wish.filters) if wish.after else None,
    )


@blueprint.get("/desk/overview/done")
@audience(Audience.OFFICER)
def overview_done() -> ResponseReturnValue:
    """What a figure of today or of a week counts."""
    session, kind = current_session(), request.args.get("kind", "")
    found, words = headed(session), traffic_words()
    since, until = _day_asked("since"), _day_asked("until")
    if kind not in words or until <= since or until - since > load.WEEK:
        abort(404)
    after, here = request.args.get("after"), [found.unit.id]
    page = load.done_in(session, kind, unit_ids=here, since=since, until=until, after=after)
    names = people.officer_names(session, {row.officer_id for row in page.rows if row.officer_id})
    asked = {name: request.args[name] for name in ("unit", "kind", "since", "until") if name in request.args}
    return render_template(
        "desk/overview_done.html",
        found=found,
        title=words[kind],
        days=_days(since, until),
        rows=[(row, names.get(row.officer_id or 0)) for row in page.rows],
        following=address("desk.overview_done", asked, after=page.after) if page.after else None,
        first=address("desk.overview_done", asked) if after else None,
    )


@blueprint.get("/desk/overview/reassign")
@audience(Audience.OFFICER)
def reassign() -> ResponseReturnValue:
    """Lead to the page that gives several dossiers to a colleague, with all that one officer has ticked."""
    session, now = current_session(), clock.now()
    found, wish = headed(session), Wish.asked()
    if not found.own or wish.keeper is None:
        abort(404)
    here = frozenset({found.unit.id})
    ahead = warning.horizon(session, here, at=now, on=register_day())
    page = rows_of(session, here, Wish(show="open", keeper=wish.keeper), now, ahead, limit=MOST)
    picks = [Picked(row.reference, row.steps).text for row in page.rows]
    return redirect(url_for("desk.bulk", act="assign", pick=picks), 303)


def column_words() -> dict[str, str]:
    return {
        "open": _("Đang mở"),
        "filed": _("Cần tiếp nhận"),
        "working": _("Đang giải quyết"),
        "waiting": _("Chờ người nộp"),
        "resolved": _("Cần trả kết quả"),
        "soon": _("Sắp đến hạn"),
        "late": _("Quá hạn"),
    }


def traffic_words() -> dict[str, str]:
    return {
        Act.RECEIVED.value: act_words(Act.RECEIVED),
        Act.RESOLVED.value: act_words(Act.RESOLVED),
        Act.RETURNED.value: act_words(Act.RETURNED),
        "come": _("Nơi khác chuyển đến"),
        Act.PASSED.value: _("Chuyển đi nơi khác"),
    }


def _officers(found: Headed, mine: Sequence[Load], names: Mapping[int, str]) -> list[Row]:
    """Who has something, by name; last what nobody has."""
    rows, by_keeper = [], _grouped(mine, lambda one: one.keeper_id)
    for keeper_id, name in [*sorted(names.items(), key=lambda item: item[1]), (None, _("Chưa ai nhận xử lý"))]:
        theirs = by_keeper[keeper_id]
        wish = Wish(unit=found.unit.agency_code, keeper=NOBODY if keeper_id is None else str(keeper_id))
        href = address("desk.reassign", wish.filters) if theirs and found.own else None
        rows.append(_row(name, found, theirs, wish, reassign=href))
    return rows


def _steps(session: Session, found: Headed, now: datetime) -> list[tuple[StepLoad, Text | None]]:
    """What lies with the unit at each step of an internal process, with the procedure's name."""
    steps = processes.load(session, [found.unit.id], at=now)
    names = procedures.names_of(session, {one.code for one in steps})
    return [(one, names.get(one.code)) for one in steps]


def _below(found: Headed, counted: Sequence[Load]) -> list[Row]:
    rows, by_unit = [], _grouped(counted, lambda one: one.unit_id)
    for unit in found.below:
        lead = Headed(unit, found.all, own=False)
        theirs = by_unit[unit.id]
        href = address("desk.overview", unit=unit.agency_code)
        rows.append(_row(unit.name_in(language()), lead, theirs, Wish(unit=unit.agency_code), href=href))
    return rows


def _grouped(counted: Sequence[Load], key: Callable[[Load], Hashable]) -> Mapping[Hashable, Sequence[Load]]:
    """In one pass: a unit of hundreds of officers has thousands of these. Who has none has an empty group."""
    groups: defaultdict[Hashable, list[Load]] = defaultdict(list)
    for one in counted:
        groups[key(one)].append(one)
    return groups


def _row(
    name: str,
    found: Headed,
    theirs: Sequence[Load],
    wish: Wish,
    *,
    reassign: str | None = None,
    href: str | None = None,
) -> Row:
    whole = _list(found, wish)
    numbers = [_number(theirs, column) for column in COLUMNS]
    figures = tuple(
        Figure(number, _shown(whole, column) if number else None)
        for column, number in zip(COLUMNS, numbers, strict=True)
    )
    return Row(name, figures, reassign, href)


def _number(theirs: Sequence[Load], column: str) -> int:
    if column == "late":
        return sum(one.late for one in theirs)
    if column == "soon":
        return sum(one.soon for one in theirs)
    return sum(one.number for one in theirs if one.state in SHOWN[column])


def _list(found: Headed, wish: Wish) -> str:
    """The queue where the officer works there themself; else a list without names."""
    return wish.address() if found.own else address("desk.overview_dossiers", wish.filters)


def _shown(whole: str, column: str) -> str:
    """Of that list what a column counts. The open ones are what it shows unasked."""
    return whole if column == "open" else also(whole, show=column)


def _today(session: Session, found: Headed, now: datetime) -> list[tuple[str, Figure]]:
    since = _start(clock.local_day(now))
    counts = load.traffic(session, unit_ids={found.unit.id}, since=since, until=since + timedelta(days=1))
    return [
        (words, _done_figure(found, kind, counts[kind], since, since + timedelta(days=1)))
        for kind, words in traffic_words().items()
    ]


def _week_figures(found: Headed, week: Week) -> tuple[Figure, Figure]:
    return (
        _done_figure(found, Act.RECEIVED.value, week.received, week.since, week.until),
        _done_figure(found, Act.RESOLVED.value, week.resolved, week.since, week.until),
    )


def _done_figure(found: Headed, kind: str, count: int, since: datetime, until: datetime) -> Figure:
    days = {"since": clock.local_day(since).isoformat(), "until": clock.local_day(until).isoformat()}
    href = address("desk.overview_done", {"unit": found.unit.agency_code, "kind": kind, **days})
    return Figure(count, href if count else None)


def _picture(lately: Sequence[Week]) -> pictures.Picture | None:
    return pictures.bars(
        [
            Bar(day(week.since)[:5], number(week.resolved), (("early", week.resolved - week.late), ("late", week.late)))
            for week in lately
        ]
    )


def _monday(now: datetime) -> datetime:
    today = clock.local_day(now)
    return _start(today - timedelta(days=today.weekday()))


def _start(on: date) -> datetime:
    return datetime.combine(on, time.min, clock.LOCAL_ZONE)


def _day_asked(name: str) -> datetime:
    try:
        return _start(date.fromisoformat(request.args.get(name, "")))
    except ValueError:
        abort(404)


def _days(since: datetime, until: datetime) -> str:
    last = until - timedelta(days=1)
    return day(since) if last == since else f"{day(since)} – {day(last)}"
