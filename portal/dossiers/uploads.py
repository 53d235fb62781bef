"""Files that come in pieces, so that a broken connection loses at most the piece on its way (tus 1.0 without its web).

A piece is sealed and on the disk before its row; the row's place in the file is its key, so two requests that bring
the same piece cannot both. The last piece is never kept: with it the file is whole, is taken in like any other
(`attachments.store`), and attached. If that fails to be written, the last piece comes again.
"""

import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from portal.dossiers import attachments, drafts
from portal.dossiers.rows import AnyRow
from portal.dossiers.upload_models import Upload, UploadPiece
from portal.errors import NotFound, Refused, Stale
from portal.files import file_kinds, file_names
from portal.files.file_refusals import FileRefused
from portal.transaction import unit_of_work

AGE = timedelta(days=1)  # since it was begun; then it is swept
MAX_UPLOADS = 30  # of one person, unfinished
MAX_PIECES = 2000
LONGEST = 300  # of a name and of a declared type, as they come
EXTENSIONS = frozenset[str]().union(*file_kinds.EXTENSIONS.values())


@dataclass(frozen=True, slots=True)
class Begun:
    """What a browser says before the first byte. `modified` helps it to know the same file again."""

    field: str
    name: str
    declared: str
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One that waits for more bytes; `received` is where to go on."""

    token: UUID
    field: str
    name: str
    size: int
    modified: int
    received: int
    expires_at: datetime

    @property
    def percent(self) -> int:
        return 100 * self.received // self.size


def begin(session: Session, *, draft: UUID, person_id: int, begun: Begun, at: datetime) -> UUID:
    """Make room for a file in a draft. NotFound; Refused; Invalid as `drafts.attach`; FileRefused."""
    name = file_names.tidy(begun.name[:LONGEST])
    if not name:
        raise FileRefused("file_name")
    if file_names.extension(name) not in EXTENSIONS:
        raise FileRefused("file_type_unknown")
    if begun.size <= 0:
        raise FileRefused("file_empty")
    if begun.size > attachments.installed().max_file_bytes:
        raise FileRefused("file_too_large", limit=attachments.installed().max_file_bytes)
    drafts.check_room(session, token=draft, person_id=person_id, field=begun.field, size=begun.size)
    waiting = select(func.count()).where(Upload.person_id == person_id, Upload.finished_at.is_(None))
    if (session.scalar(waiting) or 0) >= MAX_UPLOADS:
        raise Refused("too_many_uploads", limit=MAX_UPLOADS)
    token = uuid4()
    values = {"token": token, "draft_token": draft, "person_id": person_id, "field": begun.field, "name": name}
    values |= {"declared": begun.declared[:LONGEST], "size": begun.size, "modified": begun.modified}
    session.execute(insert(Upload).values(**values, received=0, created_at=at))
    return token


def found(session: Session, token: UUID, *, draft: UUID, person_id: int) -> Unfinished | None:
    """The person's own; once it is whole, `received` is its size until it is swept."""
    row = session.execute(_OWN.where(Upload.token == token, *_of(draft, person_id))).one_or_none()
    return _unfinished(row) if row else None


def unfinished(session: Session, *, draft: UUID, person_id: int) -> tuple[Unfinished, ...]:
    """Those of a draft that may be gone on with."""
    rows = session.execute(_OWN.where(*_of(draft, person_id), Upload.finished_at.is_(None)).order_by(Upload.created_at))
    return tuple(map(_unfinished, rows))


def append(*, token: UUID, draft: UUID, person_id: int, offset: int, pieces: Iterator[bytes], at: datetime) -> int:
    """Keep what comes from `offset` on; how far the file is there then. Each piece in a transaction of its own.

    NotFound; Stale(received=) where the file stands elsewhere; FileRefused or Invalid once it is whole and not taken:
    then it is forgotten.
    """
    with unit_of_work() as session:
        row = session.execute(_WHOLE.where(Upload.token == token, *_of(draft, person_id))).one_or_none()
    if row is None:
        raise NotFound
    if row.received != offset or row.finished_at is not None:
        raise Stale(received=row.received)
    for piece in pieces:
        if offset + len(piece) > row.size:
            raise FileRefused("file_too_large", limit=row.size)
        if offset + len(piece) == row.size:
            _finish(row, piece, at=at)
        else:
            _keep(row, offset, piece)
        offset += len(piece)
    return offset


