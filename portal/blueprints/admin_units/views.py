"""The list of units that ended, one of them, and the order to hand over."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Audience, audience, register_day
from portal.blueprints.admin_units.face import administrator, administrator_id, blueprint
from portal.display import state_words
from portal.errors import Refused
from portal.people import queries as people
from portal.reforms import commands, queries
from portal.reforms.queries import Ending
from portal.transaction import current_session, unit_of_work

_: Callable[..., str] = gettext
REFUSALS = {
    "already_ordered": lambda: _("Việc bàn giao này đang được thực hiện. Hãy xem tiến độ bên dưới."),
    "split": lambda: _("Đơn vị này được chia cho nhiều đơn vị, nên không bàn giao cả một lượt được."),
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
    by = people.officer(session, ending.order.ordered_by) if ending.order else None
    return render_template(
        "admin_units/unit.html",
        ending=ending,
        by=by.name if by else "",
        states=[(state_words(state)[0], number) for state, number in sorted(ending.running.items())],
    )


@blueprint.post("/admin/units/<code>/hand-over")
@audience(Audience.ADMINISTRATOR)
def hand_over(code: str) -> ResponseReturnValue:
    """Order it; the worker carries it out. Sent twice, it is one order."""
    ending = _one(current_session(), code)
    if len(ending.successors) != 1:
        abort(404)
    new = ending.successors[0]
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


def _mine(session: Session) -> tuple[Ending, ...]:
    on, mine = register_day(), administrator().units_as("administrator")
    ended = queries.endings(session, on=on, today=clock.local_day(clock.now()))
    return queries.in_reach(session, ended, unit_ids=mine, on=on)


def _one(session: Session, code: str) -> Ending:
    found = next((ending for ending in _mine(session) if ending.unit.agency_code == code), None)
    return found or abort(404)
