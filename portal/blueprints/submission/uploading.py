"""Files in pieces: the tus 1.0 protocol (creation, termination, expiration) under a draft of one's own.

Requests carry the session's token in a header of their own, which no other site can send. What a person should read
comes as JSON `{"message": ...}` with 422; all other refusals are bare, for a program.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from email.utils import format_datetime
from uuid import UUID

from flask import Response, abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ClientDisconnected

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.submission.beginning import blueprint
from portal.blueprints.submission.opening import opened
from portal.blueprints.submission.writing import writer
from portal.dossier_words import error_words, file_words
from portal.dossiers import attachments, uploads
from portal.dossiers.uploads import Begun
from portal.errors import Invalid, NotFound, Refused, Stale
from portal.files.file_places import PIECE
from portal.files.file_refusals import FileRefused
from portal.transaction import current_session, unit_of_work

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
BODY = "application/offset+octet-stream"
READ = 64 * 1024
LONGEST_METADATA = 4096


@blueprint.route("/drafts/<uuid:token>/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@audience(Audience.WRITER)
def about_uploads(token: UUID) -> ResponseReturnValue:
    """What this server speaks."""
    most = str(attachments.installed().max_file_bytes)
    return _answer(204, {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": most})


@blueprint.post("/drafts/<uuid:token>/uploads")
@audience(Audience.WRITER)
def begin_upload(token: UUID) -> ResponseReturnValue:
    """Announce a file; its bytes go to the address given."""
    _check_version()
    begun = _begun()
    try:
        with unit_of_work() as session:
            made = uploads.begin(session, draft=token, person_id=writer(token), begun=begun, at=clock.now())
    except FileRefused as error:
        return _refused(file_words(error))
    except (Invalid, Refused) as error:
        return _refused(error_words(error))
    address = url_for("submission.append_upload", token=token, upload=made)
    return _answer(201, {"Location": address, "Upload-Offset": "0"})


@blueprint.route("/drafts/<uuid:token>/uploads/<uuid:upload>", methods=["HEAD"])
@audience(Audience.WRITER)
def upload_reached(token: UUID, upload: UUID) -> ResponseReturnValue:
    """How far it is."""
    _check_version()
    found = uploads.found(current_session(), upload, draft=token, person_id=writer(token))
    if found is None:
        return _answer(404, {})
    facts = {"Upload-Offset": str(found.received), "Upload-Length": str(found.size)}
    return _answer(200, facts | {"Upload-Expires": format_datetime(found.expires_at, usegmt=True)})


@blueprint.patch("/drafts/<uuid:token>/uploads/<uuid:upload>")
@audience(Audience.WRITER)
def append_upload(token: UUID, upload: UUID) -> ResponseReturnValue:
    """More bytes; with the last ones the file is examined and attached."""
    _check_version()
    offset = _number("Upload-Offset")
    if request.mimetype != BODY:
        return _answer(415, {})
    try:
        reached = uploads.append(
            token=upload,
            draft=token,
            person_id=writer(token),
            offset=offset,
            pieces=_pieces(),
            at=clock.now(),
        )
    except NotFound:
        return _answer(404, {})
    except Stale as error:
        return _answer(409, {"Upload-Offset": str(error.facts["received"])})
    except FileRefused as error:
        return _refused(file_words(error))
    except (Invalid, Refused) as error:
        return _refused(error_words(error))
    return _answer(204, {"Upload-Offset": str(reached)})


@blueprint.delete("/drafts/<uuid:token>/uploads/<uuid:upload>")
@audience(Audience.WRITER)
def cancel_upload(token: UUID, upload: UUID) -> ResponseReturnValue:
    _check_version()
    try:
        with unit_of_work() as session:
            uploads.cancel(session, upload, draft=token, person_id=writer(token))
    except NotFound:
        return _answer(404, {})
    return _answer(204, {})


@blueprint.get("/drafts/<uuid:token>/attached/<field>")
@audience(Audience.WRITER)
def attached(token: UUID, field: str) -> ResponseReturnValue:
    """The files of one field as the section's page lists them, for the script that has just sent one."""
    open_draft = opened(token)
    return render_template("submission/attached.html", files=open_draft.draft.files_of(field), token=token)


def _check_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        abort(_answer(412, {"Tus-Version": VERSION}))


def _begun() -> Begun:
    facts = _metadata()
    modified = facts.get("modified", "")
    return Begun(
        field=facts.get("field", ""),
        name=facts.get("filename", ""),
        declared=facts.get("filetype", ""),
        size=_number("Upload-Length"),
        modified=int(modified) if modified.isascii() and modified.isdecimal() and len(modified) < 18 else 0,
    )


def _metadata() -> Mapping[str, str]:
    """`name base64,name base64`; anything else is a 400."""
    given = request.headers.get("Upload-Metadata", "")
    if len(given) > LONGEST_METADATA:
        abort(_answer(400, {}))
    try:
        pairs = [pair.split(" ") for pair in given.split(",")]
        return {name: base64.b64decode(value, validate=True).decode() for name, value in pairs}
    except (ValueError, binascii.Error):
        return abort(_answer(400, {}))


def _number(header: str) -> int:
    given = request.headers.get(header, "")
    if not (given.isascii() and given.isdecimal() and len(given) < 16):
        abort(_answer(400, {}))
    return int(given)


def _pieces() -> Iterator[bytes]:
    """The body in pieces of at most PIECE; of one that breaks off, what came."""
    waiting = bytearray()
    broken = False
    while not broken:
        try:
            more = request.stream.read(min(READ, PIECE - len(waiting)))
        except ClientDisconnected:
            more, broken = b"", True
        waiting += more
        if len(waiting) == PIECE or (waiting and not more):
            yield bytes(waiting)
            waiting.clear()
        if not more:
            return


def _refused(message: str) -> Response:
    answer = jsonify(message=message)
    answer.status_code = 422
    answer.headers["Tus-Resumable"] = VERSION
    return answer


def _answer(status: int, headers: Mapping[str, str]) -> Response:
    return Response(status=status, headers={"Tus-Resumable": VERSION, "Cache-Control": "no-store", **headers})
