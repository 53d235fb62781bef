"""Letters to both sides of a mandate, put into the outbox in the transaction of what they tell."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from portal import logs
from portal.errors import Invalid
from portal.letters import commands as letters
from portal.mandates import letters_text, queries
from portal.mandates.letters_text import Facts
from portal.mandates.rules import Ending, Event
from portal.mandates.views import Mandate, Side
from portal.people import queries as people
from portal.people.queries import Person

log = logs.logger(__name__)


class _Installed:
    base_url: str = ""


def install(base_url: str) -> None:
    """The portal's own address, for the links in letters."""
    _Installed.base_url = base_url


def key_prefix(mandate_id: int) -> str:
    """How the keys of all letters about this mandate begin."""
    return f"mandate-{mandate_id}/"


def tell(session: Session, mandate: Mandate, event: Event, *, ending: Ending | None = None, at: datetime) -> None:
    """Write to both sides. To an offer's other side only where an account bears that number and name."""
    facts = Facts(mandate.granter.name, mandate.agent.name, mandate.days, _link(mandate))
    for side, person in _readers(session, mandate):
        words = letters_text.compose((event, ending, side), mandate.language, facts)
        if words is None or person.email is None:
            continue
        key = f"{key_prefix(mandate.id)}{event.value}/{person.id}"
        try:
            letters.enqueue(session, key=key, to=person.email, subject=words[0], body=words[1], at=at)
        except Invalid as refusal:
            # An address that no letter can go to must not keep anybody from ending a mandate.
            log.warning("letter_not_written", mandate=mandate.id, reason=refusal.code)


def _readers(session: Session, mandate: Mandate) -> Iterable[tuple[Side, Person]]:
    granter = people.person(session, mandate.granter.person_id or 0)
    if granter is not None:
        yield Side.GRANTER, granter
    if mandate.agent.person_id is None:
        yield from ((Side.ASKED, person) for person in queries.asked_people(session, mandate))
        return
    agent = people.person(session, mandate.agent.person_id)
    if agent is not None:
        yield Side.AGENT, agent


def _link(mandate: Mandate) -> str:
    return f"{_Installed.base_url}/account/mandates/{mandate.id}"
