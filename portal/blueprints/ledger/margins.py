"""How a dossier stands against its term: working time early or late, as the rule of due instants counts it.

Eight working hours are a working day; nights, weekends and days off are not time. Of what is not done yet it says how
much is left.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from portal.deadlines import current_calendar, working_minutes
from portal.i18n import gettext, ngettext
from portal.ledger.queries import Dossier

_: Callable[..., str] = gettext
_n: Callable[..., str] = ngettext

DAY_MINUTES = 8 * 60


def minutes_early(row: Dossier) -> int | None:
    """Working minutes between the result and the due instant, negative where it was late; None without the two."""
    if row.resolved_at is None or row.due_at is None:
        return None
    return _counted(row.resolved_at, row.due_at)


def words(row: Dossier, at: datetime, language: str) -> str:
    """In words, in the language of the moment; nothing where there is no term, or no more."""
    if row.due_at is None:
        return ""
    if row.resolved_at is not None:
        if row.resolved_at == row.due_at:
            return _("đúng lúc hẹn")
        return _told("late" if row.resolved_at > row.due_at else "early", row.resolved_at, row.due_at, language)
    if row.state == "awaiting_supplement":
        return _("tạm dừng, chờ bổ sung")
    if row.state != "in_progress":
        return ""
    return _told("overdue" if row.due_at < at else "left", at, row.due_at, language)


def _told(standing: str, begin: datetime, end: datetime, language: str) -> str:
    minutes = _counted(begin, end)
    if minutes is None:
        return _sentence(standing, None, 0, language)
    days, rest = divmod(abs(minutes), DAY_MINUTES)
    return _sentence(standing, days, rest // 60, language)


def _counted(begin: datetime, end: datetime) -> int | None:
    """None outside the years whose working days are known."""
    try:
        return working_minutes(begin, end, current_calendar())
    except ValueError:
        return None


@lru_cache(maxsize=8192)
def _sentence(standing: str, days: int | None, hours: int, _language: str) -> str:
    """Said in the language of the moment, and kept: the same lengths come again on every page."""
    length = _("thời gian không tính được") if days is None else _length(days, hours)
    if standing == "late":
        return _("trễ %(length)s", length=length)
    if standing == "early":
        return _("sớm %(length)s", length=length)
    return _("đã trễ %(length)s", length=length) if standing == "overdue" else _("còn %(length)s", length=length)


def _length(days: int, hours: int) -> str:
    """Days and hours of working time."""
    if not days and not hours:
        return _("dưới một giờ làm việc")
    if not hours:
        return _n("%(num)d ngày làm việc", "%(num)d ngày làm việc", days)
    if not days:
        return _n("%(num)d giờ làm việc", "%(num)d giờ làm việc", hours)
    return _(
        "%(days)s %(hours)s làm việc",
        days=_n("%(num)d ngày", "%(num)d ngày", days),
        hours=_n("%(num)d giờ", "%(num)d giờ", hours),
    )
