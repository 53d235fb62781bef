"""How anybody checks the log, without trusting whoever runs it."""

from pathlib import Path
from typing import Any

from flask import Response, current_app, render_template, send_from_directory
from flask.typing import ResponseReturnValue

from portal import headers
from portal.access import Audience, audience
from portal.blueprints.ledger import face, watching
from portal.blueprints.ledger.face import blueprint
from portal.blueprints.ledger.words import channel_name, outcome_name
from portal.display import act_words, asset
from portal.i18n import gettext as _
from portal.ledger import keys, log, receipt_key
from portal.ledger.entry import ACTS, CHANNELS, OUTCOMES
from portal.ledger.note import to_base64
from portal.ledger.standing import TAKEN_BACK
from portal.settings import Settings
from portal.transaction import current_session

WORKER_POLICY = "default-src 'none'; connect-src 'self'"


@blueprint.get("/ledger/verify")
@audience(Audience.PUBLIC)
def verify() -> ResponseReturnValue:
    """Checks a proof in the browser; the log's public keys, what a check proves, and commands that do it."""
    settings: Settings = current_app.config["SETTINGS"]
    head = log.head(current_session())
    newest = keys.published_keys(settings)[-1]
    headers.let_page_keep_itself_and_see()
    return render_template(
        "ledger/verify.html",
        vkey=newest.vkey,
        vkeys=_trusted(settings),
        origin=newest.name,
        size=None if head is None else head.size,
        root=None if head is None else to_base64(head.root),
        checkpoint=None if head is None else head.note.decode(),
        base_url=settings.base_url,
        witnesses=watching.witnesses(),
        witnesses_missing=watching.missing(),
        **_words(),
    )


@blueprint.get("/ledger/verify.js")
@audience(Audience.PUBLIC)
def worker() -> ResponseReturnValue:
    """The service worker of that page. It is served beside the page, because a worker governs what lies below it."""
    response = send_from_directory(Path(current_app.static_folder or ""), Path(asset("worker.js")).name)
    response.headers["Content-Security-Policy"] = WORKER_POLICY
    response.cache_control.no_cache = True
    return response


@blueprint.get("/ledger/check.py")
@audience(Audience.PUBLIC)
def script() -> ResponseReturnValue:
    """A page of Python that recomputes the whole log: short, so that it can be read before it is run."""
    text = render_template("ledger/check.py.txt")
    return face.public_data(Response(text, content_type="text/plain; charset=utf-8"), seconds=face.MINUTE)


def _trusted(settings: Settings) -> list[str]:
    """Every key that a proof of this log may have to be checked with: its own, those of promises, the witnesses'."""
    own = [key.vkey for key in keys.published_keys(settings)]
    promising = [key.vkey for key in receipt_key.public_keys(settings)]
    return [*own, *promising, *(witness.vkey for witness in watching.witnesses())]


def _reasons() -> dict[str, str]:
    """What an act takes back, and the other codes that entries name acts by."""
    named = {code: act_words(code) for code in (*sorted(TAKEN_BACK), "passed_back")}
    return named | {"financial_duty": _("Nghĩa vụ tài chính")}


def _words() -> dict[str, Any]:
    """Words for the codes that entries hold: the page's script has none of its own."""
    return {
        "acts": {act: act_words(act) for act in ACTS},
        "outcomes": {outcome: outcome_name(outcome) for outcome in sorted(OUTCOMES)} | _reasons(),
        "channels": {channel: channel_name(channel) for channel in CHANNELS},
    }
