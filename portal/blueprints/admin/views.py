"""The calendar of a unit: by what it works, what was changed, what waits; entering, signing, refusing a change."""

from collections.abc import Callable, Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock
from portal.access import Audience, audience, register_day
from portal.blueprints.admin import words
from portal.blueprints.admin.face import Typed, administered, blueprint, officer_id, typed
from portal.calendars import commands, queries, wishes
from portal.calendars.wishes import Problem
from portal.deadlines import current_calendar
from portal.errors import Invalid, NotFound, Refused
from portal.i18n import language
from portal.people import queries as people
from portal.transaction import current_session, unit_of_work
from portal.units import queries as units
from portal.units.queries import Unit

_: Callable[..., str] = gettext


@blueprint.get("/admin/calendar")
@audience(Audience.ADMINISTRATOR)
def calendar() -> ResponseReturnValue:
    """What waits for a second person in all the administrator's units; what counts, and was decided, in one."""
    session, mine = current_session(), _mine()
    unit = _chosen(mine)
    version = queries.version_of(session, unit.id, on=register_day())
    waiting = queries.waiting(session, mine)
    counting = queries.changes_of(session, version.changes if version else ())
    refused = [one for one in queries.decided(session, {unit.id}) if one.state == "refused"]
    everybody = {who for one in (*waiting, *counting, *refused) for who in (one.entered_by, one.decided_by) if who}
    names = people.officer_names(session, everybody)
    above = {one.unit_id for one in counting} - set(mine)
    places = {**mine, **{unit_id: found for unit_id in above if (found := _unit(unit_id))}}

    def said(found: tuple[queries.Entered, ...] | list[queries.Entered]) -> list[words.Line]:
        return [
            words.line(
                one,
                unit=places[one.unit_id].name_in(language()) if one.unit_id in places else "–",
                names=names,
                me=officer_id(),
            )
            for one in found
        ]

    return render_template(
        "admin/calendar.html",
        unit=unit,
        unit_options=_options(mine),
        version=version.name if version else current_calendar().version,
        waiting=said(waiting),
        counting=said(tuple(reversed(counting))),
        refused=said(refused),
        announced_until=queries.of_unit(session, unit.id, on=register_day()).announced_until,
    )


@blueprint.get("/admin/calendar/new")
@audience(Audience.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    mine = _mine()
    return _form(Typed(unit=_chosen(mine).agency_code), mine, {})


@blueprint.post("/admin/calendar/new")
@audience(Audience.ADMINISTRATOR)
def enter() -> ResponseReturnValue:
    """Write it down; it waits for a second person."""
    mine, form = _mine(), typed()
    unit = next((unit for unit in mine.values() if unit.agency_code == form.unit), None) or abort(404)
    wanted, unreadable = form.wanted(unit.id)
    try:
        if unreadable:
            session = current_session()
            calendar = queries.of_unit(session, unit.id, on=register_day())
            names = {problem.field for problem in unreadable}
            found = [one for one in wishes.problems(wanted, calendar) if one.field not in names]
            raise Invalid(*unreadable, *found)
        with unit_of_work() as session:
            commands.enter(
                session, wanted, by=officer_id(), administers=frozenset(mine), at=clock.now(), on=register_day()
            )
    except Invalid as error:
        problems = [one for one in error.problems if isinstance(one, Problem)]
        return _form(form, mine, {one.field: words.problem_words(one) for one in problems}), 422
    flash(_("Đã ghi. Thay đổi được tính khi một quản trị viên khác ký."), "good")
    return redirect(url_for(".calendar", unit=unit.agency_code), 303)


@blueprint.post("/admin/calendar/<int:change_id>/sign")
@audience(Audience.ADMINISTRATOR)
def sign(change_id: int) -> ResponseReturnValue:
    """It counts from now on; running dossiers stay as they are until they are counted again."""
    try:
        with unit_of_work() as session:
            names = commands.sign(
                session, change_id, by=officer_id(), administers=administered(), at=clock.now(), on=register_day()
            )
    except NotFound:
        abort(404)
    except Refused as error:
        flash(_refused_words(error), "bad")
        return redirect(url_for(".calendar"), 303)
    flash(_("Đã ký. Lịch mới: %(names)s.", names=", ".join(names)), "good")
    return redirect(url_for(".calendar"), 303)


@blueprint.post("/admin/calendar/<int:change_id>/refuse")
@audience(Audience.ADMINISTRATOR)
def refuse(change_id: int) -> ResponseReturnValue:
    try:
        with unit_of_work() as session:
            commands.refuse(session, change_id, by=officer_id(), administers=administered(), at=clock.now())
    except NotFound:
        abort(404)
    except Refused as error:
        flash(_refused_words(error), "bad")
        return redirect(url_for(".calendar"), 303)
    flash(_("Đã ghi là không ký. Thay đổi này không được tính."), "good")
    return redirect(url_for(".calendar"), 303)


def _refused_words(error: Refused) -> str:
    if error.code == "calendar_same_person":
        return _("Bạn đã nhập thay đổi này, nên một quản trị viên khác phải ký.")
    return _("Thay đổi này đã được ký hoặc bị từ chối trước đó.")


def _mine() -> Mapping[int, Unit]:
    """The administrator's units as they are today, in Vietnamese order."""
    reach = administered()
    return {unit.id: unit for unit in units.units_on(current_session(), on=register_day()) if unit.id in reach}


def _unit(unit_id: int) -> Unit | None:
    return units.unit(current_session(), unit_id, on=register_day())


def _chosen(mine: Mapping[int, Unit]) -> Unit:
    """The unit asked for, else the highest one."""
    code = request.args.get("unit")
    if code:
        return next((unit for unit in mine.values() if unit.agency_code == code), None) or abort(404)
    return next((unit for unit in mine.values() if unit.parent_id not in mine), None) or abort(404)


def _options(mine: Mapping[int, Unit]) -> list[tuple[str, str]]:
    ordered = sorted(mine.values(), key=lambda unit: unit.agency_code)
    return [(unit.agency_code, f"{unit.name_in(language())} ({unit.agency_code})") for unit in ordered]


def _form(form: Typed, mine: Mapping[int, Unit], errors: dict[str, str]) -> str:
    return render_template(
        "admin/change.html",
        form=form,
        errors=errors,
        error_list=[(f"f-{name}-day" if name in form.days else f"f-{name}", said) for name, said in errors.items()],
        unit_options=_options(mine),
        kinds=words.kinds(),
        weekdays=words.weekdays(),
    )
