"""One entry of the log: its members, its very bytes, its place, and the proof of it."""

import json
import re
from datetime import datetime
from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.ledger import face, words
from portal.blueprints.ledger.face import blueprint
from portal.blueprints.ledger.names import names
from portal.ledger import canonical, intake, log, proof_file, proving, queries, tiles
from portal.ledger.entry import instant
from portal.ledger.log import Proven
from portal.ledger.note import to_base64
from portal.ledger.queries import Logged
from portal.ledger.standing import TAKEN_BACK, took_back
from portal.transaction import current_session

INDEX = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


@blueprint.get("/ledger/entries/<index>")
@audience(Audience.PUBLIC)
def entry(index: str) -> ResponseReturnValue:
    """The entry as people read it, with what a machine needs to check it."""
    tag = face.tag(*log.sizes(current_session()))
    if unchanged := face.not_modified(tag):
        return unchanged
    found = _proven(index)
    act = found.entry.act
    known = names(units_of={act.unit} if act else (), procedures_of={act.procedure} if act else ())
    html = render_template(
        "ledger/entry.html",
        found=found,
        act=act,
        title=words.act_name(act) if act else None,
        ended=_taken_back(found.entry),
        unit=known.unit(act.unit) if act else None,
        procedure=known.procedure(act.procedure) if act else None,
        text=found.entry.data.decode(),
        leaf=to_base64(found.entry.leaf_hash),
        proof=[to_base64(value) for value in found.proof],
        root=to_base64(found.head.root),
        bundle=_bundle(found),
    )
    return face.public_page(html, tag)


@blueprint.get("/ledger/entries/<index>.json")
@audience(Audience.PUBLIC)
def entry_json(index: str) -> ResponseReturnValue:
    """Members, leaf bytes, leaf hash, position, inclusion proof and the checkpoint it leads to."""
    found = _proven(index)
    value: dict[str, Any] = {
        "index": found.entry.position,
        "entry": canonical.parse(found.entry.data),
        "leaf": to_base64(found.entry.data),
        "leaf_hash": to_base64(found.entry.leaf_hash),
        "proof": [to_base64(step) for step in found.proof],
        "size": found.head.size,
        "root": to_base64(found.head.root),
        "checkpoint": found.head.note.decode(),
        "continues_its_dossier": not found.entry.broken,
    }
    if found.entry.sealed:
        value["opening"] = url_for("ledger.opening", index=index, _external=True)
    response = Response(json.dumps(value, ensure_ascii=False) + "\n", mimetype="application/json")
    response.add_etag()
    return face.public_data(response).make_conditional(request)


@blueprint.get("/ledger/entries/<index>.tlog-proof")
@audience(Audience.PUBLIC)
def entry_proof(index: str) -> ResponseReturnValue:
    """The proof of the act as a file that is checked without the portal; nothing private is in it."""
    found = proving.public_proof(current_session(), _position(index))
    if found is None:
        abort(404)
    response = Response(proof_file.render(found), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="entry-{found.index}.tlog-proof"'
    response.add_etag()
    return face.public_data(response).make_conditional(request)


@blueprint.get("/ledger/entries/<index>/opening.json")
@audience(Audience.PUBLIC)
def opening(index: str) -> ResponseReturnValue:
    """What a sealed entry stands for, and what proves it; 410 once that is erased."""
    found = log.opening(current_session(), _position(index))
    if found is None:
        abort(404)
    sealed, opens = found
    if opens is None:
        abort(410)
    value = {
        "index": int(index),
        "entry": canonical.parse(intake.opened_bytes(sealed, opens)),
        "opening": canonical.parse(opens),
    }
    return face.public_data(Response(json.dumps(value, ensure_ascii=False) + "\n", mimetype="application/json"))


def _position(index: str) -> int:
    if not INDEX.fullmatch(index):
        abort(404)
    return int(index)


def _proven(index: str) -> Proven:
    found = log.proven(current_session(), _position(index))
    if found is None:
        abort(404)
    return found


def _taken_back(found: Logged) -> tuple[int, datetime] | None:
    """The place of the entry that took this one back, and when: who comes by a link must not rely on an old act."""
    if found.act is None or found.broken or found.act.act not in TAKEN_BACK:
        return None
    whole = queries.timeline(current_session(), found.act.reference, at=clock.now())
    later = (one for one in (whole.entries if whole else ()) if one.position > found.position and not one.broken)
    following = next(later, None)
    if following is None or following.act is None or not took_back(following.act, found.act):
        return None
    return following.position, instant(following.act.at)


def _bundle(found: Proven) -> str:
    """The address of the entry bundle that holds it, as wide as it is now."""
    number = found.entry.position // tiles.WIDTH
    tile = tiles.Tile(None, number, tiles.width_at(None, number, found.head.size))
    return url_for("ledger.tile", path=tiles.render(tile))
