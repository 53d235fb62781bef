"""The log as feeds: of everything, of a unit, of a procedure, of one dossier.

Without a filter, archive document N (RFC 5005) holds exactly the entries of full bundle N, for ever; the document at
the short address holds those after the last full bundle, and enough before them to be worth reading. With a filter, a
page holds the newest entries below a position. A dossier's feed is complete. No entry is ever lost between two
documents, however fast the log grows: whoever reads on asks by position, and positions never change.

The feed of a unit has what the unit and everything below it did, and what anybody did to the dossiers they received.
"""

import re
from collections.abc import Callable

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, i18n
from portal.access import Audience, audience, register_day
from portal.blueprints.ledger import face, feed_forms
from portal.blueprints.ledger.face import blueprint
from portal.blueprints.ledger.feed_forms import Document, address, choose_language, title, written
from portal.blueprints.ledger.names import below, names
from portal.i18n import gettext
from portal.ledger import log, queries
from portal.ledger.tiles import WIDTH
from portal.transaction import current_session

_: Callable[..., str] = gettext

NUMBER = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
ARCHIVE_SECONDS = 3600
LEAST = 50
FORM = 2  # of what a feed says of the same log: part of its tag


@blueprint.get("/ledger/feed.atom")
@audience(Audience.PUBLIC)
def feed_atom() -> ResponseReturnValue:
    """The newest entries."""
    return _current("atom")


@blueprint.get("/ledger/feed.json")
@audience(Audience.PUBLIC)
def feed_json() -> ResponseReturnValue:
    return _current("json")


@blueprint.get("/ledger/feed/<number>.atom")
@audience(Audience.PUBLIC)
def archive_atom(number: str) -> ResponseReturnValue:
    """The entries of full bundle `number`."""
    return _archive(number, "atom")


@blueprint.get("/ledger/feed/<number>.json")
@audience(Audience.PUBLIC)
def archive_json(number: str) -> ResponseReturnValue:
    return _archive(number, "json")


@blueprint.get("/ledger/dossiers/<reference>/feed.atom")
@audience(Audience.PUBLIC)
def dossier_atom(reference: str) -> ResponseReturnValue:
    """Every act on one dossier."""
    return _of_dossier(reference, "atom")


@blueprint.get("/ledger/dossiers/<reference>/feed.json")
@audience(Audience.PUBLIC)
def dossier_json(reference: str) -> ResponseReturnValue:
    return _of_dossier(reference, "json")


# --- Documents ---------------------------------------------------------------------------------------------------


def _current(form: str) -> Response:
    choose_language()
    size = log.listed(current_session())
    etag = f"{size}-{i18n.language()}-{FORM}"
    if etag in request.if_none_match:
        return _finished(Response(status=304), etag)
    unit, procedure = request.args.get("unit", "")[:64], request.args.get("procedure", "")[:64]
    before = request.args.get("before")
    if unit or procedure or before is not None:
        return _finished(written(_filtered(unit, procedure, _below(before, size), form), form), etag)
    full = size // WIDTH
    low = max(0, min(full * WIDTH, size - LEAST))
    this = address(f"ledger.feed_{form}")
    older = address(f"ledger.archive_{form}", number=full - 1) if full else None
    entries = log.between(current_session(), low, size)
    document = Document(title(), this, this, entries, older=older, hub=feed_forms.hub())
    return _finished(written(document, form), etag)


def _below(before: str | None, size: int) -> int:
    """The position that a page ends before; 404 for what is no position."""
    if before is None:
        return size
    if not NUMBER.fullmatch(before):
        abort(404)
    return min(int(before), size)


def _filtered(unit: str, procedure: str, below_position: int, form: str) -> Document:
    query = {"unit": unit or None, "procedure": procedure or None}
    entries = log.newest(
        current_session(),
        units=below(unit, register_day()) if unit else None,
        procedure=procedure or None,
        below=below_position,
    )
    known = names(units_of=[unit] if unit else (), procedures_of=[procedure] if procedure else ())
    narrowed = [known.unit(unit)] * bool(unit) + [known.procedure(procedure)] * bool(procedure)
    endpoint = f"ledger.feed_{form}"
    last = entries[-1].position if len(entries) == log.FEED_ROWS else 0
    return Document(
        title=": ".join([title(), ", ".join(narrowed)] if narrowed else [title()]),
        this=address(endpoint, **query, before=request.args.get("before")),
        current=address(endpoint, **query),
        entries=entries,
        older=address(endpoint, **query, before=last) if last else None,
        paged=True,
        hub=feed_forms.hub(),
    )


def _of_dossier(reference: str, form: str) -> Response:
    """Complete, newest act first; its tag is its content, so the rest of the log does not disturb its readers."""
    choose_language()
    found = queries.timeline(current_session(), reference, at=clock.now())
    if found is None:
        abort(404)
    this = address(f"ledger.dossier_{form}", reference=found.dossier.reference)
    about = _("Hồ sơ %(reference)s", reference=found.dossier.reference)
    document = Document(
        title=f"{title()}: {about}",
        this=this,
        current=this,
        entries=found.entries[::-1],
        complete=True,
        hub=feed_forms.hub(),
        home=url_for("ledger.dossier", reference=found.dossier.reference, _external=True),
    )
    response = written(document, form)
    response.add_etag()
    response.make_conditional(request)
    return face.public_data(response)


def _archive(number: str, form: str) -> Response:
    choose_language()
    if not NUMBER.fullmatch(number):
        abort(404)
    full, wanted = log.size(current_session()) // WIDTH, int(number)
    if wanted >= full:
        abort(404)
    endpoint = f"ledger.archive_{form}"
    document = Document(
        title=title(),
        this=address(endpoint, number=wanted),
        current=address(f"ledger.feed_{form}"),
        entries=log.between(current_session(), wanted * WIDTH, (wanted + 1) * WIDTH),
        older=address(endpoint, number=wanted - 1) if wanted else None,
        newer=address(endpoint, number=wanted + 1) if wanted + 1 < full else None,
        archive=True,
    )
    response = written(document, form)
    response.add_etag()
    response.make_conditional(request)
    return face.public_data(response, seconds=ARCHIVE_SECONDS)


def _finished(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    return face.public_data(response)