def cancel(session: Session, token: UUID, *, draft: UUID, person_id: int) -> None:
    """Forget it; its pieces go with the next sweep. NotFound."""
    gone = session.execute(delete(Upload).where(Upload.token == token, *_of(draft, person_id)).returning(Upload.token))
    if gone.one_or_none() is None:
        raise NotFound


def clear(session: Session, *, at: datetime) -> int:
    """Forget those that were not brought to an end in time; how many."""
    gone = delete(Upload).where(Upload.created_at < at - AGE)
    return len(session.scalars(gone.returning(Upload.token)).all())


def known_keys(session: Session, keys: Collection[str]) -> frozenset[str]:
    """Which of these pieces have a row."""
    return frozenset(session.scalars(select(UploadPiece.key).where(UploadPiece.key.in_(list(keys)))))


def keys_of_person(session: Session, person_id: int) -> tuple[str, ...]:
    """Of all pieces of a person's uploads."""
    mine = select(UploadPiece.key).join(Upload, Upload.token == UploadPiece.upload_token)
    return tuple(session.scalars(mine.where(Upload.person_id == person_id)))


def _keep(row: AnyRow, start: int, piece: bytes) -> None:
    key = attachments.new_key()
    attachments.installed().uploads.put(key, piece)
    with unit_of_work() as session:
        moved = session.execute(
            update(Upload)
            .where(Upload.token == row.token, Upload.received == start, Upload.pieces < MAX_PIECES)
            .values(received=start + len(piece), pieces=Upload.pieces + 1)
            .returning(Upload.token)
        )
        if moved.one_or_none() is None:
            raise Stale(received=start)
        session.execute(insert(UploadPiece).values(upload_token=row.token, start=start, key=key))


def _finish(row: AnyRow, last: bytes, *, at: datetime) -> None:
    """Take the whole file in and attach it; its pieces are not needed any more, whether it was taken or not."""
    with unit_of_work() as session:
        before = select(UploadPiece.key).where(UploadPiece.upload_token == row.token).order_by(UploadPiece.start)
        keys = session.scalars(before).all()
    place = attachments.installed().uploads
    data = b"".join((*(part for key in keys for part in place.read(key)), last))
    try:
        stored = attachments.store(io.BytesIO(data), name=row.name, declared=row.declared)
    except FileRefused:
        with unit_of_work() as session:
            session.execute(delete(Upload).where(Upload.token == row.token))
        place.remove(keys)
        raise
    with unit_of_work() as session:
        done = update(Upload).where(Upload.token == row.token, Upload.finished_at.is_(None))
        written = session.execute(done.values(received=row.size, finished_at=at).returning(Upload.token))
        if written.one_or_none() is None:
            raise Stale(received=row.size)
        session.execute(delete(UploadPiece).where(UploadPiece.upload_token == row.token))
        drafts.attach(session, token=row.draft_token, person_id=row.person_id, field=row.field, file=stored, at=at)
    place.remove(keys)


def _of(draft: UUID, person_id: int) -> tuple[ColumnElement[bool], ...]:
    return Upload.draft_token == draft, Upload.person_id == person_id


def _unfinished(row: AnyRow) -> Unfinished:
    return Unfinished(row.token, row.field, row.name, row.size, row.modified, row.received, row.created_at + AGE)


_OWN = select(Upload.token, Upload.field, Upload.name, Upload.size, Upload.modified, Upload.received, Upload.created_at)
_WHOLE = select(Upload.__table__)
