"""One dossier's public timeline."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.api import answers, face
from portal.blueprints.api.face import blueprint
from portal.blueprints.api.operations import Asked, Parameter, operation
from portal.ledger import queries
from portal.ledger.entry import instant_text
from portal.ledger.queries import Dossier, Logged
from portal.procedures.text import Text
from portal.transaction import current_session

REFERENCE = Parameter(
    "reference",
    "path",
    Text("mã hồ sơ", "code of a dossier"),
    {"type": "string", "maxLength": 60},
    r"[A-Z0-9.-]{1,60}",
    "H06.31.01-200615-0001",
)


@blueprint.get("/v1/dossiers/<reference>")
@audience(Audience.PUBLIC)
@operation(answers.Dossier, Text("Một hồ sơ và các việc đã làm", "One dossier and what was done with it"), REFERENCE)
def dossier(asked: Asked) -> answers.Dossier:
    """As its entries leave it, with each entry's position."""
    found = queries.timeline(current_session(), asked["reference"], at=clock.now())
    if found is None:
        face.missing(_("Sổ không có hồ sơ nào có mã này. Hồ sơ vừa nộp có mặt trong sổ sau vài giây."))
    return _answer(found.dossier, [_act(row) for row in found.entries])


def _answer(row: Dossier, acts: list[answers.Act]) -> answers.Dossier:
    return answers.Dossier(
        reference=row.reference,
        sealed=row.sealed,
        procedure=row.procedure,
        unit=row.unit,
        holder=row.holder,
        channel=row.channel,
        state=row.state,
        filed_at=instant_text(row.filed_at),
        received_at=_instant(row.received_at),
        due_at=_instant(row.due_at),
        resolved_at=_instant(row.resolved_at),
        returned_at=_instant(row.returned_at),
        outcome=row.outcome,
        late=row.late,
        url=url_for("ledger.dossier", reference=row.reference, _external=True),
        acts=acts,
    )


def _act(row: Logged) -> answers.Act:
    act = row.act
    return answers.Act(
        index=row.position,
        act=act and act.act,
        at=act and act.at,
        unit=act and act.unit,
        to=act and act.to,
        due=act and act.due,
        outcome=act and act.outcome,
        continues_its_dossier=not row.broken,
        entry=url_for("api.entry", index=row.position, _external=True),
    )


def _instant(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)
