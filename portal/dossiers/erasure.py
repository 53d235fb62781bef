"""Lawful erasure of a person with all that they filed.

What is destroyed: secrets (so that no commitment in the log can be opened any more), answers, files, the words of
steps, letters, drafts, the links to the person, and the person's own row down to an empty husk. What stays: the public
entries of the log, which name nobody, and what the portal did (steps, terms, who looked), which names officers only.
What is remembered of it: `erasures`.

Of mandates, those that name the person end, and what names them goes, on either side: who was represented takes their
dossiers along, whoever filed them, and the drafts for them; who filed for others leaves those dossiers to their owners,
with digests where the name was, so that what the owners can prove they can prove still.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from portal import sealing
from portal.dossiers import malware_letters, taking_over, uploads
from portal.dossiers.life import FINAL
from portal.dossiers.models import (
    Attachment,
    Dossier,
    DossierContent,
    DossierSecret,
    DossierSought,
    Draft,
    Opinion,
    SignedPaper,
    Step,
)
from portal.errors import NotFound, Refused
from portal.ledger import commands as ledger
from portal.ledger import commitment
from portal.letters import commands as letters
from portal.mandates import commands as mandates
from portal.people import commands as people
from portal.people import queries as people_known
from portal.queues import saved, searches

SHORTEST_NAMED = 5
"""Shorter words name nobody: they would rename lists of everybody else."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What went. `files` are the keys whose bytes the caller destroys after the commit (`attachments.destroy`)."""

    persons: tuple[int, ...]
    references: tuple[str, ...]
    files: tuple[str, ...]
    drafts: int
    letters: int
    pieces: tuple[str, ...] = ()  # of uploads, for `attachments.destroy_pieces`


def erase_person(session: Session, *, reference: str, at: datetime) -> Erased:
    """Erase the applicant of the dossier of this reference, with all their dossiers.

    NotFound for an unknown reference; Refused("open_dossiers", references=) while one of them is not at its end: it is
    worked on, or its result is still to be returned, which nobody could do afterwards. Refused("lists_behind") for the
    moment in which the newest entries of the log are in no list.
    """
    person_id = session.scalar(select(Dossier.person_id).where(Dossier.reference == reference))
    if person_id is None:
        raise NotFound("unknown_dossier")
    return erase_known(session, person_id, at=at)


def erase_known(session: Session, person_id: int, *, at: datetime) -> Erased:
    """The same of a person who need not have a dossier."""
    person_ids = _everywhere(session, person_id)
    rows = session.execute(
        select(Dossier.id, Dossier.reference, Dossier.state)
        .where(Dossier.person_id.in_(person_ids))
        .order_by(Dossier.id)
        .with_for_update()
    ).all()
    running = [row.reference for row in rows if row.state not in {state.value for state in FINAL}]
    if running:
        raise Refused("open_dossiers", references=running)
    pieces = tuple(key for one in person_ids for key in uploads.keys_of_person(session, one))
    mandate_ids = [ended for one in person_ids for ended in mandates.erase(session, one, at=at)]
    drafts, draft_files = _erase_drafts(session, person_ids, mandate_ids)
    ids, references = [row.id for row in rows], [row.reference for row in rows]
    files = _erase_contents(session, ids) + _erase_papers(session, mandate_ids)
    _erase_agent(session, mandate_ids)
    for one in references:
        ledger.erase(session, reference=one)
    gone = sum(letters.forget(session, prefix=f"{one}/") for one in references)
    searches.forget_all(session)
    saved.rename_after(session, _words_of(session, person_ids))
    for one_id in person_ids:
        gone += letters.forget(session, prefix=malware_letters.key_prefix(one_id))
        people.erase(session, one_id)
    return Erased(tuple(person_ids), tuple(references), files + draft_files, drafts, gone, pieces)


def _words_of(session: Session, person_ids: list[int]) -> list[str]:
    """By what an officer may have written the person down."""
    known = [one for person_id in person_ids if (one := people_known.person(session, person_id)) is not None]
    return [
        told
        for one in known
        for told in (one.name, one.national_id, one.tax_code, one.phone, one.email)
        if told and len(told) >= SHORTEST_NAMED
    ]


def _everywhere(session: Session, person_id: int) -> list[int]:
    """The person, and the same person wherever an officer entered them at a counter."""
    person = people_known.person(session, person_id)
    if person is None:
        raise NotFound("unknown_person")
    alike = taking_over.everywhere_alike(session, person)
    return sorted({person.id, *(one.id for one in alike)})


def _erase_contents(session: Session, ids: list[int]) -> tuple[str, ...]:
    """Everything private of these dossiers; the keys of their files."""
    for table in (DossierSecret, DossierContent, DossierSought):
        session.execute(delete(table).where(table.dossier_id.in_(ids)))
    told = or_(Step.note.is_not(None), Step.postal_number.is_not(None))
    session.execute(update(Step).where(Step.dossier_id.in_(ids), told).values(note=None, postal_number=None))
    session.execute(update(Opinion).where(Opinion.dossier_id.in_(ids)).values(question=None, answer=None))
    session.execute(update(Dossier).where(Dossier.id.in_(ids)).values(applicant=None))
    signed = delete(SignedPaper).where(SignedPaper.dossier_id.in_(ids)).returning(SignedPaper.key)
    papers = tuple(key for key in session.scalars(signed) if key)
    files = session.scalars(delete(Attachment).where(Attachment.dossier_id.in_(ids)).returning(Attachment.key))
    return (*papers, *files)


def _erase_papers(session: Session, mandate_ids: list[int]) -> tuple[str, ...]:
    """The scanned papers of these mandates; the keys of their files."""
    gone = delete(Attachment).where(Attachment.mandate_id.in_(mandate_ids)).returning(Attachment.key)
    return tuple(session.scalars(gone))


def _erase_agent(session: Session, mandate_ids: list[int]) -> None:
    """Put digests in the place of who filed, in the dossiers that are others' and stay."""
    rows = session.execute(
        select(DossierContent.dossier_id, DossierContent.agent, DossierSecret.secret)
        .join(Dossier, Dossier.id == DossierContent.dossier_id)
        .join(DossierSecret, DossierSecret.dossier_id == Dossier.id)
        .where(Dossier.mandate_id.in_(mandate_ids), DossierContent.agent.is_not(None))
    ).all()
    for row in rows:
        named = {f"agent.{name}": row.agent[name] for name in ("name", "national_id") if row.agent.get(name)}
        digests = commitment.digests_of(named, secret=sealing.unseal(row.secret), n=0)
        left = {"mandate": row.agent["mandate"], "hidden": [*row.agent.get("hidden", ()), *digests]}
        session.execute(update(DossierContent).where(DossierContent.dossier_id == row.dossier_id).values(agent=left))


def _erase_drafts(session: Session, person_ids: list[int], mandate_ids: list[int]) -> tuple[int, tuple[str, ...]]:
    """How many drafts, the person's own and those for them, and the keys of their files."""
    theirs = or_(Draft.person_id.in_(person_ids), Draft.mandate_id.in_(mandate_ids))
    mine = select(Draft.token).where(theirs)
    files = session.scalars(delete(Attachment).where(Attachment.draft_token.in_(mine)).returning(Attachment.key)).all()
    drafts = session.scalars(delete(Draft).where(theirs).returning(Draft.token)).all()
    return len(drafts), tuple(files)
