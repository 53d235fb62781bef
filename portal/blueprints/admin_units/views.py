"""The list of units that ended, one of them, and the order to hand over."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Audience, audience, register_day
from portal.blueprints.admin_units.face import administrator, administrator_id, blueprint
from portal.display import number, state_words
from portal.dossiers import at_units
from portal.errors import Refused
from portal.i18n import language
from portal.people import queries as people
from portal.reforms import commands, queries
from portal.reforms.commands import Shared
from portal.reforms.queries import Ending
from portal.transaction import current_session, unit_of_work
from portal.units.queries import Unit

_: Callable[..., str] = gettext
REFUSALS = {
    "already_ordered": lambda: _("Việc bàn giao này đang được thực hiện. Hãy xem tiến độ bên dưới."),
    "too_many": lambda: _("Mỗi lần bàn giao nhiều nhất 100 hồ sơ. Hãy chọn ít hơn."),
    "not_a_successor": lambda: _("Danh bạ đơn vị vừa thay đổi. Hãy xem lại đơn vị kế thừa."),
}


@blueprint.get("/admin/units")
@audience(Audience.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """What waits first, then what is done."""
    found = _mine(current_session())
    return render_template(
        "admin_units/index.html",
        wide=True,
        waiting=[ending for ending in found if ending.waits or (ending.order and not ending.order.done_at)],
        settled=[ending for ending in found if ending.order and ending.order.done_at and not ending.waits],
        day=register_day(),
    )


@blueprint.get("/admin/units/<code>")
@audience(Audience.ADMINISTRATOR)
def unit(code: str) -> ResponseReturnValue:
    """One unit that ended: what is still with it, who follows it, and how far the hand-over is."""
    session = current_session()
    ending = _one(session, code)
    divides = ending.divided and ending.waits
    rows = at_units.to_divide(session, unit_id=ending.unit.id, limit=commands.BATCH) if divides else ()
    officers = people.everybody_at(session, ending.unit.id, on=clock.local_day(clock.now())) if divides else ()
    named = {order.ordered_by for order in ending.orders} | {row.keeper_id for row in rows if row.keeper_id}
    return render_template(
        "admin_units/unit.html",
        ending=ending,
        names=people.officer_names(session, named),
        units={unit.id: unit for unit in ending.successors},
        rows=[(row, state_words(row.state)[0]) for row in rows],
        officers=officers,
        states=[(state_words(state)[0], number) for state, number in sorted(ending.running.items())],
    )


@blueprint.post("/admin/units/<code>/hand-over")
@audience(Audience.ADMINISTRATOR)
def hand_over(code: str) -> ResponseReturnValue:
    """Order it, or the rest of it where the unit is divided; the worker carries it out. Sent twice, it is one order."""
    ending = _one(current_session(), code)
    new = _successor(ending)
    if new is None:
        flash(_("Hãy chọn đơn vị nhận."), "bad")
        return redirect(url_for(".unit", code=code), 303)
    try:
        with unit_of_work() as session:
            commands.order(
                session,
                old_unit_id=ending.unit.id,
                new_unit_id=new.id,
                officer_id=administrator_id(),
                roles=administrator().roles,
                at=clock.now(),
                on=register_day(),
            )
    except Refused as refusal:
        flash(REFUSALS[refusal.code](), "bad")
    else:
        flash(_("Đã bắt đầu bàn giao. Hồ sơ được chuyển lần lượt trong vài phút tới."), "good")
    return redirect(url_for(".unit", code=code), 303)


@blueprint.post("/admin/units/<code>/share")
@audience(Audience.ADMINISTRATOR)
def share(code: str) -> ResponseReturnValue:
    """Give one of several successors what was ticked. Sent twice, the second finds nothing left of it."""
    ending = _one(current_session(), code)
    new, references = _successor(ending), request.form.getlist("reference")
    officers = [int(number) for number in request.form.getlist("officer") if number.isdecimal() and len(number) < 19]
    if new is None or not (references or officers):
        flash(_("Hãy chọn đơn vị nhận, và đánh dấu hồ sơ hoặc cán bộ cần chuyển."), "bad")
        return redirect(url_for(".unit", code=code), 303)
    try:
        with unit_of_work() as session:
            shared = commands.share(
                session,
                old_unit_id=ending.unit.id,
                new_unit_id=new.id,
                references=references,
                officer_ids=officers,
                by_officer_id=administrator_id(),
                roles=administrator().roles,
                at=clock.now(),
                on=register_day(),
            )
    except Refused as refusal:
        flash(REFUSALS[refusal.code](), "bad")
    else:
        flash(_shared_words(shared, new.name_in(language())), "good" if any(shared) else "waiting")
    return redirect(url_for(".unit", code=code), 303)


def _shared_words(shared: Shared, unit: str) -> str:
    if not any(shared):
        return _("Không còn gì trong số đã chọn ở đơn vị cũ: có thể đã được chuyển rồi.")
    return _(
        "Đã chuyển cho %(unit)s: %(dossiers)s hồ sơ, %(officers)s cán bộ.",
        unit=unit,
        dossiers=number(shared.dossiers),
        officers=number(shared.officers),
    )


def _successor(ending: Ending) -> Unit | None:
    """The only one, or the one that was chosen of several."""
    if not ending.divided:
        return ending.successors[0] if ending.successors else abort(404)
    wanted = request.form.get("to", "")
    return next((unit for unit in ending.successors if unit.agency_code == wanted), None)


def _mine(session: Session) -> tuple[Ending, ...]:
    on, mine = register_day(), administrator().units_as("administrator")
    ended = queries.endings(session, on=on, today=clock.local_day(clock.now()))
    return queries.in_reach(session, ended, unit_ids=mine, on=on)


def _one(session: Session, code: str) -> Ending:
    found = next((ending for ending in _mine(session) if ending.unit.agency_code == code), None)
    return found or abort(404)
