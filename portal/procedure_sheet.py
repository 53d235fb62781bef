"""The page of a procedure's sheet: the public one, and the same for a manuscript before it is published."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from portal import offered_files
from portal.decision_words import ending
from portal.i18n import language
from portal.offered_files import Address
from portal.procedure_words import (
    audience_words,
    channel_words,
    fee_words,
    level_words,
    online_level_words,
    receiver_words,
    term_words,
)
from portal.procedures import queries, sectors
from portal.procedures.procedure import Procedure, Receiving
from portal.procedures.text import optional_text
from portal.transaction import current_session
from portal.units import queries as units
from portal.units.queries import Unit

Row = tuple[str, str | None]


def sheet_page(
    found: Procedure,
    *,
    at: datetime,
    as_revision: bool = False,
    has_process: bool = False,
    framed: bool = False,
    start: str | None = None,
    file_address: Address = offered_files.public_address,
) -> str:
    """`has_process`: an internal process was published for it.

    `framed`, it stands in a frame of another page, whose visitor it does not greet; `start` is where its button to
    apply leads, if elsewhere than to the application, `file_address` where its template files are.
    """
    lang = language()
    known = _units_named(found)
    names = queries.names_of(current_session(), found.sheet.get("related", ()))
    return render_template(
        "catalogue/procedure.html",
        procedure=found,
        sheet=found.sheet,
        facts=_facts(found, lang),
        receivers=_receivers(found.receiving, known, lang),
        offered=offered_files.of_sheet(found.sheet, address=file_address),
        channels=channel_words(),
        term_words=term_words,
        fee_words=fee_words,
        related=[(code, names[code]) for code in found.sheet.get("related", ()) if code in names],
        field_name=sectors.name(found.field),
        level_name=level_words()[found.level],
        is_past=found.has_ended(at),
        is_coming=found.begins_at > at,
        as_revision=as_revision,
        has_process=has_process,
        start=start,
        **({"framed": True, "anonymous": True} if framed else {}),
        ending=ending(found.withdrawal, at),
        offers=[(_receivers(offer.receiving, known, lang), offer) for offer in found.offers],
    )


def _units_named(found: Procedure) -> Mapping[str, Unit]:
    """The agencies that receive it or offer it, in one statement; none where only kinds are named."""
    places = [found.receiving, *(offer.receiving for offer in found.offers)]
    return units.names_of(current_session(), {agency for place in places for agency in place.agencies})


def _receivers(receiving: Receiving, known: Mapping[str, Unit], lang: str) -> str:
    """Where one files, in words."""
    if receiving.kinds:
        return receiver_words(receiving.kinds)
    return "; ".join(sorted(known[code].name_in(lang) for code in receiving.agencies if code in known))


def _facts(found: Procedure, lang: str) -> list[Row]:
    """The items of the national sheet that are one phrase each, in its order; None is "no information"."""
    sheet, decision = found.sheet, found.sheet.get("decision") or {}
    audiences = audience_words()
    return [
        (_("Mã thủ tục"), found.code),
        (_("Số quyết định công bố"), decision.get("number")),
        (_("Ngày quyết định"), _day(decision.get("on"))),
        (_("Tên thủ tục"), found.name.in_(lang)),
        (_("Cấp thực hiện"), level_words()[found.level]),
        (_("Loại thủ tục"), _words(sheet, "kind", lang)),
        (_("Lĩnh vực"), sectors.name(found.field).in_(lang)),
        (_("Mức độ dịch vụ trực tuyến"), online_level_words()[found.service_level]),
        (_("Đối tượng thực hiện"), "; ".join(audiences[key] for key in audiences if key in found.audience)),
        (_("Mô tả đối tượng"), _words(sheet, "audience_note", lang)),
        (_("Cơ quan thực hiện"), _words(sheet, "performed_by", lang)),
        (_("Cơ quan có thẩm quyền"), _words(sheet, "competent", lang)),
        (_("Địa chỉ tiếp nhận"), _words(sheet, "reception", lang)),
        (_("Cơ quan được ủy quyền"), _words(sheet, "authorised", lang)),
        (_("Cơ quan phối hợp"), _words(sheet, "coordinating", lang)),
        (_("Kết quả"), _words(sheet, "result", lang)),
        (_("Mã kết quả"), sheet.get("result_code")),
        (_("Yêu cầu, điều kiện"), _words(sheet, "conditions", lang)),
        (_("Từ khóa"), ", ".join(sheet.get("keywords", ())) or None),
        (_("Mô tả"), _words(sheet, "summary", lang)),
        (_("Nguồn"), decision.get("source")),
    ]


def _words(sheet: Mapping[str, Any], member: str, lang: str) -> str | None:
    found = optional_text(sheet.get(member))
    return found.in_(lang) if found else None


def _day(iso: str | None) -> str | None:
    return date.fromisoformat(iso).strftime("%d/%m/%Y") if iso else None
