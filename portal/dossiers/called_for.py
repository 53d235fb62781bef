"""Which statutory paper an act calls for. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from portal.clock import local_day
from portal.dossiers.life import Act, Outcome
from portal.dossiers.views import Dossier, Step

Notice = Literal["supplement", "refusal", "denial", "apology", "stop"]

PAPERS: Mapping[tuple[Act, Outcome | None], Notice | Literal["receipt"]] = {
    (Act.RECEIVED, None): "receipt",
    (Act.SUPPLEMENT_ASKED, None): "supplement",
    (Act.NOT_RECEIVED, None): "refusal",
    (Act.EXTENDED, None): "apology",
    (Act.STOPPED, None): "stop",
    (Act.RESOLVED, Outcome.REFUSED): "denial",
}
NOTICES = frozenset(name for name in PAPERS.values() if name != "receipt")
"""Those with a page of words by an officer; the receipt has its own door, with the look-up secret."""


def paper_of(act: Act, outcome: Outcome | None) -> str | None:
    """The name of the form, as `portal.papers.form_sets` has it."""
    return PAPERS.get((act, outcome))


def notice_of(step: Step) -> Notice | None:
    name = PAPERS.get((step.act, step.outcome))
    return None if name == "receipt" else name


def notices_of(dossier: Dossier) -> tuple[tuple[Step, Notice], ...]:
    """The steps that the dossier has a notice of, oldest first."""
    return tuple((step, name) for step in dossier.public_steps if (name := notice_of(step)) is not None)


def form_day(received_at: datetime | None, acted_at: datetime) -> date:
    """The day whose set of forms holds: a dossier keeps the set that it was received under."""
    return local_day(received_at if received_at is not None and received_at <= acted_at else acted_at)


def due_before(steps: Sequence[Step], step: Step) -> datetime | None:
    """When the result was due until that act."""
    earlier = [one.due_at for one in steps if one.n < step.n]
    return earlier[-1] if earlier else None
