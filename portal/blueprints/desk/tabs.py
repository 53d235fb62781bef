"""The ways to look at the queue, each with its number."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.addresses import address
from portal.blueprints.desk.wishes import OPEN, WAITING, Wish
from portal.dossiers.counted import QueueCounts
from portal.dossiers.life import State
from portal.i18n import gettext

_: Callable[..., str] = gettext


@dataclass(frozen=True, slots=True)
class Tab:
    """One way to look at the queue."""

    key: str
    words: str
    count: int
    href: str


def tabs_of(counts: QueueCounts, *, sent_on: int, asked: int, wish: Wish) -> list[Tab]:
    """`sent_on`: what lies elsewhere; `asked`: opinions that wait, which have a page of their own."""
    found = [
        ("open", _("Tất cả đang mở"), sum(counts.of(state) for state in OPEN)),
        ("mine", _("Việc của tôi"), counts.kept),
        ("filed", _("Cần tiếp nhận"), counts.of(State.FILED)),
        ("working", _("Đang giải quyết"), counts.of(State.IN_PROGRESS)),
        ("proposed", _("Chờ duyệt"), counts.proposed),
        ("soon", _("Sắp đến hạn"), counts.soon),
        ("apology", _("Chưa xin lỗi"), counts.unapologised),
        ("late", _("Quá hạn"), counts.late),
        ("waiting", _("Chờ người nộp"), sum(counts.of(state) for state in WAITING)),
        ("resolved", _("Cần trả kết quả"), counts.of(State.RESOLVED)),
        ("elsewhere", _("Đã chuyển đi"), sent_on),
    ]
    tabs = [Tab(key, words, count, wish.address(show=None if key == "open" else key)) for key, words, count in found]
    return [*tabs, Tab("opinions", _("Hỏi ý kiến"), asked, address("desk.opinion_list"))]
