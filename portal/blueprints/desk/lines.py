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


class Look(NamedTuple):
    """What differs between lines in more than words."""

    kept: bool
    stood_in: bool
    returned: bool
    due: bool
    left: bool
    late: bool


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
    lang, states = language(), {state: state_words(state) for state in {row.state for row in rows}}
    shapes: dict[Look, Stencil] = {}
    shown = []
    for row in rows:
        late = row.late(at)
        line = _line(row, *states[row.state], late=late, at=at, lang=lang, names=names, back=back.get(row.id), me=me)
        look = Look(
            bool(line.keeper) and not line.absent,
            bool(line.absent),
            bool(line.returned),
            bool(line.due_at),
            bool(line.left),
            late,
        )
        shape = shapes.get(look)
        if shape is None:
            given = {**look._asdict(), "ticks": ticks, "show_holder": show_holder}
            shape = shapes[look] = stencil("desk/line.html", Line._fields, **given)
        shown.append((shape, line))
    return filled(shown, width=len(Line._fields))


def _line(
    row: DossierRow,
    state: str,
    tone: str,
    *,
    late: bool,
    at: datetime,
    lang: str,
    names: Mapping[int, str],
    back: CameBack | None,
    me: int | None,
) -> Line:
    return Line(
        address_of("desk.dossier", "reference", row.reference),
        row.reference,
        row.procedure.in_(lang),
        row.applicant or _("Đã xóa theo luật"),
        tone,
        state,
        instant(row.filed_at),
        instant(row.due_at),
        _left(row, late=late, at=at),
        row.holder.in_(lang),
        names.get(row.keeper_id or 0, ""),
        str(row.steps),
        _returned(back) if back else "",
        _absent(row, names, me),
    )


def _absent(row: DossierRow, names: Mapping[int, str], me: int | None) -> str:
    if me is None or row.keeper_id in (None, me):
        return ""
    return _("Thay mặt %(absent)s", absent=names.get(row.keeper_id or 0) or _("một cán bộ"))


def _returned(back: CameBack) -> str:
    """The beginning of the reason; the whole of it is on the dossier's page."""
    reason = back.reason or _("Đã xóa theo luật")
    short = reason if len(reason) <= SHORT else f"{reason[:SHORT].rstrip()}…"
    return _("%(who)s trả lại: %(why)s", who=back.by or _("một cán bộ"), why=short)


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
