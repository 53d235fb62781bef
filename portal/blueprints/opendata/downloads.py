"""The ledger and its dossiers as files: whole, by month, and from one position on."""

import base64
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from threading import BoundedSemaphore
from typing import IO

from flask import Response, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import ServiceUnavailable

from portal.access import Audience, audience
from portal.blueprints.opendata import face
from portal.blueprints.opendata.face import blueprint
from portal.ledger import log, storage
from portal.ledger.log import Published
from portal.opendata import archive, coverage, months, selection
from portal.opendata.catalog import MEDIA_TYPES
from portal.opendata.columns import DOSSIERS, LEDGER
from portal.opendata.months import BadMonth, Month
from portal.opendata.selection import Entries
from portal.transaction import current_session

AT_ONCE = 8
RETRY_SECONDS = 10

_places = BoundedSemaphore(AT_ONCE)


@blueprint.get("/ledger.<any(csv, jsonl, parquet):form>")
@audience(Audience.PUBLIC)
def ledger(form: str) -> ResponseReturnValue:
    """Every entry, or those `from` one position up to (not including) another."""
    head = _head()
    low, high = _range(head.size)
    tag = face.tag(head, form, low, high)
    name = f"ledger-{low}-{high}.{form}" if request.args else f"ledger.{form}"
    return _made(Entries(low, high), form, head, tag, name)


@blueprint.get("/ledger-<month>.<any(csv, jsonl, parquet, sums):form>")
@audience(Audience.PUBLIC)
def ledger_of_month(month: str, form: str) -> ResponseReturnValue:
    """The entries of one month: a file that never changes once the month is finished."""
    wanted = _month(month)
    name = archive.file_name(LEDGER.name, wanted, form)
    finished = _finished(wanted, name, form)
    if finished is not None:
        return finished
    head = _head()
    kept = face.archive()
    seen = coverage.of(current_session(), kept.folder, head.size)
    entries = selection.of_month(wanted, seen, kept.closed())
    if entries is None or form == archive.LIST_FORM:
        face.missing(_("Tháng này chưa có mục nào, hoặc chưa kết thúc nên chưa có danh sách đã ký."))
    return _made(entries, form, head, face.tag(head, form, wanted), name)


@blueprint.get("/dossiers.<any(csv, jsonl, parquet):form>")
@audience(Audience.PUBLIC)
def dossiers(form: str) -> ResponseReturnValue:
    """Every dossier as it stands."""
    return _dossiers(None, form)


@blueprint.get("/dossiers-<month>.<any(csv, jsonl, parquet):form>")
@audience(Audience.PUBLIC)
def dossiers_of_month(month: str, form: str) -> ResponseReturnValue:
    """The dossiers filed in one month, as they stand now."""
    return _dossiers(_month(month), form)


@blueprint.get("/checkpoint-<size>")
@audience(Audience.PUBLIC)
def checkpoint(size: str) -> ResponseReturnValue:
    """The signed checkpoint of exactly this size: the tree that a file is of."""
    wanted = int(size) if face.INDEX.fullmatch(size) else -1
    known = 0 <= wanted <= log.size(current_session())
    note = storage.checkpoint_note(current_session(), wanted) if known else None
    if note is None:
        face.missing(_("Sổ chưa ký dấu nào ở đúng cỡ này."))
    response = Response(note, content_type="text/plain; charset=utf-8")
    response.add_etag()
    return face.public(response, seconds=face.DAY).make_conditional(request)


# --- What is asked -----------------------------------------------------------------------------------------------


def _month(text: str) -> Month:
    try:
        return months.parse(text)
    except BadMonth:
        face.missing(_("Hãy viết năm-tháng, ví dụ 2020-06."))


def _head() -> Published:
    head = log.head(current_session())
    if head is None:
        face.missing(_("Sổ chưa có dấu nào được ký. Hãy quay lại sau ít phút."))
    return head


def _range(size: int) -> tuple[int, int]:
    """The positions asked for; a beginning at the end of the log is an empty file, for whoever comes back often."""
    for name in request.args:
        if name not in ("from", "to", "lang"):
            face.refuse(_("Không có tham số này: %(name)s. Có from và to.", name=name[:40]))
    low, high = _position("from", 0, size), _position("to", size, size)
    if low > high:
        face.refuse(_("from phải nhỏ hơn hoặc bằng to."))
    return low, high


