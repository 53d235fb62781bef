"""`/desk`: what lies with the officer's units, most urgent first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Audience, audience, register_day
from portal.blueprints.desk.bulk import bulk_acts
from portal.blueprints.desk.face import absent_ones, actor, blueprint, desk_units, officer, officer_id
from portal.blueprints.desk.heads import is_head
from portal.blueprints.desk.lines import lines_of
from portal.blueprints.desk.lists import named_lists, narrowed_words
from portal.blueprints.desk.wishes import OPEN, SHOWN, WAITING, Wish
from portal.dossiers import opinions, quarantine, queries, references, returns, tallies, warning
from portal.dossiers.counted import QueueCounts
from portal.dossiers.life import State
from portal.dossiers.returns import CameBack
from portal.dossiers.views import DossierRow, Page
from portal.dossiers.warning import Horizon
from portal.i18n import gettext
from portal.people import queries as people
from portal.reading import together
from portal.transaction import current_session
from portal.units import queries as units
from portal.units.queries import Unit

_: Callable[..., str] = gettext


@dataclass(frozen=True, slots=True)
class Tab:
    """One way to look at the queue."""

    key: str
    words: str
    count: int
    href: str


@blueprint.get("/desk")
@audience(Audience.OFFICER)
def index() -> ResponseReturnValue:
    """The queue of one unit, or of all the officer's units together."""
    with together(current_session()):
        return _index(current_session())


def _index(session: Session) -> ResponseReturnValue:
    now, wish = clock.now(), Wish.asked()
    mine = units_of(session, desk_units())
    chosen = chosen_of(mine)
    unit_ids = frozenset({chosen.id}) if chosen else desk_units()
    if wish.q and references.parse(wish.q) and _is_ours(session, wish.q):
        return redirect(url_for("desk.dossier", reference=references.tidy(wish.q)), 303)
    ahead = warning.horizon(session, unit_ids, at=now, on=register_day())
    page = rows_of(session, unit_ids, wish, now, ahead)
    back = returns.came_back(session, [row.id for row in page.rows])
    names = _named(session, page.rows, back, wish)
    show_holder = len(unit_ids) > 1 or wish.show == "elsewhere"
    return render_template(
        "desk/index.html",
        wide=True,
        lines=lines_of(
            page.rows, at=now, show_holder=show_holder, names=names, ticks=wish.ticks, back=back, me=_me(wish)
        ),
        tabs=_all_tabs(session, unit_ids, wish, now, ahead),
        bulk=bulk_acts() if wish.ticks else [],
        wish=wish,
        units=mine,
        chosen=chosen or (mine[0] if len(mine) == 1 else None),
        show_holder=show_holder,
        following=wish.address(after=page.after, q=wish.q or None) if page.after else None,
        first=wish.address(q=wish.q or None) if wish.after else None,
        without_search=wish.address(),
        orders=_orders(wish),
        narrowed=narrowed_words(wish, names),
        saved=named_lists(session),
        at_counter=bool(unit_ids & officer().units_as("receiver")),
        heads=is_head(),
        stands_in_for=sorted({names[absent_id] for absent_id, _unit in absent_ones()}),
        scanner=quarantine.standing(session, at=now) if officer().units_as("administrator") else None,
    )


def rows_of(
    session: Session, unit_ids: frozenset[int], wish: Wish, now: datetime, ahead: Horizon, *, limit: int = 25
) -> Page[DossierRow]:
    """What the tab shows."""
    return queries.queue(
        session,
        unit_ids=unit_ids,
        at={"soon": ahead.soon, "apology": ahead.apology}.get(wish.show, now),
        states=SHOWN[wish.show],
        late=wish.show in ("soon", "apology", "late"),
        since=now if wish.show == "soon" else None,
        unapologised=wish.show == "apology",
        elsewhere=wish.show == "elsewhere",
        keeper_id=_me(wish),
        standing_in=absent_ones() if wish.show == "mine" else (),
        proposed=wish.show == "proposed",
        newest=wish.newest,
        q=wish.q,
        after=wish.after,
        narrowing=wish.narrowing,
        limit=limit,
    )


