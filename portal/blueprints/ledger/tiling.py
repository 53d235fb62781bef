"""The log itself, in the formats of C2SP: checkpoint, tiles, entry bundles. Anything may sit in front and keep them."""

from hashlib import sha256

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from portal.access import Audience, audience
from portal.blueprints.ledger import face
from portal.blueprints.ledger.face import blueprint
from portal.ledger import log, tiles
from portal.ledger.tiles import BadTile
from portal.transaction import current_session


@blueprint.get("/ledger/checkpoint")
@audience(Audience.PUBLIC)
def checkpoint() -> ResponseReturnValue:
    """The signed head, as it was handed out last, with the cosignatures that it has so far."""
    head = log.head(current_session())
    if head is None:
        abort(404)
    response = Response(head.note, content_type="text/plain; charset=utf-8")
    response.set_etag(sha256(head.note).hexdigest()[:32])
    return face.public_data(response).make_conditional(request)


@blueprint.get("/ledger/tile/<path:path>")
@audience(Audience.PUBLIC)
def tile(path: str) -> ResponseReturnValue:
    """A tile of hashes or a bundle of entries: the bytes at one address never change."""
    try:
        wanted = tiles.parse(path)
    except BadTile:
        abort(404)
    data = log.tile(current_session(), wanted)
    if data is None:
        abort(404)
    response = face.public_data(Response(data, content_type="application/octet-stream"))
    response.headers["Cache-Control"] = face.IMMUTABLE
    return response
