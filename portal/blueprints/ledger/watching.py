"""What the ledger's pages say of the witnesses: who they are, and that they have been missing for long. The policy."""

from typing import NamedTuple

from flask import Response, current_app
from flask.typing import ResponseReturnValue

from portal import clock, display
from portal.access import Audience, audience
from portal.blueprints.ledger import face
from portal.blueprints.ledger.face import blueprint
from portal.ledger import keys, note, policy, quorum
from portal.ledger.policy import Log
from portal.settings import Settings
from portal.transaction import current_session


class Missing(NamedTuple):
    """`since`, finished; `held`: decisions wait meanwhile."""

    since: str
    held: bool


class Shown(NamedTuple):
    name: str
    vkey: str


@blueprint.get("/ledger/policy")
@audience(Audience.PUBLIC)
def policy_file() -> ResponseReturnValue:
    """Whose signatures the operator asks for, as auditors' tools read it: the log's keys now, witnesses, quorum."""
    settings: Settings = current_app.config["SETTINGS"]
    at = clock.now()
    vkeys = [key.vkey for key in keys.published_keys(settings) if key.signs_at(at)]
    shown = policy.shown(quorum.installed().policy, [Log(note.parse_vkey(vkey)) for vkey in vkeys])
    return face.public_data(Response(shown.render(), content_type="text/plain; charset=utf-8"), seconds=face.MINUTE)


def missing() -> Missing | None:
    """None where no witness is asked, or they have not been missing for so long that everybody must be told."""
    since = quorum.publicly_missing(current_session(), at=clock.now())
    return None if since is None else Missing(display.instant(since), quorum.installed().holds_decisions)


def witnesses() -> list[Shown]:
    """Whom the operator asks to cosign, by the names of their keys."""
    asked = quorum.installed().policy
    return [] if asked is None else [Shown(one.key.name, one.key.vkey) for one in asked.witnesses]
