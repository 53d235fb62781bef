"""`/desk`: what lies with the officer's units, most urgent first."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from flask import session as flashed
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal import clock, shells
from portal.access import Audience, audience, register_day
from portal.addresses import address
from portal.blueprints.desk import pieces
from portal.blueprints.desk.bulk import bulk_acts
from portal.blueprints.desk.face import absent_ones, actor, blueprint, desk_units, officer, officer_id
from portal.blueprints.desk.heads import is_head
from portal.blueprints.desk.lines import lines_of
from portal.blueprints.desk.lists import narrowed_words
from portal.blueprints.desk.tabs import tabs_of
from portal.blueprints.desk.wishes import SHOWN, Wish
from portal.calendars import queries as calendars
from portal.calendars.queries import Version
from portal.dossiers import opinions, quarantine, queries, queueing, references, returns, tallies, warning
from portal.dossiers.counted import QueueCounts
from portal.dossiers.listed import codes_of
from portal.dossiers.places import places_asked
from portal.dossiers.queueing import Found
from portal.dossiers.views import DossierRow, Page
from portal.dossiers.warning import Horizon
from portal.i18n import language
from portal.people import queries as people
from portal.questions import Question, answers
from portal.queues import saved
from portal.queues.saved import Named
from portal.reading import together
from portal.stencils import Encoded
from portal.transaction import current_session
from portal.units import queries as units
from portal.units.queries import Unit


@blueprint.get("/desk")
@audience(Audience.OFFICER)
def index() -> ResponseReturnValue:
    """The queue of one unit, or of all the officer's units together."""
    with together(current_session()):
        return _index(current_session())


def _index(session: Session) -> ResponseReturnValue:
    now, wish = clock.now(), Wish.asked()
    around = _around(session, wish)
    if wish.q and references.parse(wish.q) and _is_ours(session, wish.q):
        return redirect(url_for("desk.dossier", reference=references.tidy(wish.q)), 303)
    unit_ids = around.unit_ids
    ahead = warning.horizon(session, unit_ids, at=now, on=register_day(), newest=around.newest)
    read = _found(session, unit_ids, wish, now, ahead)
    back, names, places, counts = answers(
        session,
        returns.came_back_asked([row.id for row in read.shown]),
        people.names_asked(_officers(read, wish)),
        places_asked(codes_of(read.shown)),
        _counts_asked(unit_ids, wish, now, ahead),
    )
    page = read.page(places)
    show_holder = len(unit_ids) > 1 or wish.show == "elsewhere"
    lines = lines_of(page.rows, at=now, show_holder=show_holder, names=names, ticks=wish.ticks, back=back, me=_me(wish))
    values = {
        "lines": lines,
        "tabs": pieces.tabs(tabs_of(counts, sent_on=around.sent_on, asked=around.asked, wish=wish), wish.show),
        "narrowed": ", ".join(narrowed_words(wish, names)),
        "notices": _notices(session, now, names),
        **_links(wish, around, page),
    }
    return shells.page("desk/index.html", values, **_given(wish, around, page), show_holder=show_holder)


def _links(wish: Wish, around: "_Around", page: Page[DossierRow]) -> shells.Values:
    """Where the page leads, and what its forms keep."""
    unit, several = around.shown, len(around.mine) > 1
    code = unit.agency_code if unit else None
    return {
        "unit_name": unit.name_in(language()) if unit else "",
        "units": pieces.unit_tabs(around.mine, around.chosen) if several else Encoded(),
        "counter": address("desk.counter", unit=code if several else None),
        "register": address("desk.register", unit=code),
        "q": wish.q,
        "kept": pieces.kept(wish.filters),
        "saved": pieces.saved_lists(around.lists),
        "choosing": address("desk.lists", wish.filters),
        "whole": wish.address(procedure=None, keeper=None),
        "by_urgency": wish.address(order=None),
        "by_newest": wish.address(order="newest"),
        "without_search": wish.address(),
        "first": wish.address(q=wish.q or None),
        "following": wish.address(after=page.after, q=wish.q or None),
    }


def _given(wish: Wish, around: "_Around", page: Page[DossierRow]) -> dict[str, Hashable]:
    """What the page looks like; each such look is written once (`portal.shells`)."""
    nothing = "nothing_found" if wish.q else "end" if wish.after else "nothing"
    return {
        "wide": True,
        "named": around.shown is not None,
        "several": len(around.mine) > 1,
        "listed": "no_units" if not around.mine else "lines" if page.rows else nothing,
        "apology": wish.show == "apology",
        "newest": wish.newest,
        "narrows": wish.narrowed,
        "searched": bool(wish.q),
        "saves": bool(around.lists),
        "bulk": tuple(bulk_acts()) if wish.ticks else (),
        "at_counter": bool(around.unit_ids & officer().units_as("receiver")),
        "heads": is_head(),
        "begun": wish.after is not None,
        "more": page.after is not None,
    }


