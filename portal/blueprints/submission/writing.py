"""Who writes a draft: its person, or an officer at the counter for somebody without an account.

The pages are the same. An officer reaches the drafts they began, in units where they receive today, and no others.
"""

from uuid import UUID

from flask import abort, g, url_for
from flask_login import current_user

from portal.dossiers import counter
from portal.dossiers.life import Actor
from portal.errors import Refused
from portal.transaction import current_session


def writer(token: UUID) -> int:
    """For whom the signed-in account may write this draft, by the person's id. 404 where it is not theirs.

    Refused("already_submitted", reference=) for the draft of an officer that is a dossier by now.
    """
    if not current_user.is_officer:
        found: int = current_user.person_id
        return found
    known: dict[UUID, int] = g.setdefault("counter_drafts", {})
    if token not in known:
        known[token] = _at_the_counter(token)
    return known[token]


def dossier_address(reference: str) -> str:
    """Where a dossier that was filed is found by whoever filed it."""
    if current_user.is_officer:
        return url_for("desk.counter_filed", reference=reference)
    return url_for("account.dossier", reference=reference)


def home() -> str:
    """Where the drafts of the signed-in account are listed."""
    return url_for("desk.counter") if current_user.is_officer else url_for("account.index")


def _at_the_counter(token: UUID) -> int:
    session = current_session()
    by = Actor.officer(current_user.officer_id, [(role.unit_id, role.role) for role in current_user.roles])
    found = counter.applicant_of(session, token, by=by)
    if found is not None:
        return found
    reference = counter.reference_of_draft(session, token, by=by)
    if reference is not None:
        raise Refused("already_submitted", reference=reference)
    return abort(404)
