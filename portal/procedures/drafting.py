"""Manuscripts: a revision is begun, written, handed in, approved by a second person, or thrown away.

`portal.procedures.publishing` makes it a revision. Every act locks the manuscript's row, names the version it was
decided on, and leaves a step in the trail. Who wrote on a manuscript never approves it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.errors import Invalid, NotFound, Refused, Stale
from portal.people import queries as people
from portal.procedures import blank, manuscripts, writable
from portal.procedures.differing import Change, difference
from portal.procedures.manuscripts import OPEN, WROTE
from portal.procedures.models import ManuscriptRow, ManuscriptStep, ManuscriptVersion

LONGEST_REASON = 2000


class Overtaken(Stale):
    """Somebody else saved meanwhile: what the manuscript holds now, and what changed since the version named."""

    code = "overtaken"

    def __init__(
        self, *, version: int, content: Mapping[str, Any], by: str, at: datetime, changes: tuple[Change, ...]
    ) -> None:
        super().__init__(version=version)
        self.version, self.content, self.by, self.at, self.changes = version, content, by, at, changes


def begin(
    session: Session,
    *,
    code: str,
    officer_id: int,
    at: datetime,
    copy_of: int | None = None,
    content: Mapping[str, Any] | None = None,
) -> int:
    """Begin the next revision of a procedure, or a new procedure; the manuscript's id.

    It holds what the newest revision says, or revision `copy_of`, or `content`; a new procedure begins empty.
    Invalid("bad_code"); NotFound for an unknown `copy_of`; Refused("manuscript_open", id=) where one is being written.
    """
    if not writable.is_code(code):
        raise Invalid(code="bad_code")
    newest = manuscripts.newest(session, code)
    copied = newest if copy_of is None else manuscripts.numbered(session, code, copy_of)
    if copy_of is not None and copied is None:
        raise NotFound
    said = content if content is not None else copied.content if copied else blank.content(code)
    kept = writable.kept(said, code=code)
    row = {
        "code": code,
        "state": "writing",
        "version": 1,
        "content": kept,
        "base_id": newest.revision_id if newest else None,
        "written_by": officer_id,
        "written_at": at,
    }
    made = upsert(ManuscriptRow).values(row).on_conflict_do_nothing().returning(ManuscriptRow.id)
    begun = session.execute(made).scalar()
    if begun is None:
        raise Refused("manuscript_open", id=manuscripts.open_of(session, code))
    _keep_version(session, begun, 1, kept)
    note_step(session, begun, act="begun", version=1, officer_id=officer_id, at=at)
    return begun


def save(session: Session, *, id: int, version: int, content: Mapping[str, Any], officer_id: int, at: datetime) -> int:
    """Keep the text, complete or not; the new version, or the present one where nothing is new.

    Overtaken where somebody saved since `version`; Refused("not_in_writing", state=);
    Invalid("content_too_large" | "content_unreadable").
    """
    row = locked(session, id)
    kept = writable.kept(content, code=row.code)
    if row.state != "writing":
        raise Refused("not_in_writing", state=row.state)
    if kept == row.content:
        return int(row.version)
    check_version(session, row, version)
    return _write(session, row, kept, act="saved", officer_id=officer_id, at=at)


def restore(session: Session, *, id: int, version: int, to_version: int, officer_id: int, at: datetime) -> int:
    """Go back to what an earlier version said; it becomes the newest one."""
    row = _writing(session, id, version)
    earlier = _content_of(session, id, to_version)
    if earlier is None:
        raise NotFound
    return _write(session, row, earlier, act="restored", officer_id=officer_id, at=at)


def follow(session: Session, *, id: int, version: int, officer_id: int, at: datetime) -> None:
    """Take the newest revision, published meanwhile, for the one that this manuscript continues; the text stays."""
    row = _writing(session, id, version)
    newest = manuscripts.newest(session, row.code)
    _change(session, id, base_id=newest.revision_id if newest else None)
    note_step(session, id, act="followed", version=version, officer_id=officer_id, at=at)


def hand_in(session: Session, *, id: int, version: int, officer_id: int, at: datetime) -> None:
    """Give it to a second person; from now on its text is fixed."""
    _writing(session, id, version)
    _change(session, id, state="in_review")
    note_step(session, id, act="handed_in", version=version, officer_id=officer_id, at=at)


def send_back(session: Session, *, id: int, version: int, reason: str, officer_id: int, at: datetime) -> None:
    """Back to writing, also after the approval, which is then void. Invalid("no_reason" | "reason_too_long")."""
    row = locked(session, id)
    check_version(session, row, version)
    if row.state not in ("in_review", "approved"):
        raise Refused("not_in_review", state=row.state)
    words = checked_reason(reason)
    _change(session, id, state="writing", approved_by=None, approved_at=None)
    note_step(session, id, act="sent_back", version=version, officer_id=officer_id, at=at, reason=words)


def approve(session: Session, *, id: int, version: int, officer_id: int, at: datetime) -> None:
    """A second person finds it right. Refused("own_manuscript"); Invalid(*Finding) lists every error."""
    row = locked(session, id)
    check_version(session, row, version)
    if row.state != "in_review":
        raise Refused("not_in_review", state=row.state)
    wrote = select(ManuscriptStep.n).where(
        ManuscriptStep.manuscript_id == id, ManuscriptStep.officer_id == officer_id, ManuscriptStep.act.in_(WROTE)
    )
    if session.scalar(select(wrote.exists())):
        raise Refused("own_manuscript")
    found = manuscripts.check_content(session, row.content, code=row.code, at=at)
    if found.errors:
        raise Invalid(*found.errors, code="manuscript_invalid")
    _change(session, id, state="approved", approved_by=officer_id, approved_at=at)
    note_step(session, id, act="approved", version=version, officer_id=officer_id, at=at)


def discard(session: Session, *, id: int, version: int, officer_id: int, at: datetime) -> None:
    """Throw it away; its last text and its trail stay, what it held before goes."""
    row = locked(session, id)
    check_version(session, row, version)
    _change(session, id, state="discarded", approved_by=None, approved_at=None)
    forget_versions(session, id)
    note_step(session, id, act="discarded", version=version, officer_id=officer_id, at=at)


def locked(session: Session, id: int) -> Any:
    """The open manuscript's row, locked. NotFound; Refused("manuscript_closed", state=)."""
    row = session.execute(_LOCKED, {"id": id}).one_or_none() if writable.is_key(id) else None
    if row is None:
        raise NotFound
    if row.state not in OPEN:
        raise Refused("manuscript_closed", state=row.state)
    return row


