"""`/track`: a reference and a proof (last digits of the ID, or the receipt's secret) show where a dossier is.

Wrong and unknown get the same answer in the same words; attempts are counted per client and per reference.
"""

from datetime import datetime
from math import ceil

from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock
from portal.access import Audience, audience
from portal.display import instant
from portal.dossiers import track
from portal.dossiers.references import agency
from portal.dossiers.tracked import Tracked
from portal.errors import Refused
from portal.i18n import language
from portal.procedures import queries as catalogue
from portal.timelines import next_words, timeline
from portal.transaction import current_session, unit_of_work
from portal.working_words import explained, term_of

blueprint = Blueprint("tracking", __name__)

REFERENCE_MAX = 60
PROOF_MAX = 40
Errors = dict[str, str]


@blueprint.get("/track")
@audience(Audience.PUBLIC)
def look_up() -> ResponseReturnValue:
    """The question; a QR code on a receipt brings the reference along."""
    return _private(_form(request.args.get("reference", "")[:REFERENCE_MAX], {}), 200)


@blueprint.post("/track")
@audience(Audience.PUBLIC)
def show() -> ResponseReturnValue:
    """The dossier's public side, or one answer for everything else."""
    reference, proof = (request.form.get(name, "").strip() for name in ("reference", "proof"))
    errors = _missing(reference, proof)
    if errors:
        return _private(_form(reference, errors), 422)
    try:
        found = _look_up(reference, proof)
    except Refused as error:
        return _stopped(reference, error.facts["until"])
    if found is None:
        message = _("Không tìm thấy hồ sơ khớp với hai thông tin này. Hãy xem lại mã hồ sơ và số trên giấy xác nhận.")
        return _private(_form(reference, {"": message}), 404)
    return _private(_tracked(found), 200)


def _stopped(reference: str, until: object) -> ResponseReturnValue:
    response = _private(_form(reference, {"": _too_many(until)}), 429)
    if isinstance(until, datetime):
        response.headers["Retry-After"] = str(max(1, ceil((until - clock.now()).total_seconds())))
    return response


def _look_up(reference: str, proof: str) -> Tracked | None:
    with unit_of_work() as session:
        return track.look_up(
            session,
            reference=reference,
            proof=proof,
            client=request.remote_addr or "",
            limit=current_app.config["SETTINGS"].track_attempts_per_hour,
            at=clock.now(),
        )


def _missing(reference: str, proof: str) -> Errors:
    errors: Errors = {}
    if not reference or len(reference) > REFERENCE_MAX:
        errors["reference"] = _("Hãy nhập mã hồ sơ in trên giấy xác nhận.")
    if not proof or len(proof) > PROOF_MAX:
        errors["proof"] = _("Hãy nhập bốn số cuối của giấy tờ, hoặc mã tra cứu.")
    return errors


def _too_many(until: object) -> str:
    when = instant(until if isinstance(until, datetime) else None)
    words = _("Đã có quá nhiều lần tra cứu. Hãy thử lại sau %(until)s, hoặc đăng nhập để xem.", until=when)
    return str(words)


def _form(reference: str, errors: Errors) -> str:
    listed = [(f"f-{name or 'reference'}", message) for name, message in errors.items()]
    return render_template("tracking/look_up.html", reference=reference, errors=errors, error_list=listed)


def _tracked(found: Tracked) -> str:
    now, session = clock.now(), current_session()
    procedure = catalogue.revision(session, found.revision_id, agency=agency(found.reference))
    return render_template(
        "tracking/tracked.html",
        workings=explained(session, found.steps, term_of(procedure, found.channel)),
        dossier=found,
        items=timeline(found, lang=language(), at=now),
        next=next_words(found, person=False, at=now),
        late=found.late(now),
    )


def _private(body: str, status: int) -> Response:
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response
