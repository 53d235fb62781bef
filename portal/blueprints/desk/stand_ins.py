"""`/desk/stand-ins`: who stands in for whom, named by the absent one or a leader of the unit, and ended early."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Audience, audience
from portal.addresses import address
from portal.blueprints.desk.acts import whole_number
from portal.blueprints.desk.choices import Option, colleague_words
from portal.blueprints.desk.face import blueprint, desk_units, officer, officer_id
from portal.blueprints.desk.queues import chosen_of, units_of
from portal.display import day
from portal.dossiers import stand_in_letters
from portal.errors import Forbidden, Refused
from portal.i18n import language
from portal.people import stand_ins as arrangements
from portal.people.stand_ins import LONGEST_DAYS, LONGEST_REASON, Arranged, Wanted
from portal.procedures import formats
from portal.procedures.formats import Refusal
from portal.procedures.reading import DATE_PARTS
from portal.stand_in_words import missing_words, refusal_words, state_words
from portal.transaction import current_session, unit_of_work
from portal.units.queries import Unit

_: Callable[..., str] = gettext
Parts = tuple[str, str, str]
TYPED_MAX = 2 * LONGEST_REASON


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, and what is wrong with it, by field."""

    absent: str = ""
    officer: str = ""
    first: Parts = ("", "", "")
    last: Parts = ("", "", "")
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def listed(self) -> list[tuple[str, str]]:
        return [(f"f-{name}", words) for name, words in self.errors.items()]


@dataclass(frozen=True, slots=True)
class Line:
    """One of the list, in words. `reason` None: it is none of the reader's."""

    id: int
    absent: str
    officer: str
    unit: str
    days: str
    state: tuple[str, str]
    named: str
    reason: str | None
    open: bool


@blueprint.get("/desk/stand-ins")
@audience(Audience.OFFICER)
def stand_ins() -> ResponseReturnValue:
    """Who stands in for whom, as far as it is the reader's, and the form to name somebody."""
    today = clock.local_day(clock.now())
    absent = "" if officer().units_as("leader") else str(officer_id())
    return _page(Typed(absent=absent, first=_parts(today), last=_parts(today + timedelta(days=6))))


@blueprint.post("/desk/stand-ins")
@audience(Audience.OFFICER)
def name_stand_in() -> ResponseReturnValue:
    """Name somebody; both are told by letter. Sent twice, it is named once."""
    unit, typed, at = _unit(current_session()), _read(), clock.now()
    first, last = _day(typed.first), _day(typed.last)
    missing = {"absent": typed.absent, "officer": typed.officer, "first": first, "last": last}
    typed.errors.update({name: missing_words(name) for name, value in missing.items() if not value})
    if typed.errors or first is None or last is None:
        return _page(typed), 422
    wanted = Wanted(whole_number(typed.absent), whole_number(typed.officer), unit.id, first, last, typed.reason)
    try:
        with unit_of_work() as session:
            number = arrangements.name(session, wanted, by=officer_id(), at=at)
            stand_in_letters.send(session, number, ended=False, at=at)
    except (Refused, Forbidden) as refusal:
        name, words = refusal_words(refusal)
        typed.errors[name] = words
        return _page(typed), 422
    flash(_("Đã ghi người thay mặt. Hai bên nhận thư báo."), "good")
    return redirect(address("desk.stand_ins", unit=unit.agency_code), 303)


@blueprint.post("/desk/stand-ins/<int(max=9223372036854775807):stand_in_id>/end")
@audience(Audience.OFFICER)
def end_stand_in(stand_in_id: int) -> ResponseReturnValue:
    """End it now: from the next click on nothing is lent any more."""
    at = clock.now()
    try:
        with unit_of_work() as session:
            arrangements.end(session, stand_in_id, by=officer_id(), at=at)
            stand_in_letters.send(session, stand_in_id, ended=True, at=at)
    except Refused:
        flash(_("Việc thay mặt này đã kết thúc rồi."), "neutral")
    else:
        flash(_("Đã kết thúc việc thay mặt. Việc đã làm vẫn giữ nguyên."), "good")
    return redirect(url_for("desk.stand_ins"), 303)


def _page(typed: Typed) -> str:
    session, now = current_session(), clock.now()
    unit, mine, leads = _unit(session), units_of(session, desk_units()), officer().units_as("leader")
    today = clock.local_day(now)
    found = arrangements.of_officer(session, officer_id(), leads=leads)
    names = {one.id: one.name_in(language()) for one in mine}
    colleagues = _colleagues(session, unit, today)
    return render_template(
        "desk/stand_ins.html",
        unit=unit,
        units=mine,
        typed=typed,
        leads=unit.id in leads,
        absent=colleagues if unit.id in leads else [one for one in colleagues if one[0] == str(officer_id())],
        colleagues=colleagues if unit.id in leads else [one for one in colleagues if one[0] != str(officer_id())],
        open=[_line(one, today, names, leads) for one in reversed(found) if one.is_open(today)],
        over=[_line(one, today, names, leads) for one in found if not one.is_open(today)],
        longest=LONGEST_REASON,
        most_days=LONGEST_DAYS,
    )


def _unit(session: Session) -> Unit:
    """The unit that is asked for, or the first of the officer's; not found where they have no desk."""
    mine = units_of(session, desk_units())
    code = request.form.get("unit")
    if code:
        return next((unit for unit in mine if unit.agency_code == code), None) or abort(404)
    return chosen_of(mine) or (mine[0] if mine else None) or abort(404)


def _colleagues(session: Session, unit: Unit, today: date) -> list[Option]:
    return [(str(one.id), colleague_words(one)) for one in arrangements.staff(session, unit.id, on=today)]


def _line(one: Arranged, today: date, names: dict[int, str], leads: frozenset[int]) -> Line:
    return Line(
        id=one.id,
        absent=one.absent,
        officer=one.officer,
        unit=names.get(one.unit_id, ""),
        days=_("từ %(first)s đến hết %(last)s", first=day(one.first_on), last=day(one.last_on)),
        state=state_words(one, today),
        named=_("%(who)s ghi ngày %(on)s", who=one.named_by, on=day(one.named_at)),
        reason=one.reason if one.absent_id == officer_id() or one.unit_id in leads else None,
        open=one.is_open(today),
    )


def _read() -> Typed:
    form = request.form
    first, last = (_typed_parts(name) for name in ("first", "last"))
    absent, other = (form.get(name, "")[:20] for name in ("absent", "officer"))
    return Typed(absent, other, first, last, form.get("reason", "")[:TYPED_MAX])


def _typed_parts(name: str) -> Parts:
    one, month, year = (request.form.get(f"{name}-{part}", "").strip()[:10] for part in DATE_PARTS)
    return one, month, year


def _day(parts: Parts) -> date | None:
    try:
        return formats.day(parts)
    except Refusal:
        return None


def _parts(on: date) -> Parts:
    return str(on.day), str(on.month), str(on.year)
