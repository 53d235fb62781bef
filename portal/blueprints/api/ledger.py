"""The ledger: entries from a position on, one with its proof, and the signed checkpoint."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.access import Audience, audience
from portal.blueprints.api import answers, face
from portal.blueprints.api.face import blueprint
from portal.blueprints.api.operations import PAGED, Asked, Parameter, operation
from portal.ledger import canonical, log, note
from portal.ledger.log import Published
from portal.ledger.note import to_base64
from portal.ledger.queries import Logged
from portal.procedures.text import Text
from portal.transaction import current_session

NUMBER = r"0|[1-9][0-9]{0,17}"
INTEGER = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
INDEX = Parameter("index", "path", Text("vị trí trong sổ, từ 0", "position, from 0"), INTEGER, NUMBER, "0")
FROM = Parameter("from", "query", Text("từ vị trí này", "from this position on"), INTEGER, NUMBER, "0")


@blueprint.get("/v1/ledger/entries")
@audience(Audience.PUBLIC)
@operation(answers.Entries, Text("Các mục của sổ, theo thứ tự", "Entries of the ledger, in their order"), FROM, *PAGED)
def entries(asked: Asked) -> answers.Entries:
    """Sealed ones stay sealed. To follow the ledger, remember `size` and go on from it."""
    size, begin = log.size(current_session()), int(asked.get("from") or 0)
    if begin > size:
        face.refuse(_("Sổ mới có %(size)s mục: from phải từ 0 đến %(size)s.", size=size))
    low = begin if asked.key is None else _position(asked.key, size)
    high = min(size, low + asked.limit)
    rows = list(reversed(log.between(current_session(), low, high)))
    cursor, following = asked.next_page(str(high) if high < size else None)
    return answers.Entries(size=size, items=[_line(row) for row in rows], cursor=cursor, next=following)


@blueprint.get("/v1/ledger/entries/<index>")
@audience(Audience.PUBLIC)
@operation(answers.ProvenEntry, Text("Một mục kèm bằng chứng", "One entry with its proof"), INDEX)
def entry(asked: Asked) -> answers.ProvenEntry:
    """Whoever has the checkpoint from elsewhere need not trust this answer."""
    found = log.proven(current_session(), int(asked["index"]))
    if found is None:
        face.missing(_("Sổ chưa có mục nào ở vị trí này."))
    row = found.entry
    return answers.ProvenEntry(
        **_members(row),
        leaf=to_base64(row.data),
        proof=[to_base64(step) for step in found.proof],
        size=found.head.size,
        root=to_base64(found.head.root),
        checkpoint=found.head.note.decode(),
        continues_its_dossier=not row.broken,
        opening=url_for("ledger.opening", index=row.position, _external=True) if row.sealed else None,
    )


@blueprint.get("/v1/ledger/checkpoint")
@audience(Audience.PUBLIC)
@operation(answers.Checkpoint, Text("Dấu đã ký của cả sổ", "The signed checkpoint of the ledger"))
def checkpoint(asked: Asked) -> answers.Checkpoint:
    """The note of `/ledger/checkpoint`, taken apart."""
    head = _head()
    origin = note.parse_checkpoint(note.parse(head.note).text).origin
    return answers.Checkpoint(origin=origin, size=head.size, root=to_base64(head.root), note=head.note.decode())


def _head() -> Published:
    head = log.head(current_session())
    if head is None:
        face.missing(_("Sổ chưa có dấu nào được ký. Hãy quay lại sau ít phút."))
    return head


def _position(key: str, size: int) -> int:
    if not key.isdecimal() or len(key) > 18 or int(key) > size:
        face.refuse(_("Danh sách đã đổi từ trang trước. Hãy bỏ cursor để bắt đầu lại."), code="bad_cursor")
    return int(key)


def _line(row: Logged) -> answers.Entry:
    return answers.Entry(**_members(row))


def _members(row: Logged) -> dict[str, Any]:
    return {"index": row.position, "leaf_hash": to_base64(row.leaf_hash), "entry": canonical.parse(row.data)}
