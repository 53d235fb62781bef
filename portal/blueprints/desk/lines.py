"""The lines of the queue, with every word found once a page and not once a row."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from portal.addresses import address_of
from portal.display import duration, instant, state_words
from portal.dossiers.life import State
from portal.dossiers.returns import CameBack
from portal.dossiers.views import DossierRow
from portal.i18n import gettext, language
from portal.stencils import Encoded, Stencil, filled, stencil

_: Callable[..., str] = gettext

SHORT = 160
NOTHING_BACK: Mapping[int, CameBack] = MappingProxyType({})


class Line(NamedTuple):
    """One dossier in the queue, in words, as `desk/line.html` calls them."""

    href: str
    reference: str
    procedure: str
    applicant: str
    tone: str
    state: str
    filed_at: str
    due_at: str
    left: str  # how long until then, or how long over
    holder: str
    keeper: str  # who of the unit has it
    seen: str  # how many steps it has
    returned: str  # by whom and why it was returned, where that was the latest step
    absent: str  # in whose place the officer works on it


def lines_of(
    rows: Sequence[DossierRow],
    *,
    at: datetime,
    show_holder: bool,
    names: Mapping[int, str],
    ticks: bool,
    back: Mapping[int, CameBack] = NOTHING_BACK,
    me: int | None = None,
) -> Encoded:
    """The rows as the page shows them; `back`: which of them were returned, by id.

    `me`: whose list it is, where what others have stands in it because the officer stands in for them.
    """
    states = {state: state_words(state) for state in {row.state for row in rows}}
    shown = [
        _shown(
            row,
            states[row.state],
            at=at,
            show_holder=show_holder,
            names=names,
            ticks=ticks,
            back=back.get(row.id),
            me=me,
        )
        for row in rows
    ]
    return filled(shown, width=len(Line._fields))


def _shown(
    row: DossierRow,
    state: tuple[str, str],
    *,
    at: datetime,
    show_holder: bool,
    names: Mapping[int, str],
    ticks: bool,
    back: CameBack | None,
    me: int | None,
) -> tuple[Stencil, Line]:
    late, lang = row.late(at), language()
    line = Line(
        href=address_of("desk.dossier", "reference", row.reference),
        reference=row.reference,
        procedure=row.procedure.in_(lang),
        applicant=row.applicant or _("Đã xóa theo luật"),
        tone=state[1],
        state=state[0],
        filed_at=instant(row.filed_at),
        due_at=instant(row.due_at),
        left=_left(row, late=late, at=at),
        holder=row.holder.in_(lang),
        keeper=names.get(row.keeper_id or 0, ""),
        seen=str(row.steps),
        returned=_returned(back, names) if back else "",
        absent=_absent(row, names, me),
    )
    differs = {
        "kept": bool(line.keeper) and not line.absent,
        "stood_in": bool(line.absent),
        "returned": bool(line.returned),
        "ticks": ticks,
        "due": bool(line.due_at),
        "left": bool(line.left),
        "late": late,
        "show_holder": show_holder,
    }
    return stencil("desk/line.html", Line._fields, **differs), line


def _absent(row: DossierRow, names: Mapping[int, str], me: int | None) -> str:
    if me is None or row.keeper_id in (None, me):
        return ""
    return _("Thay mặt %(absent)s", absent=names.get(row.keeper_id or 0) or _("một cán bộ"))


def _returned(back: CameBack, names: Mapping[int, str]) -> str:
    """The beginning of the reason; the whole of it is on the dossier's page."""
    reason = back.reason or _("Đã xóa theo luật")
    short = reason if len(reason) <= SHORT else f"{reason[:SHORT].rstrip()}…"
    return _("%(who)s trả lại: %(why)s", who=names.get(back.officer_id or 0) or _("một cán bộ"), why=short)


def _left(row: DossierRow, *, late: bool, at: datetime) -> str:
    if row.state is State.FILED:
        return _("đã chờ %(time)s", time=duration(at - row.filed_at))
    if row.due_at is None:
        return ""
    if late:
        return _("Trễ %(time)s", time=duration((row.resolved_at or row.paused_at or at) - row.due_at))
    if row.paused_at is not None:
        return _("đang tạm dừng")
    return "" if row.resolved_at else _("còn %(time)s", time=duration(row.due_at - at))
