"""The register of units: as of a day, one, and who took over from it."""

from datetime import date

from flask_babel import gettext as _

from portal import access
from portal.access import Audience, audience
from portal.blueprints.api import answers, face
from portal.blueprints.api.face import blueprint
from portal.blueprints.api.operations import PAGED, Asked, Parameter, operation
from portal.procedures.text import Text
from portal.transaction import current_session
from portal.units import queries
from portal.units.queries import Unit

LEVELS = ("government", "province", "district", "commune")

CODE = Parameter(
    "code",
    "path",
    Text("mã định danh đơn vị", "agency code"),
    {"type": "string", "maxLength": 60},
    r"[A-Z0-9]{1,8}(?:\.[A-Z0-9]{1,8}){0,5}",
    "H06.31.01",
)
ON = Parameter(
    "on",
    "query",
    Text("như vào ngày này", "as of this day"),
    {"type": "string", "format": "date"},
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "2020-06-15",
)
LEVEL = Parameter("level", "query", Text("cấp", "level"), {"enum": list(LEVELS)}, "|".join(LEVELS), "commune")


@blueprint.get("/v1/units")
@audience(Audience.PUBLIC)
@operation(answers.Units, Text("Các đơn vị của một ngày", "The units of a day"), ON, LEVEL, *PAGED, seconds=face.MINUTE)
def units(asked: Asked) -> answers.Units:
    """In the order of the Vietnamese alphabet."""
    on = _day(asked.get("on"))
    everywhere = queries.units_on(current_session(), on=on)
    codes = {unit.id: unit.agency_code for unit in everywhere}
    found = [unit for unit in everywhere if asked.get("level") in (None, unit.level)]
    first = _first(asked, [unit.agency_code for unit in found])
    rows, more = found[first : first + asked.limit], len(found) > first + asked.limit
    cursor, following = asked.next_page(rows[-1].agency_code if more else None)
    return answers.Units(on=on, items=[_line(unit, codes) for unit in rows], cursor=cursor, next=following)


@blueprint.get("/v1/units/<code>")
@audience(Audience.PUBLIC)
@operation(answers.UnitLine, Text("Một đơn vị", "One unit"), CODE, seconds=face.MINUTE)
def unit(asked: Asked) -> answers.UnitLine:
    """As the newest fact has it that bears the code."""
    facts = queries.every_fact(current_session())
    return _line(_found(facts, asked["code"]), _codes(facts))


@blueprint.get("/v1/units/<code>/successors")
@audience(Audience.PUBLIC)
@operation(answers.Successors, Text("Ai kế tục một đơn vị", "Who took over from a unit"), CODE, seconds=face.MINUTE)
def successors(asked: Asked) -> answers.Successors:
    """Empty where nobody took over, or it is not known."""
    facts = queries.every_fact(current_session())
    old, codes = _found(facts, asked["code"]), _codes(facts)
    items = [
        answers.Successor(
            on=heir.on,
            decision=heir.decision,
            share=None if heir.share is None else float(heir.share),
            unit=_line(next(fact for fact in reversed(facts) if fact.id == heir.new_id), codes),
        )
        for heir in queries.successors(current_session(), old.id)
    ]
    return answers.Successors(agency_code=old.agency_code, items=items)


def _day(text: str | None) -> date:
    if text is None:
        return access.register_day()
    try:
        return date.fromisoformat(text)
    except ValueError:
        face.refuse(_("Không có ngày này trong lịch. Hãy viết năm-tháng-ngày, ví dụ 2020-06-15."))


def _first(asked: Asked, codes: list[str]) -> int:
    """Where the page begins: after the unit with which the one before ended."""
    if asked.key is None:
        return 0
    if asked.key not in codes:
        face.refuse(_("Danh sách đã đổi từ trang trước. Hãy bỏ cursor để bắt đầu lại."), code="bad_cursor")
    return codes.index(asked.key) + 1


def _found(facts: list[Unit], code: str) -> Unit:
    found = [fact for fact in facts if fact.agency_code == code]
    if not found:
        face.missing(_("Không có đơn vị nào có mã này. Danh sách ở /api/v1/units."))
    return found[-1]


def _codes(facts: list[Unit]) -> dict[int, str]:
    """The newest code of each unit."""
    return {fact.id: fact.agency_code for fact in sorted(facts, key=lambda fact: fact.valid_from)}


def _line(unit: Unit, codes: dict[int, str]) -> answers.UnitLine:
    return answers.UnitLine(
        agency_code=unit.agency_code,
        code=unit.code,
        name=answers.Text(vi=unit.name, en=unit.name_en),
        kind=unit.kind,
        level=unit.level,
        parent=codes.get(unit.parent_id) if unit.parent_id is not None else None,
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
    )