def _position(name: str, default: int, size: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not face.INDEX.fullmatch(text) or int(text) > size:
        face.refuse(_("%(name)s phải là một vị trí từ 0 đến %(size)s.", name=name, size=size))
    return int(text)


# --- Answers -----------------------------------------------------------------------------------------------------


def _finished(month: Month, name: str, form: str) -> Response | None:
    """A file of a finished month, or its list; None where the month is not finished."""
    kept = face.archive()
    if form == archive.LIST_FORM:
        if kept.month(month) is None:
            return None
        response = send_file(kept.list_path(month), mimetype="text/plain", conditional=True, etag=True)
        response.headers["Content-Type"] = "text/plain; charset=utf-8"
        return face.public(response, immutable=True)
    found = kept.file(name, month)
    listed = kept.month(month)
    if found is None or listed is None:
        return None
    path, file = found
    response = send_file(path, mimetype=MEDIA_TYPES[form], conditional=True, etag=file.digest)
    response.headers["Repr-Digest"] = _digest(bytes.fromhex(file.digest))
    return face.public(face.of_tree(response, listed.size, name=name), immutable=True)


def _made(entries: Entries, form: str, head: Published, tag: str, name: str) -> Response:
    """A file made now: rows are sent as they are read; Parquet, whose end tells where all is, once it is whole.

    The tag of Parquet is a weak one: what made it is the same each time, but its bytes stand in an order of the
    writer's own.
    """
    weak = form == "parquet"
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
        response.set_etag(tag, weak=weak)
        return face.public(response)
    bind, runs = current_session().get_bind(), face.runs()
    current_session().rollback()  # no connection is held for as long as somebody reads
    if form == "parquet":
        about = {"ledger.size": str(head.size), "ledger.from": str(entries.low), "ledger.to": str(entries.high)}
        response = _spooled(lambda file: selection.write_parquet(bind, entries, file, about, runs), form)
    else:
        place = _Place()
        blocks = selection.stream(bind, entries, "csv" if form == "csv" else "jsonl", runs)
        response = Response(place.until_end(blocks), mimetype=MEDIA_TYPES[form])
        response.call_on_close(place.leave)  # also where nothing was read
    response.set_etag(tag, weak=weak)
    return face.public(face.of_tree(response, head.size, name=name))


def _dossiers(month: Month | None, form: str) -> ResponseReturnValue:
    """One state of the lists, written down and let go of before the first byte is sent."""
    with Session(current_session().get_bind()) as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        size = log.listed(session)
        about = {"ledger.size": str(size)}
        response = _spooled(lambda file: selection.write_dossiers(session, form, month, file, about), form)
    name = archive.file_name(DOSSIERS.name, month, form)
    return face.public(face.of_tree(response, size, name=name)).make_conditional(request)


def _spooled(write: Callable[[IO[bytes]], None], form: str) -> Response:
    """What was written, from a file without a name: as long as the answer takes, and in no memory."""
    place = _Place()
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
    try:
        write(file)
        length = file.tell()
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").digest()
        file.seek(0)
    except BaseException:
        file.close()
        place.leave()
        raise
    response = Response(place.until_end(_blocks(file)), mimetype=MEDIA_TYPES[form])
    response.call_on_close(place.leave)
    response.call_on_close(file.close)
    response.content_length = length
    response.headers["Repr-Digest"] = _digest(digest)
    response.set_etag(digest.hex())
    return response


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(selection.BLOCK_BYTES):
        yield block


def _digest(sha256: bytes) -> str:
    """RFC 9530."""
    return f"sha-256=:{base64.b64encode(sha256).decode()}:"


class _Place:
    """One of so many downloads at once in a process; who comes then is asked to come again. Given back once."""

    def __init__(self) -> None:
        if not _places.acquire(blocking=False):
            raise ServiceUnavailable(retry_after=RETRY_SECONDS)
        self._held = True

    def leave(self) -> None:
        if self._held:
            self._held = False
            _places.release()

    def until_end(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The blocks; the place is given back after the last."""
        try:
            yield from blocks
        finally:
            self.leave()
