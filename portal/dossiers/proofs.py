"""What the owner of a dossier can prove: an act's leaf, and the private fields that it commits to."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import sealing
from portal.dossiers import paper_notes, private_fields
from portal.dossiers.models import DossierSecret
from portal.dossiers.represented import Agent, Applicant
from portal.dossiers.views import Dossier, Step
from portal.errors import NotFound, PortalError
from portal.ledger import commitment, entry, intake, proving
from portal.ledger.proof_file import Receipt


class Erased(PortalError):
    """The dossier's secret is destroyed: nobody can open its private part any more."""

    code = "erased"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A receipt of one act, without its promise. `position` None: in no checkpoint yet."""

    reference: str
    step: Step
    receipt: Receipt
    position: int | None


def public(session: Session, dossier: Dossier, n: int) -> Evidence | None:
    """The act's receipt without its private part; None where the log's lists have erased the dossier."""
    step = _step(dossier, n)
    leaf = proving.leaf(session, dossier.reference, step.leaf_hash)
    return None if leaf is None else Evidence(dossier.reference, step, leaf.receipt, leaf.position)


def of_act(session: Session, dossier: Dossier, n: int, *, show: Collection[str] | None = None) -> Evidence:
    """The act's receipt, opening the fields named in `show` (None: all of them; those it does not have: ignored).

    NotFound where there is no such act; Erased once its secret is destroyed.
    """
    found, secret = public(session, dossier, n), _secret(session, dossier)
    if found is None or secret is None:
        raise Erased
    fields = fields_of(dossier, n)
    shown = fields.keys() if show is None else fields.keys() & set(show)
    hidden = dossier.agent.hidden if n == 0 and dossier.agent else ()
    opening = commitment.open_fields(fields, show=shown, secret=secret, n=n, hidden=hidden)
    commitment.check(opening, _commitment(found.receipt))  # BadOpening: what is stored is not what was committed to
    return replace(found, receipt=replace(found.receipt, opening=opening))


def can_be_opened(session: Session, dossier: Dossier) -> bool:
    """Whether there is still a secret to open its acts with."""
    return _secret(session, dossier) is not None


def fields_of(dossier: Dossier, n: int) -> dict[str, Any]:
    """The private fields of one of its public acts, by name."""
    step = _step(dossier, n)
    files = [(file.field, file) for file in dossier.files_of_step(step.n)]
    if n == 0 and dossier.applicant is not None:
        applicant = _members(dossier.applicant)
        agent = None if dossier.agent is None else _agent_members(dossier.agent)
        papers = paper_notes.to_json(dossier.papers)
        told: dict[str, Any] = {"papers": papers, "officer_id": step.officer_id, "agent": agent}
        return private_fields.of_filing(applicant=applicant, answers=dossier.answers, files=files, **told)
    mandate_id = dossier.mandate_id if step.by_agent else None
    return private_fields.of_act(
        officer_id=step.officer_id,
        note=step.note,
        files=files,
        mandate_id=mandate_id,
        for_officer_id=step.for_officer_id,
        way=step.way,
        postal_number=step.postal_number,
    )


def _commitment(receipt: Receipt) -> bytes:
    """That of the act itself, not of the sealed leaf that stands for it."""
    act = receipt.entry
    if entry.is_sealed(act):
        if receipt.sealed is None:
            raise Erased
        act = intake.opened_bytes(act, receipt.sealed.render())
    return entry.parse(act)[1]


def _step(dossier: Dossier, n: int) -> Step:
    found = next((step for step in dossier.steps if step.entry == n), None)
    if found is None:
        raise NotFound
    return found


def _members(applicant: Applicant) -> dict[str, Any]:
    """The applicant as the filing committed to them."""
    born_on = applicant.born_on
    return asdict(applicant) | {"born_on": born_on.isoformat() if born_on else None}


def _agent_members(agent: Agent) -> dict[str, Any]:
    """The agent as the filing committed to them; what was erased since is none."""
    return {"name": agent.name, "national_id": agent.national_id, "mandate": agent.mandate}


def _secret(session: Session, dossier: Dossier) -> bytes | None:
    """The dossier's secret; None once that, or what it opens, is destroyed."""
    if dossier.applicant is None:
        return None
    sealed = session.scalar(select(DossierSecret.secret).where(DossierSecret.dossier_id == dossier.id))
    return None if sealed is None else sealing.unseal(sealed)
