"""Mandates in words, and as a paper: for their two sides, and for the desk of a dossier that was filed under one."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext

from portal import papers
from portal.display import day, is_pilot, number, text
from portal.errors import PortalError
from portal.i18n import language
from portal.mandates.rules import Ending, Event, Standing
from portal.mandates.views import Happening, Mandate, Side
from portal.papers import MandateFacts
from portal.procedures import queries as procedures
from portal.transaction import current_session

_: Callable[..., str] = gettext


def standing_words(mandate: Mandate) -> tuple[str, str]:
    """What it is worth now, and the tone of the words."""
    return {
        Standing.OFFERED: (_("Chờ nhận lời"), "waiting"),
        Standing.LAPSED: (_("Không ai nhận lời trong thời hạn"), "neutral"),
        Standing.COMING: (_("Chưa đến ngày bắt đầu"), "waiting"),
        Standing.HOLDS: (_("Đang có hiệu lực"), "good"),
        Standing.EXPIRED: (_("Đã hết hạn"), "neutral"),
        Standing.ENDED: (ending_words(mandate.ending), "neutral"),
    }[mandate.standing]


def ending_words(ending: Ending | None) -> str:
    """How it ended."""
    if ending is None:
        return ""
    return {
        Ending.TAKEN_BACK: _("Bên ủy quyền đã rút lại"),
        Ending.DECLINED: _("Bên được ủy quyền đã từ chối"),
        Ending.REVOKED: _("Bên ủy quyền đã chấm dứt"),
        Ending.GIVEN_UP: _("Bên được ủy quyền đã thôi nhận"),
        Ending.ERASED: _("Đã chấm dứt vì dữ liệu một bên được xóa theo luật"),
    }[ending]


def happening_words(happening: Happening) -> str:
    """One line of the trail."""
    if happening.event is Event.ENDED:
        return ending_words(happening.ending)
    return {
        Event.OFFERED: _("Bên ủy quyền gửi lời ủy quyền"),
        Event.ACCEPTED: _("Bên được ủy quyền nhận lời"),
        Event.EXPIRED: _("Hết thời hạn ủy quyền"),
    }[happening.event]


def scope_words(mandate: Mandate) -> list[str]:
    """The procedures by name; a single line where it is for all of them."""
    if mandate.procedures is None:
        return [_("Mọi thủ tục nộp trực tuyến")]
    names = procedures.names_of(current_session(), mandate.procedures)
    return [f"{text(names[code])} ({code})" if code in names else code for code in mandate.procedures]


def party_name(name: str) -> str:
    """A side by its name; of whom was erased there is none."""
    return name or _("Đã xóa theo luật")


def paper(mandate: Mandate, *, side: Side | None, at: datetime) -> bytes:
    """The mandate as a PDF. Whom it is only offered to, who may not be whom it means, reads no ID number in it."""
    numbers = side is not Side.ASKED
    facts = MandateFacts(
        number=str(mandate.id),
        granter=party_name(mandate.granter.name),
        granter_kind="organisation" if mandate.granter.kind == "organisation" else "citizen",
        granter_number=mandate.granter.number if numbers else None,
        agent=party_name(mandate.agent.name),
        agent_number=mandate.agent.number if numbers else None,
        procedures=None if mandate.procedures is None else scope_words(mandate),
        from_on=mandate.days.first,
        until_on=mandate.days.last,
        offered_at=mandate.offered_at,
        accepted_at=mandate.accepted_at,
        printed_at=at,
        ended_at=mandate.ended_at,
        ending=f"{ending_words(mandate.ending)}." if mandate.ending else "",
        expired=mandate.standing in (Standing.EXPIRED, Standing.LAPSED),
        demo=is_pilot(),
    )
    return papers.mandate(facts, lang=language())


def paper_headers(mandate: Mandate) -> Mapping[str, str]:
    return {"Content-Disposition": f'attachment; filename="uy-quyen-{mandate.id}.pdf"'}


def refusal_words(error: PortalError) -> tuple[str, str]:
    """Which field of the offer's form is meant (empty: none), and what to do."""
    facts: Mapping[str, Any] = error.facts
    found = {
        "begins_in_the_past": ("from", _("Hãy chọn ngày bắt đầu từ hôm nay trở đi.")),
        "ends_before_it_begins": ("until", _("Hãy chọn ngày cuối không sớm hơn ngày bắt đầu.")),
        "lasts_too_long": (
            "until",
            _(
                "Mỗi ủy quyền dài nhất %(days)s ngày. Hãy chọn ngày cuối sớm hơn; hết hạn, bạn ủy quyền lại được.",
                days=number(facts.get("most_days")),
            ),
        ),
        "unknown_procedure": (
            "codes",
            _(
                "Có mã không phải của thủ tục nào. Hãy kiểm tra lại, nhiều nhất %(limit)s thủ tục.",
                limit=facts.get("limit"),
            ),
        ),
        "yourself": ("agent_id", _("Đây là số của chính bạn. Hãy nhập số của người bạn muốn ủy quyền.")),
        "too_many_open": (
            "",
            _("Bạn đang có %(limit)s ủy quyền chưa kết thúc. Hãy chấm dứt bớt rồi thử lại.", limit=facts.get("limit")),
        ),
        "too_many_today": (
            "",
            _("Bạn đã gửi %(limit)s lời ủy quyền trong một ngày. Hãy thử lại ngày mai.", limit=facts.get("limit")),
        ),
        "offer_is_over": ("", _("Lời ủy quyền này không còn nhận được nữa.")),
        "over_already": ("", _("Ủy quyền này đã kết thúc từ trước, nên không cần làm gì thêm.")),
    }
    return found.get(error.code, ("", _("Việc này chưa làm được. Hãy tải lại trang rồi thử lại.")))


def days_words(mandate: Mandate) -> str:
    return _("từ %(first)s đến hết %(last)s", first=day(mandate.days.first), last=day(mandate.days.last))
