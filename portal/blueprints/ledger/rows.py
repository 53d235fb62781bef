"""The rows of the list of dossiers: finished words in the HTML of `ledger/row.html`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from portal import display
from portal.addresses import address_of
from portal.blueprints.ledger import margins, words
from portal.blueprints.ledger.names import names
from portal.i18n import gettext, spoken
from portal.ledger.queries import Dossier
from portal.ledger.standing import CLOSED
from portal.stencils import Encoded, filled, stencil

_: Callable[..., str] = gettext


class Line(NamedTuple):
    """A row's texts, as the template calls them."""

    href: str
    reference: str
    procedure: str
    unit: str
    filed: str
    received: str
    due: str
    resolved: str
    margin: str
    tone: str
    state: str


def rows_of(rows: Sequence[Dossier], at: datetime) -> Encoded:
    """Every word is found once a page and not once a row."""
    units, procedures = _names(rows)
    states = {state: words.state_name(state) for state in {row.state for row in rows}}
    shapes = {late: stencil("ledger/row.html", Line._fields, late=late) for late in {row.late for row in rows}}
    language = spoken()
    nothing = {True: _("không có"), False: _("chưa có")}
    lines = [
        (
            shapes[row.late],
            (
                address_of("ledger.dossier", "reference", row.reference),
                row.reference,
                procedures[row.procedure],
                units[row.unit],
                *_times(row, nothing[row.state in CLOSED]),
                margins.words(row, at, language) or "–",
                states[row.state][1],
                states[row.state][0],
            ),
        )
        for row in rows
    ]
    return filled(lines, width=len(Line._fields))


def _names(rows: Sequence[Dossier]) -> tuple[Mapping[str, str], Mapping[str | None, str]]:
    """What the units and the procedures of the rows are called, by their codes."""
    units, procedures = {row.unit for row in rows}, {row.procedure for row in rows}
    known, hidden = names(units_of=units, procedures_of=procedures), _("Thủ tục không nêu tên")
    return (
        {code: known.unit(code) for code in units},
        {code: hidden if code is None else known.procedure(code) for code in procedures},
    )


def _times(row: Dossier, nothing: str) -> tuple[str, str, str, str]:
    """What has not happened can still happen, or no more: `nothing` says which."""
    instant = display.instant
    return (
        instant(row.filed_at),
        instant(row.received_at) or nothing,
        instant(row.due_at) or nothing,
        instant(row.resolved_at) or nothing,
    )
