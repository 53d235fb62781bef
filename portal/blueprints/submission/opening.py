"""An open draft of whoever writes it, with everything its pages need."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from flask import abort

from portal import clock
from portal.access import register_day
from portal.blueprints.submission.writing import writer
from portal.dossiers import drafts, examining, queries
from portal.dossiers.draft_views import Draft
from portal.errors import Refused
from portal.mandates import queries as mandates
from portal.mandates.views import Mandate
from portal.people import queries as people
from portal.people.queries import Person
from portal.procedures import queries as catalogue
from portal.procedures.form import Answer, Form, Section
from portal.procedures.procedure import Procedure
from portal.procedures.reading import Reading
from portal.transaction import current_session


@dataclass(frozen=True)
class Opened:
    """The draft, the revision it was begun under, and how the form reads as it stands.

    `applicant`: who stands at the counter, where an officer writes it.
    """

    draft: Draft
    procedure: Procedure
    mandate: Mandate | None = None  # by which it is written for somebody else, whether or not it still holds
    applicant: Person | None = None

    @property
    def lapsed(self) -> bool:
        """Whether it is for somebody for whom it cannot be filed any more."""
        return self.mandate is not None and not (self.mandate.holds and self.mandate.covers(self.procedure.code))

    @cached_property
    def reading(self) -> Reading:
        return drafts.check(
            current_session(),
            draft=self.draft,
            procedure=self.procedure,
            person_id=writer(self.draft.token),
            at=clock.now(),
            on=register_day(),
        )

    def filled(self, section: Section) -> dict[str, Answer]:
        """What is filled in beforehand of the section's fields, by their keys: from whomever the draft is for.

        Of whoever is represented only as long as the mandate holds; of nobody once it does not.
        """
        fields = [field for field in section.fields if field.prefill]
        if not fields or self.lapsed:
            return {}
        session, on = current_session(), register_day()
        known = examining.choices(session, Form((section,)), on=on)
        applicant = self.mandate.granter.person_id if self.mandate else writer(self.draft.token)
        facts: dict[str, Any] = {"person_id": applicant, "unit_id": self.draft.unit_id}
        facts["mandate_id"] = self.draft.mandate_id
        return examining.filled(session, fields, known, day=clock.local_day(clock.now()), on=on, **facts)


def opened(token: UUID, *, outdated: bool = False) -> Opened:
    """The draft of the signed-in person, or officer at the counter, read now. 404 where it is not theirs.

    Refused("already_submitted", reference=) where it was submitted; Refused("procedure_changed", token=) where its
    revision holds no more, unless `outdated` drafts will do.
    """
    session = current_session()
    draft = queries.draft(session, token, person_id=writer(token))
    if draft is None:
        _lead_on(token)
        abort(404)
    procedure = catalogue.revision(session, draft.revision_id)
    if procedure is None:
        abort(404)
    if procedure.has_ended(clock.now()) and not outdated:
        raise Refused("procedure_changed", token=token)
    applicant = None if draft.channel == "online" else people.person(session, writer(token))
    return Opened(draft, procedure, _mandate(draft), applicant)


def _mandate(draft: Draft) -> Mandate | None:
    if draft.mandate_id is None:
        return None
    found = mandates.seen_by(current_session(), draft.mandate_id, person_id=writer(draft.token), at=clock.now())
    return found or abort(404)


def _lead_on(token: UUID) -> None:
    """Refused where the person's draft was submitted meanwhile, so that an old tab finds its dossier."""
    reference = queries.reference_of_draft(current_session(), token, person_id=writer(token))
    if reference is not None:
        raise Refused("already_submitted", reference=reference)
