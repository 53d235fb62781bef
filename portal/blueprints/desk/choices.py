"""Units and colleagues to give a dossier to, grouped so that the right one is found quickly."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.access import register_day
from portal.blueprints.desk.process import Standing, next_colleagues
from portal.clock import local_day
from portal.display import day
from portal.dossiers.views import Dossier
from portal.i18n import language
from portal.people import stand_ins
from portal.people.stand_ins import Colleague
from portal.units import queries as units
from portal.units.queries import Unit

_: Callable[..., str] = gettext

Option = tuple[str, str]  # as macros/form.html's select takes them
Group = tuple[str, list[Option]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the forms of a page let one choose from; empty where no form asks."""

    units: list[Group]
    onward: list[Option]  # the one unit to which the step of its process passes the dossier; else empty
    colleagues: list[Option] | list[Group]
    files: list[Option]

    @classmethod
    def for_acts(
        cls, session: Session, dossier: Dossier, acts: Collection[str], *, at: datetime, here: Standing | None
    ) -> "Choices":
        return cls(
            units=unit_choices(session, dossier) if {"pass-on", "ask-opinion"} & set(acts) else [],
            onward=_options([here.onward]) if here and here.onward else [],
            colleagues=_colleagues(session, dossier, here, at=at) if "assign" in acts else [],
            files=[(str(file.id), file.name) for file in dossier.files if file.openable],
        )


def _colleagues(
    session: Session, dossier: Dossier, here: Standing | None, *, at: datetime
) -> list[Option] | list[Group]:
    """Colleagues; first those to whom its process leads next, where it leads to somebody."""
    everybody = colleague_choices(session, dossier, at=at)
    following = next_colleagues(session, dossier, here, at=at)
    first = [one for one in everybody if int(one[0]) in following]
    if not first:
        return everybody
    rest = [one for one in everybody if one not in first]
    groups = [(_("Làm bước tiếp theo"), first), (_("Đồng nghiệp khác"), rest)]
    return [group for group in groups if group[1]]


def colleague_choices(session: Session, dossier: Dossier, *, at: datetime) -> list[Option]:
    """Who works at the desk of the holding unit today, without the one who has it; who is away is marked."""
    found = stand_ins.staff(session, dossier.holder_unit_id, on=local_day(at))
    return [(str(one.id), colleague_words(one)) for one in found if one.id != dossier.keeper_id]


def colleague_words(one: Colleague) -> str:
    words = f"{one.name}, {one.title}" if one.title else one.name
    return _("%(officer)s (vắng đến hết %(day)s)", officer=words, day=day(one.away_until)) if one.away_until else words


def unit_choices(session: Session, dossier: Dossier) -> list[Group]:
    """Every unit of the province's register but the holding one; those that had the dossier before come first."""
    before = {place.code for step in dossier.steps for place in (step.unit, step.to) if place}
    return units_but(session, {dossier.holder_unit_id}, before=before)


def units_but(session: Session, left_out: Collection[int], *, before: Collection[str] = ()) -> list[Group]:
    """Every unit of the province's register without these, by place; `before` are the codes of those to show first."""
    everywhere = [unit for unit in units.units_on(session, on=register_day()) if unit.level != "government"]
    others = [unit for unit in everywhere if unit.id not in left_out]
    known = [unit for unit in others if unit.agency_code in before]
    rest = [unit for unit in others if unit.agency_code not in before]
    groups = [(_("Đã từng giữ hồ sơ này"), known), *_by_place(rest, everywhere)]
    return [(name, _options(found)) for name, found in groups if found]


def _by_place(rest: Sequence[Unit], everywhere: Sequence[Unit]) -> list[tuple[str, list[Unit]]]:
    """Departments of the province; then each district with its communes; then communes without a district."""
    lang = language()
    districts = [unit for unit in everywhere if unit.level == "district"]
    inside = {unit.id for unit in districts}
    groups = [(_("Tỉnh và các sở, ban, ngành"), [unit for unit in rest if unit.level == "province"])]
    for district in districts:
        own = [unit for unit in rest if unit.id == district.id]
        groups.append((district.name_in(lang), own + [unit for unit in rest if unit.parent_id == district.id]))
    groups.append((_("Xã, phường, đặc khu"), [unit for unit in rest if _stands_alone(unit, inside)]))
    return groups


def _stands_alone(unit: Unit, districts: Collection[int]) -> bool:
    return unit.level == "commune" and unit.parent_id not in districts


def _options(found: Sequence[Unit]) -> list[Option]:
    lang = language()
    return [(str(unit.id), unit.name_in(lang)) for unit in found]
