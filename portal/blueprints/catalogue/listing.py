"""The list of procedures: search, filters with counts, results."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.catalogue import wishes
from portal.blueprints.catalogue.face import blueprint, public_page
from portal.blueprints.catalogue.wishes import Wish
from portal.i18n import gettext as _
from portal.i18n import language
from portal.procedure_words import audience_words, level_words, life_event_words
from portal.procedures import queries, sectors
from portal.procedures.queries import Facets
from portal.transaction import current_session
from portal.units.queries import Unit

Options = list[Any]  # as macros/form.html's select takes them
Link = tuple[str, str, int, bool]  # address, words, number, whether it is chosen


@blueprint.get("/procedures")
@audience(Audience.PUBLIC)
def index() -> ResponseReturnValue:
    """Procedures in force that answer the search, and how to narrow it."""
    wish, at = wishes.read(), clock.now()
    return public_page(lambda: _page(wish, at), at=at)


def _page(wish: Wish, at: datetime) -> str:
    page = queries.find(current_session(), q=wish.q, filters=wish.filters, after=wish.after, lang=language(), at=at)
    facets = queries.facets(current_session(), q=wish.q, asked=page.asked, filters=wish.filters, way=page.way, at=at)
    return render_template(
        "catalogue/index.html",
        wish=wish,
        page=page,
        total=facets.total,
        choices=_choices(facets, wish),
        links=_links(facets, wish),
        chosen=_chosen(wish),
        levels=level_words(),
        field_name=sectors.name,
        next_address=_next(wish, page.after),
    )


def _next(wish: Wish, after: str | None) -> str | None:
    return url_for("catalogue.index", **wish.address, after=after) if after else None


def _links(facets: Facets, wish: Wish) -> dict[str, list[Link]]:
    """The same narrowing as links, for topics: each beside the other filters in force."""
    filters = wish.filters
    return {
        "life_event": _linked("life_event", life_event_words(), facets.life_event, filters.life_event, wish),
        "field": _linked("field", _field_words(), facets.field, filters.field, wish),
    }


def _linked(
    name: str, words: Mapping[str, str], counts: Mapping[str, int], chosen: str | None, wish: Wish
) -> list[Link]:
    return [
        (url_for("catalogue.index", **{**wish.address, name: value}), words[value], counts[value], value == chosen)
        for value in words
        if counts.get(value)
    ]


def _field_words() -> dict[str, str]:
    return {key: sector.name.in_(language()) for key, sector in sectors.sectors().items()}


def _choices(facets: Facets, wish: Wish) -> dict[str, Options]:
    """The options of each filter, with how many procedures each would leave."""
    lang = language()
    return {
        "life_event": _counted(life_event_words(), facets.life_event, wish.filters.life_event),
        "field": _counted(_field_words(), facets.field, wish.filters.field),
        "level": _counted(level_words(), facets.level, wish.filters.level),
        "audience": _counted(audience_words(), facets.audience, wish.filters.audience),
        "agency": _agencies(wish.units, lang),
    }


def _counted(names: Mapping[str, str], counts: Mapping[str, int], chosen: str | None) -> Options:
    return [
        (value, f"{name} ({counts.get(value, 0)})")
        for value, name in names.items()
        if counts.get(value) or value == chosen
    ]


def _agencies(units: Sequence[Unit], lang: str) -> Options:
    """Departments, then districts, then each district's communes."""
    groups: list[tuple[str, list[tuple[str, str]]]] = [
        (_("Sở, ban, ngành của tỉnh"), _options(units, lang, level="province")),
        (_("Huyện, thành phố, thị xã"), _options(units, lang, level="district")),
    ]
    districts = [unit for unit in units if unit.level == "district"]
    groups += [(d.name_in(lang), _options(units, lang, level="commune", parent_id=d.id)) for d in districts]
    inside = {district.id for district in districts}
    rest = [unit for unit in units if unit.parent_id not in inside]
    groups.append((_("Xã, phường, thị trấn"), _options(rest, lang, level="commune")))
    return [(name, options) for name, options in groups if options]


def _options(units: Sequence[Unit], lang: str, *, level: str, parent_id: int | None = None) -> list[tuple[str, str]]:
    return [
        (unit.agency_code, unit.name_in(lang))
        for unit in units
        if unit.level == level and parent_id in (None, unit.parent_id)
    ]


def _chosen(wish: Wish) -> list[tuple[str, str]]:
    """(name, address without it) of each filter in force."""
    return [
        (_name(wish, filter_name, value), url_for("catalogue.index", **wish.without(filter_name)))
        for filter_name, value in wish.chosen.items()
    ]


def _name(wish: Wish, filter_name: str, value: str) -> str:
    if filter_name == "field":
        return sectors.name(value).in_(language())
    if filter_name == "agency":
        return next(unit.name_in(language()) for unit in wish.units if unit.agency_code == value)
    words = {"level": level_words, "audience": audience_words, "life_event": life_event_words}
    return words[filter_name]()[value]
