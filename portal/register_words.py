"""The lines of a desk's register in words, for its page, its PDF and its CSV alike."""

from collections.abc import Callable
from datetime import date, datetime

from flask import current_app
from flask_babel import gettext

from portal import clock
from portal.display import day, instant, is_pilot, state_words
from portal.dossiers.life import Way
from portal.dossiers.registers import RegisterRow
from portal.i18n import language
from portal.papers import BookFacts, BookLine, form_sets, register_book
from portal.settings import Settings
from portal.transaction import current_session
from portal.units import queries as units
from portal.units.queries import Unit
from portal.way_words import by_which_way, way_words

_: Callable[..., str] = gettext

UNKNOWN = ""
"""What nobody told the portal: the cell stays empty, to be written by hand."""


def line(row: RegisterRow) -> BookLine:
    """Nobody counts how many sets of papers there are."""
    lang = language()
    applicant = "; ".join(filter(None, (row.name, row.address, row.phone)))
    return BookLine(
        reference=row.reference,
        procedure=row.procedure.in_(lang),
        sets=UNKNOWN,
        applicant=applicant or _("Đã xóa theo luật"),
        holder=row.holder.in_(lang),
        received_at=instant(row.received_at),
        due_at=instant(row.due_at) or "",
        returned_at=instant(row.returned_at) or "",
        way=_way(row),
        note=state_words(row.state)[0],
    )


def _way(row: RegisterRow) -> str:
    """What the desk recorded; before it did, a result that lay in the portal was given there. Until then the wish."""
    if row.way is not None:
        return by_which_way(row.way, row.postal_number)
    if row.returned_at:
        return way_words(Way.ONLINE) if row.online else UNKNOWN
    return _("Muốn nhận: %(way)s", way=way_words(row.wished)) if row.wished else UNKNOWN


def heads() -> list[str]:
    """What the columns are called, in their order."""
    return [
        _("STT"),
        _("Mã hồ sơ"),
        _("Thủ tục của hồ sơ"),
        _("Số bộ"),
        _("Tên, địa chỉ, số điện thoại"),
        _("Cơ quan chủ trì"),
        _("Nhận hồ sơ"),
        _("Hẹn trả kết quả"),
        _("Trả kết quả"),
        _("Phương thức nhận kết quả"),
        _("Ghi chú"),
    ]


def period(first: date, last: date) -> str:
    return _("Từ ngày %(first)s đến ngày %(last)s", first=day(first), last=day(last))


def title(last: date) -> str:
    return form_sets.form("register", on=last).title_in(language())


def book(unit: Unit, lines: list[BookLine], *, first: date, last: date, at: datetime) -> bytes:
    """The register as PDF, by the set of forms in force on its last day."""
    session, lang = current_session(), language()
    settings: Settings = current_app.config["SETTINGS"]
    on = settings.units_on or clock.local_day(at)
    above = units.unit(session, unit.parent_id, on=on) if unit.parent_id else None
    province = units.by_agency_code(session, settings.province_agency)
    facts = BookFacts(
        form=form_sets.form("register", on=last),
        agency=unit.authority_in(lang),
        superior=above.authority_in(lang) if above else "",
        place=province.name_in(lang) if province else None,
        period=period(first, last),
        at=at,
        lines=lines,
        demo=is_pilot(),
    )
    return register_book(facts, lang=lang)
