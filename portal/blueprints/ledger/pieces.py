"""What a dossier's public page repeats: its facts, its acts, its entries; finished words in the HTML of a template."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from portal import display
from portal.addresses import address_of
from portal.blueprints.ledger import words
from portal.i18n import gettext
from portal.ledger.queries import Logged
from portal.stencils import Stencil, filled, stencil

_: Callable[..., str] = gettext

FACT = ("label", "value")
ACT = ("title", "at", "shown", "unit", "note")
ENTRY = ("href", "position", "title")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the timeline."""

    title: str
    at: datetime | None
    state: str
    unit: str | None = None
    note: str | None = None


def facts(listed: Iterable[tuple[str, str]]) -> Markup:
    shape = stencil("ledger/fact.html", FACT)
    return filled([(shape, fact) for fact in listed], width=len(FACT))


def acts(items: Iterable[Item]) -> Markup:
    return filled([_act(item) for item in items], width=len(ACT))


def entries(logged: Iterable[Logged]) -> Markup:
    lines = []
    for item in logged:
        title = _("Mục niêm phong") if item.act is None else words.act_name(item.act)
        values = (address_of("ledger.entry", "index", item.position), str(item.position), title)
        lines.append((stencil("ledger/logged.html", ENTRY, broken=item.broken), values))
    return filled(lines, width=len(ENTRY))


def _act(item: Item) -> tuple[Stencil, tuple[str, ...]]:
    shape = stencil(
        "ledger/act.html",
        ACT,
        state=item.state,
        at=item.at is not None,
        unit=bool(item.unit),
        note=bool(item.note),
    )
    at = "" if item.at is None else item.at.isoformat()
    return shape, (item.title, at, display.instant(item.at), item.unit or "", item.note or "")
