"""`/verify`: whether a PDF is one of our papers and nobody touched it; by the file itself, or by its reference.

The file is looked into by the file worker's child and kept nowhere. Whatever comes, there is an answer in words.
"""

from datetime import datetime
from math import ceil

from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.verifying.judging import Judgement, judge
from portal.display import instant
from portal.dossier_words import file_words
from portal.dossiers import attempts, signed_papers
from portal.dossiers.signed_papers import Known
from portal.errors import Refused
from portal.files import file_reading
from portal.files.file_refusals import FileRefused
from portal.settings import Settings
from portal.transaction import current_session, unit_of_work

blueprint = Blueprint("verifying", __name__)

REFERENCE_MAX = 60
ACCEPT = ".pdf,application/pdf"


@blueprint.get("/verify")
@audience(Audience.PUBLIC)
def show() -> ResponseReturnValue:
    """The question; with a reference, as the QR code brings it, what was signed for that dossier."""
    reference = request.args.get("reference", "").strip()[:REFERENCE_MAX]
    found = signed_papers.known_by_reference(current_session(), reference) if reference else ()
    return _page(reference=reference, found=found)


@blueprint.post("/verify")
@audience(Audience.PUBLIC)
def check() -> ResponseReturnValue:
    """The answer about a file."""
    try:
        _count()
    except Refused as error:
        return _stopped(error.facts["until"])
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(error=_("Hãy chọn tệp PDF cần kiểm tra."), status=422)
    try:
        data = file_reading.bounded(sent.stream, _settings().max_file_bytes)
    except FileRefused as refusal:
        return _page(error=file_words(refusal), status=422)
    return _page(judgement=judge(data, at=clock.now()))


def _count() -> None:
    settings = _settings()
    with unit_of_work() as session:
        attempts.count(
            session,
            [attempts.of_client("verify", request.remote_addr or "")],
            limit=settings.verify_attempts_per_hour,
            at=clock.now(),
        )


def _stopped(until: object) -> Response:
    moment = until if isinstance(until, datetime) else None
    words = _("Đã có quá nhiều lần kiểm tra từ địa chỉ mạng này. Hãy thử lại sau %(until)s.", until=instant(moment))
    response = _page(error=words, status=429)
    if moment is not None:
        response.headers["Retry-After"] = str(max(1, ceil((moment - clock.now()).total_seconds())))
    return response


def _page(
    *,
    reference: str = "",
    found: tuple[Known, ...] = (),
    judgement: Judgement | None = None,
    error: str = "",
    status: int = 200,
) -> Response:
    body = render_template(
        "verifying/show.html",
        reference=reference,
        found=found,
        judgement=judgement,
        error=error,
        error_list=[("f-file", error)] if error else [],
        accept=ACCEPT,
    )
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
