"""A citizen's own dossiers, for the programs to which they gave a token."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal import bearer, clock
from portal.access import Audience, audience
from portal.blueprints.api import answers, face
from portal.blueprints.api.dossiers import REFERENCE
from portal.blueprints.api.face import blueprint
from portal.blueprints.api.operations import PAGED, Asked, operation
from portal.dossiers import queries, taking_back
from portal.dossiers.views import Dossier, DossierRow, File, Step
from portal.ledger.entry import instant_text
from portal.ledger.note import to_base64
from portal.people.api_tokens import Scope
from portal.procedures.text import Text
from portal.timelines import next_words
from portal.transaction import current_session


@blueprint.get("/v1/me/dossiers")
@audience(Audience.BEARER)
@operation(
    answers.OwnDossiers,
    Text("Hồ sơ của chính bạn, mới nhất trước", "Your own dossiers, newest first"),
    *PAGED,
    scope=Scope.READ,
)
def my_dossiers(asked: Asked) -> answers.OwnDossiers:
    """Of the token's owner, and of nobody else: ownership is in the query."""
    owner, at = bearer.current(), clock.now()
    page = queries.of_person(current_session(), person_id=owner.person_id, after=asked.key, limit=asked.limit)
    cursor, following = asked.next_page(page.after)
    items = [answers.OwnDossierLine(**_line(row, at)) for row in page.rows]
    return answers.OwnDossiers(items=items, cursor=cursor, next=following)


@blueprint.get("/v1/me/dossiers/<reference>")
@audience(Audience.BEARER)
@operation(
    answers.OwnDossier,
    Text(
        "Một hồ sơ của bạn: các việc đã làm và việc tiếp theo", "One of your dossiers: what was done and what is next"
    ),
    REFERENCE,
    scope=Scope.READ,
)
def my_dossier(asked: Asked) -> answers.OwnDossier:
    """Another person's dossier and none at all are the same answer."""
    owner, at = bearer.current(), clock.now()
    found = queries.owned(current_session(), asked["reference"], person_id=owner.person_id)
    if found is None:
        face.missing(_("Bạn không có hồ sơ nào có mã này. Danh sách ở /api/v1/me/dossiers."))
    in_full = owner.may(Scope.ANSWERS)
    named = {by.n: taking_back.reason_code(step.act) for step, by in taking_back.taken_back(found.steps)}
    return answers.OwnDossier(
        **_line(found, at),
        sealed=found.sealed,
        returned_at=_instant(found.returned_at),
        wished_way=found.wished.way.value if found.wished else None,
        delivery_address=found.wished.address if found.wished and in_full else None,
        next=next_words(found, person=True, at=at),
        timeline=[_act(step, named.get(step.n)) for step in found.steps],
        answers=dict(found.answers) if in_full else None,
        files=[_file(file) for file in found.files] if in_full else None,
    )


def _line(row: DossierRow | Dossier, at: datetime) -> dict[str, Any]:
    """What the list tells of each dossier, and the page of one begins with."""
    return {
        "reference": row.reference,
        "procedure": row.procedure_code,
        "name": answers.Text(vi=row.procedure.vi, en=row.procedure.en),
        "unit": row.unit.code,
        "holder": row.holder.code,
        "state": row.state.value,
        "awaited": row.awaited.value,
        "filed_at": instant_text(row.filed_at),
        "received_at": _instant(row.received_at),
        "due_at": _instant(row.due_at),
        "resolved_at": _instant(row.resolved_at),
        "outcome": row.outcome.value if row.outcome else None,
        "late": row.late(at),
        "api": url_for("api.my_dossier", reference=row.reference, _external=True),
        "url": url_for("account.dossier", reference=row.reference, _external=True),
    }


def _act(step: Step, takes_back: str | None) -> answers.OwnAct:
    """One act; where it takes another back, `outcome` names that as the ledger does."""
    return answers.OwnAct(
        act=step.act.value,
        at=instant_text(step.at),
        unit=step.unit.code,
        to=step.to.code if step.to else None,
        due=_instant(step.due_at),
        outcome=step.outcome.value if step.outcome else takes_back,
        note=step.note,
        way=step.way.value if step.way else None,
        postal_number=step.postal_number,
        leaf_hash=to_base64(step.leaf_hash),
    )


def _file(file: File) -> answers.OwnFile:
    return answers.OwnFile(
        field=file.field,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        added_at=instant_text(file.added_at),
    )


def _instant(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)