def _me(wish: Wish) -> int | None:
    """The officer, where the list is of their own work: what others have is there because they stand in for them."""
    return officer_id() if wish.show == "mine" else None


def _orders(wish: Wish) -> list[tuple[str, str, bool]]:
    """Words, address, and whether the list stands so."""
    return [
        (_("Còn ít thời gian nhất"), wish.address(order=None), not wish.newest),
        (_("Nộp gần đây nhất"), wish.address(order="newest"), wish.newest),
    ]


def units_of(session: Session, unit_ids: frozenset[int]) -> list[Unit]:
    """These units as they are today, in Vietnamese order; one statement however many."""
    on = register_day()
    if len(unit_ids) == 1:
        found = units.unit(session, next(iter(unit_ids)), on=on)
        return [found] if found else []
    return [unit for unit in units.units_on(session, on=on) if unit.id in unit_ids] if unit_ids else []


def _named(session: Session, rows: Sequence[DossierRow], back: Mapping[int, CameBack], wish: Wish) -> dict[int, str]:
    """Who has these dossiers, who returned some, to whom the list is narrowed, and who is stood in for, by id."""
    wanted = {row.keeper_id for row in rows} | {one.officer_id for one in back.values()}
    wanted |= {wish.narrowing.of_keeper, *(absent_id for absent_id, _unit in absent_ones())}
    return people.officer_names(session, {officer_id for officer_id in wanted if officer_id})


def _is_ours(session: Session, q: str) -> bool:
    """A whole reference opens its dossier at once, in whatever state, wherever it lies now."""
    return queries.for_desk(session, q, unit_ids=desk_units(), by=actor()) is not None


def _tabs(counts: QueueCounts, sent_on: int, wish: Wish) -> list[Tab]:
    found = [
        ("open", _("Tất cả đang mở"), sum(counts.of(state) for state in OPEN)),
        ("mine", _("Việc của tôi"), counts.kept),
        ("filed", _("Cần tiếp nhận"), counts.of(State.FILED)),
        ("working", _("Đang giải quyết"), counts.of(State.IN_PROGRESS)),
        ("proposed", _("Chờ duyệt"), counts.proposed),
        ("soon", _("Sắp đến hạn"), counts.soon),
        ("apology", _("Chưa xin lỗi"), counts.unapologised),
        ("late", _("Quá hạn"), counts.late),
        ("waiting", _("Chờ người nộp"), sum(counts.of(state) for state in WAITING)),
        ("resolved", _("Cần trả kết quả"), counts.of(State.RESOLVED)),
        ("elsewhere", _("Đã chuyển đi"), sent_on),
    ]
    return [Tab(key, words, count, wish.address(show=None if key == "open" else key)) for key, words, count in found]


def _all_tabs(session: Session, unit_ids: frozenset[int], wish: Wish, now: datetime, ahead: Horizon) -> list[Tab]:
    narrowing = wish.narrowing
    counts = queries.counts(
        session,
        unit_ids=unit_ids,
        at=now,
        keeper_id=officer_id(),
        standing_in=absent_ones(),
        soon=ahead.soon,
        apology=ahead.apology,
        narrowing=narrowing,
    )
    sent_on = tallies.elsewhere(session, unit_ids=unit_ids, narrowing=narrowing)
    return [*_tabs(counts, sent_on, wish), _opinions_tab(session, unit_ids)]


def _opinions_tab(session: Session, unit_ids: frozenset[int]) -> Tab:
    """What other units ask of ours has a page of its own: those dossiers are not in the queue."""
    count = opinions.how_many_wait(session, unit_ids=unit_ids)
    return Tab("opinions", _("Hỏi ý kiến"), count, url_for("desk.opinion_list"))


def chosen_of(mine: list[Unit]) -> Unit | None:
    """The unit asked for; one that is not the officer's is not found."""
    code = request.args.get("unit")
    if not code:
        return None
    return next((unit for unit in mine if unit.agency_code == code), None) or abort(404)
