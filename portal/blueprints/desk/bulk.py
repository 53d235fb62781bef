"""One act on several dossiers of the queue: looked over first, then done one by one, with one result for each."""

from collections.abc import Sequence

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.desk.acts import ACTS, DeskAct, read
from portal.blueprints.desk.choices import Group, Option, units_but
from portal.blueprints.desk.face import actor, blueprint, desk_units
from portal.blueprints.desk.picks import MOST, Picked, check, done_to, picked
from portal.clock import local_day
from portal.display import act_words
from portal.dossier_words import problem_words
from portal.dossiers import queries, wishing
from portal.dossiers.life import LEADER, RECEIVER, ROLES
from portal.dossiers.notes import LONGEST
from portal.dossiers.views import DossierRow
from portal.errors import Invalid
from portal.i18n import gettext as _
from portal.people import queries as people
from portal.procedures.reading import Problem
from portal.transaction import current_session
from portal.way_words import way_words

FOR_ROLE: dict[str, frozenset[str]] = {
    "receive": frozenset({RECEIVER}),
    "take-up": ROLES,
    "assign": ROLES,
    "give-back": ROLES,
    "pass-on": ROLES,
    "approve": frozenset({LEADER}),
    "return": frozenset({RECEIVER}),
}
"""What can be done to many at once: no decision, and nothing that needs a file or words for each."""


def bulk_acts() -> list[Option]:
    """The acts to choose from in the queue, for this officer's roles; asks the database nothing."""
    mine = {role for unit_id in desk_units() for role in actor().every_role_at(unit_id)}
    words = _to_do()
    return [(address, words[address]) for address, roles in FOR_ROLE.items() if roles & mine]


def _to_do() -> dict[str, str]:
    """Each act as what is to be done; `act_words` tell what was."""
    return {
        "receive": _("Tiếp nhận"),
        "take-up": _("Tự nhận xử lý"),
        "assign": _("Giao cho đồng nghiệp"),
        "give-back": _("Trả lại việc"),
        "pass-on": _("Chuyển hồ sơ"),
        "approve": _("Duyệt"),
        "return": _("Ghi đã trả kết quả"),
    }


@blueprint.get("/desk/bulk")
@audience(Audience.OFFICER)
def bulk() -> ResponseReturnValue:
    """What was ticked, to be looked over; nothing is done yet."""
    wanted, chosen = request.args.get("act", ""), picked(request.args.getlist("pick"))
    form = _form(wanted) if wanted else None
    errors = {} if form or not chosen else {"act": _("Hãy chọn việc cần làm.")}
    return _answer(form, chosen, errors)


@blueprint.post("/desk/bulk")
@audience(Audience.OFFICER)
def do_bulk() -> ResponseReturnValue:
    """Do it to each; the page tells what became of each. Sent again, it tells the same and does nothing."""
    form, chosen = _form(request.form.get("act", "")), picked(request.form.getlist("pick"))
    if not chosen or len(chosen) > MOST:
        return _answer(form, chosen, {})
    try:
        facts = read(form)
        check(form, facts)
    except Invalid as error:
        problems = [problem for problem in error.problems if isinstance(problem, Problem)]
        return _answer(form, chosen, {f"{form.address}-{one.field}": problem_words(one) for one in problems})
    results = [done_to(form, one, facts) for one in chosen]
    return render_template(
        "desk/bulk_done.html", act=act_words(form.act), results=results, words=form.typed_words().strip()
    )


def _form(address: str) -> DeskAct:
    return ACTS[address] if address in FOR_ROLE else abort(404)


def _answer(form: DeskAct | None, chosen: list[Picked], errors: dict[str, str]) -> ResponseReturnValue:
    """The page that asks once more; a form with something wrong comes back with it said."""
    if len(chosen) > MOST:
        chosen, errors = [], {"": _("Mỗi lần làm được nhiều nhất %(most)s hồ sơ. Hãy đánh dấu ít hơn.", most=MOST)}
    session = current_session()
    rows = queries.held_by(session, [one.reference for one in chosen], unit_ids=desk_units())
    picks = {one.reference: one.text for one in chosen}
    words = render_template(
        "desk/bulk.html",
        form=form,
        act=_to_do()[form.address] if form else None,
        acts=bulk_acts(),
        rows=rows,
        wishes=_wishes(session, rows) if form and "way" in form.fields else {},
        picks={row.reference: picks[row.reference] for row in rows},
        gone=len(chosen) - len(rows),
        colleagues=_colleagues(session) if form and "to_officer" in form.fields else [],
        units=_units(session) if form and "to_unit" in form.fields else [],
        errors=errors,
        listed=[(f"f-{name}" if name else "", message) for name, message in errors.items()],
        typed=request.form.get,
        longest=LONGEST,
    )
    return words, 422 if errors else 200


def _wishes(session: Session, rows: Sequence[DossierRow]) -> dict[str, str]:
    """Which way is wished for each, without where to: nobody posts by a list."""
    said = wishing.latest(session, [row.id for row in rows])
    return {row.reference: way_words(said[row.id].way) for row in rows if row.id in said}


def _colleagues(session: Session) -> list[Option]:
    """Everybody at the officer's desks; who is not of a dossier's unit is refused for that dossier."""
    today = local_day(clock.now())
    found = {
        officer.id: f"{officer.name}, {officer.title}" if officer.title else officer.name
        for unit_id in sorted(desk_units())
        for officer in people.officers_in(session, unit_id, roles=ROLES, on=today)
    }
    return [(str(number), name) for number, name in found.items()]


def _units(session: Session) -> list[Group]:
    """Where it can go; an officer of several units chooses among those too."""
    own = desk_units()
    return units_but(session, own if len(own) == 1 else frozenset())
