"""The first page answers "what do you need to do?", and shows what the ledger says of today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal import clock, public_pages
from portal.access import Audience, audience
from portal.blueprints.home import logbook
from portal.i18n import language
from portal.ledger import log, popular
from portal.procedure_words import life_event_words
from portal.procedures import queries as procedures
from portal.procedures.queries import Filters
from portal.transaction import current_session

blueprint = Blueprint("home", __name__)

MOST, FEW = 6, 3
LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from here; `key` names its picture."""

    title: str
    href: str
    key: str = ""


@blueprint.get("/")
@audience(Audience.PUBLIC)
def index() -> ResponseReturnValue:
    """Eight statements whatever the ledger holds, nine while little was filed; two for who has the page already."""
    session, at = current_session(), clock.now()
    tag = public_pages.tag(log.listed(session), *procedures.stamp(session, at=at))
    if unchanged := public_pages.not_modified(tag):
        return unchanged
    counts = procedures.facets(session, filters=Filters(), at=at)
    today = logbook.today(session, at=at)
    filed_most = popular.most_filed(session, limit=MOST)
    names = procedures.names_of(session, codes={*filed_most, *today.procedures})
    popular_ones = [_procedure(code, names[code].in_(language())) for code in filed_most if code in names]
    html = render_template(
        "home/index.html",
        needs=_needs(counts.life_event),
        popular=popular_ones if len(popular_ones) >= FEW else [],
        offered=_offered(session, at) if len(popular_ones) < FEW else [],
        today=today.on,
        figures=logbook.figures(today.figures),
        resolved=logbook.lines(today, names),
    )
    return public_pages.public_page(html, tag)


def _needs(counts: Mapping[str, int]) -> list[Way]:
    """What happens in life, where there is a procedure for it."""
    return [
        Way(words, url_for("catalogue.index", life_event=key), key)
        for key, words in life_event_words().items()
        if counts.get(key)
    ]


def _offered(session: Session, at: datetime) -> list[Way]:
    """Some of what can be filed here, of one field each, while people have filed too little to say what many do."""
    found = procedures.search(session, limit=LOOKED_AT, lang=language(), at=at)
    of_each_field: dict[str, Way] = {}
    for row in found.rows:
        if row.service_level != "information":
            of_each_field.setdefault(row.field, _procedure(row.code, row.name.in_(language())))
    return list(of_each_field.values())[:MOST]


def _procedure(code: str, title: str) -> Way:
    return Way(title, url_for("catalogue.procedure", code=code))
