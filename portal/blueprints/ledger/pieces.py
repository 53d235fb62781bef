"""What the list and a dossier's public page repeat: filters, facts, acts; finished words in the HTML of a template."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from portal import display
from portal.addresses import address_of
from portal.blueprints.ledger import words
from portal.i18n import gettext
from portal.ledger.queries import Logged
from portal.stencils import Encoded, Stencil, filled, stencil
from portal.working_words import Explained

_: Callable[..., str] = gettext

FACT = ("label", "value")
ACT = ("title", "at", "shown", "unit", "note")
ENTRY = ("href", "position", "title")
WORKING = ("title", "shown", "rule")
LINK = ("href", "words")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the timeline."""

    title: str
    at: datetime | None
    state: str
    unit: str | None = None
    note: str | None = None


def chosen(filters: Iterable[tuple[str, str]]) -> Encoded:
    """Each filter in force, with the address without it."""
    shape = stencil("ledger/chosen.html", LINK)
    return filled([(shape, link) for link in filters], width=len(LINK))


def asks(addresses: Mapping[str, str]) -> Encoded:
    """Where one asks for letters about the unit or the procedure of a list."""
    return filled(
        [(stencil("ledger/ask.html", ("href",), about=about), (href,)) for about, href in addresses.items()], width=1
    )


def pages(*, begin: str | None, older: str | None) -> Encoded:
    """The ways from this part of a list to its beginning and on; nothing where it is the whole list."""
    if begin is None and older is None:
        return Encoded()
    shape = stencil("ledger/pages.html", ("begin", "older"), begun=begin is not None, more=older is not None)
    return filled([(shape, (begin or "", older or ""))], width=2)


def facts(listed: Iterable[tuple[str, str]]) -> Encoded:
    shape = stencil("ledger/fact.html", FACT)
    return filled([(shape, fact) for fact in listed], width=len(FACT))


def acts(items: Iterable[Item]) -> Encoded:
    return filled([_act(item) for item in items], width=len(ACT))


def entries(logged: Iterable[Logged]) -> Encoded:
    lines = []
    for item in logged:
        title = _("Mục niêm phong") if item.act is None else words.act_name(item.act)
        values = (address_of("ledger.entry", "index", item.position), str(item.position), title)
        lines.append((stencil("ledger/logged.html", ENTRY, broken=item.broken), values))
    return filled(lines, width=len(ENTRY))


def workings(found: Iterable[Explained]) -> Encoded:
    """How due instants came about; a working has few lines, and each number of them its own stencil."""
    return Encoded(b"".join(_working(one) for one in found))


def _working(one: Explained) -> Encoded:
    lines = [f"line_{number}" for number in range(len(one.lines))]
    shape = stencil("ledger/working.html", (*WORKING, *lines), decided=one.decided)
    return filled([(shape, (one.title, one.shown, one.rule, *one.lines))], width=len(WORKING) + len(lines))


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
