"""Internal processes in the studio: the list, one being begun, and a manuscript on one page."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock
from portal.access import Audience, audience, register_day
from portal.blueprints.studio.face import blueprint, editor_id
from portal.blueprints.studio.overview import act_words, state_words
from portal.errors import Invalid, Refused
from portal.i18n import language
from portal.procedures import instants, json_door
from portal.procedures import queries as procedures
from portal.procedures.schema import Fault
from portal.process_words import (
    change_words,
    fault_line,
    picture,
    picture_words,
    table_lines,
)
from portal.processes import drafting, editing, manuscripts, queries
from portal.processes.definition import UNITS, parse
from portal.processes.manuscripts import Manuscript
from portal.processes.queries import Version
from portal.transaction import current_session, unit_of_work
from portal.units import queries as units
from portal.units.queries import Unit

_: Callable[..., str] = gettext
LONGEST_CODE = 60


@dataclass(frozen=True, slots=True)
class Named:
    """Names for what a page tells by code."""

    procedures: Mapping[str, Any]
    units: Mapping[str, Unit]

    def whose(self, agency: str) -> str:
        if not agency:
            return _("Dùng chung")
        return self.units[agency].name_in(language()) if agency in self.units else agency


@blueprint.get("/studio/processes")
@audience(Audience.EDITOR)
def processes() -> ResponseReturnValue:
    """What is being written, and what is in force."""
    return _list_page({}, None)


@blueprint.post("/studio/processes")
@audience(Audience.EDITOR)
def begin_process() -> ResponseReturnValue:
    """Begin one for a procedure, at an agency or for all."""
    code, agency = (request.form.get(name, "").strip()[:LONGEST_CODE] for name in ("code", "agency"))
    try:
        with unit_of_work() as session:
            made = drafting.begin(
                session, code=code, agency=agency.upper(), officer_id=editor_id(), at=clock.now(), on=register_day()
            )
    except Refused as refused:
        flash(_("Quy trình này đang có một bản thảo. Hãy làm tiếp trên bản thảo đó."), "waiting")
        return redirect(url_for("studio.process", id=refused.facts["id"]), 303)
    except Invalid as invalid:
        return _list_page({"code": code, "agency": agency}, _not_begun(invalid)), 422
    return redirect(url_for("studio.process", id=made), 303)


@blueprint.get("/studio/processes/<int:id>")
@audience(Audience.EDITOR)
def process(id: int) -> ResponseReturnValue:
    """The manuscript: its steps as a table, the picture, what is wrong, what is different, what comes next."""
    return page(opened_process(id))


@blueprint.get("/studio/processes/<int:id>/file")
@audience(Audience.EDITOR)
def file_of_process(id: int) -> ResponseReturnValue:
    """The steps as a file that can be put in their place again."""
    found = opened_process(id)
    said = {
        "procedure": found.code,
        "agency": found.agency or None,
        "version": found.base + 1,
        **instants.beginning(clock.now()),
        "decision": None,
        "steps": found.steps,
    }
    headers = {"Content-Disposition": f'attachment; filename="{found.code}-v{found.version}.json"'}
    return Response(json_door.write(said), mimetype="application/json", headers=headers)


def _not_begun(invalid: Invalid) -> tuple[str, str]:
    if invalid.code == "procedure_unknown":
        return "code", _("Cổng chưa công bố thủ tục mang mã này.")
    return "agency", _("Không có đơn vị nào mang mã này tiếp nhận thủ tục đó. Để trống: dùng chung cho mọi đơn vị.")


def opened_process(id: int) -> Manuscript:
    return manuscripts.manuscript(current_session(), id) or abort(404)


def page(found: Manuscript, *, error: str | None = None, wrong: Iterable[object] = ()) -> str:
    """The page of a manuscript; `wrong` is what an act was refused for."""
    session = current_session()
    at, on = clock.now(), register_day()
    base = queries.newest(session, found.code, agency=found.agency)
    named = names(session, [found.code], [found.agency], found.steps, base.content if base else [])
    drawn = parse(found.steps) if found.steps else None
    faults = manuscripts.check(session, found.steps, code=found.code, agency=found.agency, at=at, on=on)
    lines = [line for fault in (*wrong, *faults) if isinstance(fault, Fault) for line in fault_line(fault)]
    return render_template(
        "studio/process.html",
        wide=True,
        manuscript=found,
        name=named.procedures.get(found.code),
        whose=named.whose(found.agency),
        state=state_words(found.state),
        lines=table_lines(drawn, named.units) if drawn else [],
        picture=picture(drawn, named.units) if drawn else None,
        picture_words=picture_words(drawn) if drawn else "",
        faults=list(dict.fromkeys(lines)),
        changes=_changes(found, base, named) if base else None,
        base=base,
        trail=[(act_words(line.act), line) for line in reversed(found.trail)],
        may_approve=found.may_approve(editor_id()),
        error=error,
    )


def names(session: Any, codes: Iterable[str], agencies: Iterable[str], *steps: Iterable[Mapping[str, Any]]) -> Named:
    wanted = {one["unit"] for some in steps for one in some} | set(agencies)
    found = units.names_of(session, wanted - {"", *UNITS})
    return Named(procedures.names_of(session, set(codes)), found)


def _changes(found: Manuscript, base: Version, named: Named) -> list[str]:
    return [change_words(change, named.units) for change in editing.difference(base.content, found.steps)]


def _list_page(typed: dict[str, str], error: tuple[str, str] | None) -> str:
    session = current_session()
    open_ones, holding = manuscripts.open_ones(session), queries.holding(session, at=clock.now())
    codes = {*(one.code for one in open_ones), *(one.code for one in holding)}
    named = names(session, codes, {*(one.agency for one in open_ones), *(one.agency for one in holding)})
    return render_template(
        "studio/processes.html",
        wide=True,
        open_ones=[(one, state_words(one.state)) for one in open_ones],
        holding=holding,
        named=named,
        typed=typed,
        error=error,
    )