def _notices(session: Session, now: datetime, names: Mapping[int, str]) -> Encoded:
    """Mostly nothing. Of the scanner administrators alone are told."""
    scanner = quarantine.standing(session, at=now) if officer().units_as("administrator") else None
    absent = sorted({names[absent_id] for absent_id, _unit in absent_ones()})
    if not absent and "_flashes" not in flashed and (scanner is None or (scanner.configured and not scanner.waiting)):
        return Encoded()
    return Encoded(render_template("desk/notices.html", scanner=scanner, stands_in_for=absent).encode())


@dataclass(frozen=True, slots=True)
class _Around:
    """What the page says that hangs on no row of the list."""

    mine: Sequence[Unit]
    chosen: Unit | None  # by the address
    unit_ids: frozenset[int]  # of which the list is
    newest: Mapping[int, Version]
    lists: Sequence[Named]
    asked: int  # opinions that other units wait for
    sent_on: int

    @property
    def shown(self) -> Unit | None:
        """Of which the page is, where it is of one."""
        return self.chosen or (self.mine[0] if len(self.mine) == 1 else None)


def _around(session: Session, wish: Wish) -> _Around:
    """In one statement for who works for one unit, as most do."""
    unit_ids, on = desk_units(), register_day()
    several = [] if len(unit_ids) == 1 else units_of(session, unit_ids)
    chosen = chosen_of(several) if several else None
    unit_ids = frozenset({chosen.id}) if chosen else unit_ids
    unit, newest, lists, asked, sent_on = answers(
        session,
        units.unit_asked(min(unit_ids, default=0), on=on),
        calendars.newest_asked(),
        saved.lists_asked(officer_id=officer_id()),
        opinions.waiting_asked(unit_ids=unit_ids),
        tallies.elsewhere_asked(unit_ids=unit_ids, narrowing=wish.narrowing),
    )
    mine = several or ([unit] if unit else [])
    return _Around(mine, chosen or chosen_of(mine), unit_ids, newest, lists, asked, sent_on)


def rows_of(
    session: Session, unit_ids: frozenset[int], wish: Wish, now: datetime, ahead: Horizon, *, limit: int = 25
) -> Page[DossierRow]:
    """What the tab shows."""
    read = _found(session, unit_ids, wish, now, ahead, limit=limit)
    return read.page(places_asked(codes_of(read.shown)).answer(session))


def _found(
    session: Session, unit_ids: frozenset[int], wish: Wish, now: datetime, ahead: Horizon, *, limit: int = 25
) -> Found:
    return queueing.found(
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


def units_of(session: Session, unit_ids: frozenset[int]) -> list[Unit]:
    """These units as they are today, in Vietnamese order; one statement however many."""
    on = register_day()
    if len(unit_ids) == 1:
        found = units.unit(session, next(iter(unit_ids)), on=on)
        return [found] if found else []
    return [unit for unit in units.units_on(session, on=on) if unit.id in unit_ids] if unit_ids else []


def _officers(read: Found, wish: Wish) -> set[int]:
    """Who has these dossiers, to whom the list is narrowed, and who is stood in for."""
    wanted = {row.keeper_id for row in read.shown} | {absent_id for absent_id, _unit in absent_ones()}
    return {officer_id for officer_id in (*wanted, wish.narrowing.of_keeper) if officer_id}


def _counts_asked(unit_ids: frozenset[int], wish: Wish, now: datetime, ahead: Horizon) -> Question[QueueCounts]:
    return tallies.counts_asked(
        unit_ids=unit_ids,
        at=now,
        keeper_id=officer_id(),
        standing_in=absent_ones(),
        soon=ahead.soon,
        apology=ahead.apology,
        narrowing=wish.narrowing,
    )


def _is_ours(session: Session, q: str) -> bool:
    """A whole reference opens its dossier at once, in whatever state, wherever it lies now."""
    return queries.for_desk(session, q, unit_ids=desk_units(), by=actor()) is not None


def chosen_of(mine: list[Unit]) -> Unit | None:
    """The unit asked for; one that is not the officer's is not found."""
    code = request.args.get("unit")
    if not code:
        return None
    return next((unit for unit in mine if unit.agency_code == code), None) or abort(404)
