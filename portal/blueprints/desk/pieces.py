"""What the queue's page repeats around its lines: finished words in the HTML of a template."""

from collections.abc import Iterable, Mapping, Sequence

from portal.addresses import address
from portal.blueprints.desk.lists import links_to
from portal.blueprints.desk.tabs import Tab
from portal.display import number
from portal.i18n import gettext as _
from portal.i18n import language
from portal.queues.saved import Named
from portal.stencils import Encoded, filled, stencil
from portal.units.queries import Unit

TAB = ("href", "words", "count")
LINK = ("href", "words")
PAIR = ("name", "value")
URGENT = frozenset({"late", "apology"})


def tabs(found: Iterable[Tab], show: str) -> Encoded:
    lines = []
    for tab in found:
        shape = stencil("desk/tab.html", TAB, current=tab.key == show, late=tab.key in URGENT and tab.count > 0)
        lines.append((shape, (tab.href, tab.words, number(tab.count))))
    return filled(lines, width=len(TAB))


def unit_tabs(mine: Sequence[Unit], chosen: Unit | None) -> Encoded:
    """All together, and each by itself."""
    links = [(address("desk.index"), _("Mọi đơn vị của tôi"), chosen is None)]
    links += [(address("desk.index", unit=unit.agency_code), unit.name_in(language()), unit == chosen) for unit in mine]
    return filled(
        [(stencil("desk/unit_tab.html", LINK, current=current), (href, words)) for href, words, current in links],
        width=len(LINK),
    )


def kept(filters: Mapping[str, str]) -> Encoded:
    """What a form of the page sends along."""
    return filled([(stencil("desk/kept.html", PAIR), pair) for pair in filters.items()], width=len(PAIR))


def saved_lists(found: Sequence[Named]) -> Encoded:
    return filled(
        [(stencil("desk/saved_list.html", LINK), (one.href, one.name)) for one in links_to(found)], width=len(LINK)
    )
