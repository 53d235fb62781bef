"""Telling a WebSub hub which feeds have something new, so that their readers need not ask again and again.

When a checkpoint is handed out a job is written in the same transaction. The job, outside any, posts to the hub what
changed: `hub.mode=publish` and one `hub.url` a feed, in the form that hubs agree on. A job covers exactly the entries
of its hand-out, so none is forgotten; telling twice does no harm.

Feeds are named by the address they give themselves (`rel=self`): that of everything; of each unit that acted or
received, and of those above it; of each procedure; of each dossier. The hub is the operator's choice; requests to it
are guarded as those to strangers' addresses are (`portal.outgoing`), and only where the operator says so it may stand
in a network of their own (`PORTAL_WEBSUB_HUB_INSIDE`).
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from urllib.parse import quote, urlencode

import procrastinate
from sqlalchemy.orm import Session

from portal import clock, jobs, logs, outgoing, transaction
from portal.ledger import queries, storage
from portal.outgoing import NotAllowed, Unreachable
from portal.settings import Settings
from portal.units import queries as units
from portal.units.queries import Unit

FORMS = ("atom", "json")
AT_A_TIME = 50
SECONDS = 12.0
FORM = "application/x-www-form-urlencoded"
RETRIES = procrastinate.RetryStrategy(max_attempts=6, exponential_wait=4)  # 4 s, 16 s, 1 min, ... 1 hour

log = logs.logger(__name__)


class HubDidNotTake(Exception):
    """Tells the queue to run the job again later."""


class _Hub:
    url: str = ""
    inside: frozenset[str] = frozenset()
    portal: str = ""
    units_on: date | None = None


def configure(settings: Settings) -> None:
    _Hub.url, _Hub.inside = settings.websub_hub, settings.hubs_inside
    _Hub.portal, _Hub.units_on = settings.base_url, settings.units_on


def announce(session: Session, low: int, high: int) -> None:
    """Write the job for the entries `low` up to `high`, which this transaction makes public."""
    if _Hub.url and low < high:
        jobs.enqueue(session, "ledger.tell_hub", low=low, high=high)


@jobs.task("ledger.tell_hub", retry=RETRIES)
def tell_hub(*, low: int, high: int) -> None:
    """The job; asks to be run again where the hub did not take it."""
    if not _Hub.url:
        return
    session = transaction.current_session()
    addresses = list(topics(session, low, high))
    session.rollback()  # nothing is held while the hub thinks
    for start in range(0, len(addresses), AT_A_TIME):
        _tell(addresses[start : start + AT_A_TIME])
    log.info("hub_told", topics=len(addresses), low=low, high=high)


def topics(session: Session, low: int, high: int) -> Iterator[str]:
    """The addresses of all feeds that these entries are in."""
    acts = [queries.read_act(data, None) for _position, data, *_columns in storage.entries(session, low, high)]
    known = [act for act in acts if act is not None]
    references = sorted({act.reference for act in known})
    acting = {act.unit for act in known} | set(queries.receiving_units(session, references))
    paths = ["/ledger/feed."]
    paths += [f"/ledger/dossiers/{quote(reference, safe='')}/feed." for reference in references]
    narrowed = [("unit", code) for code in sorted(_with_above(session, acting))]
    narrowed += [("procedure", code) for code in sorted({act.procedure for act in known})]
    for form in FORMS:
        yield from (f"{_Hub.portal}{path}{form}" for path in paths)
        yield from (f"{_Hub.portal}/ledger/feed.{form}?{urlencode([pair])}" for pair in narrowed)


def _with_above(session: Session, codes: Collection[str]) -> set[str]:
    """These units, and those whose feeds have what these do."""
    if not codes:
        return set()
    on = _Hub.units_on or clock.local_day(clock.now())
    found: Sequence[Unit] = units.units_on(session, on=on)
    by_code, by_id = {unit.agency_code: unit for unit in found}, {unit.id: unit for unit in found}
    every = set(codes)
    for code in codes:
        unit = by_code.get(code)
        while unit is not None:
            every.add(unit.agency_code)
            unit = by_id.get(unit.parent_id) if unit.parent_id is not None else None
    return every


def _tell(addresses: Sequence[str]) -> None:
    body = urlencode([("hub.mode", "publish"), *(("hub.url", address) for address in addresses)])
    try:
        where = outgoing.destination(_Hub.url, allowed=_Hub.inside)
        answer = outgoing.post(where, body.encode(), {"Content-Type": FORM}, seconds=SECONDS)
    except (NotAllowed, Unreachable) as error:
        log.warning("hub_not_reached", error=str(error))
        raise HubDidNotTake(str(error)) from None
    if not 200 <= answer.status < 300:
        log.warning("hub_did_not_take", status=answer.status)
        raise HubDidNotTake(str(answer.status))