def note_step(
    session: Session, id: int, *, act: str, version: int, officer_id: int, at: datetime, reason: str | None = None
) -> None:
    """One more line of the trail; the caller holds the manuscript's row."""
    n = select(func.count()).where(ManuscriptStep.manuscript_id == id).scalar_subquery()
    values = {"act": act, "version": version, "at": at, "officer_id": officer_id, "reason": reason}
    session.execute(insert(ManuscriptStep).values(manuscript_id=id, n=n, **values))


def checked_reason(reason: str) -> str:
    words = reason.strip()
    if not words or not writable.is_readable(words):
        raise Invalid(code="no_reason")
    if len(words) > LONGEST_REASON:
        raise Invalid(code="reason_too_long", maximum=LONGEST_REASON)
    return words


def forget_versions(session: Session, id: int) -> None:
    session.execute(delete(ManuscriptVersion).where(ManuscriptVersion.manuscript_id == id))


def _writing(session: Session, id: int, version: int) -> Any:
    row = locked(session, id)
    if row.state != "writing":
        raise Refused("not_in_writing", state=row.state)
    check_version(session, row, version)
    return row


def check_version(session: Session, row: Any, version: int) -> None:
    if row.version == version:
        return
    before = _content_of(session, row.id, version)
    by = people.officer_names(session, [row.written_by])
    raise Overtaken(
        version=row.version,
        content=row.content,
        by=by.get(row.written_by, ""),
        at=row.written_at,
        changes=difference(before, row.content) if before is not None else (),
    )


def _write(session: Session, row: Any, content: dict[str, Any], *, act: str, officer_id: int, at: datetime) -> int:
    version = int(row.version) + 1
    _change(session, row.id, content=content, version=version, written_by=officer_id, written_at=at)
    _keep_version(session, row.id, version, content)
    note_step(session, row.id, act=act, version=version, officer_id=officer_id, at=at)
    return version


def _change(session: Session, id: int, **values: Any) -> None:
    session.execute(update(ManuscriptRow).where(ManuscriptRow.id == id).values(**values))


def _keep_version(session: Session, id: int, version: int, content: dict[str, Any]) -> None:
    session.execute(insert(ManuscriptVersion).values(manuscript_id=id, version=version, content=content))


def _content_of(session: Session, id: int, version: int) -> dict[str, Any] | None:
    return session.scalar(
        select(ManuscriptVersion.content).where(
            ManuscriptVersion.manuscript_id == id, ManuscriptVersion.version == version
        )
    )


_LOCKED = (
    select(
        ManuscriptRow.id,
        ManuscriptRow.code,
        ManuscriptRow.state,
        ManuscriptRow.version,
        ManuscriptRow.content,
        ManuscriptRow.base_id,
        ManuscriptRow.written_by,
        ManuscriptRow.written_at,
    )
    .where(ManuscriptRow.id == bindparam("id"))
    .with_for_update()
)
