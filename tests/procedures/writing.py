"""Editors and manuscripts for tests: begun, approved by a second person, published."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.procedures import drafting, manuscripts, publishing
from portal.procedures.manuscripts import Manuscript
from portal.procedures.publishing import Decision, Published
from portal.transaction import unit_of_work
from tests.procedures.files import content
from tests.signing_in import make_officer

AT = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
CODE = "9.000001"
DECISION = Decision("12/QĐ-UBND", date(2026, 5, 20), "https://example.test/12")


def editor(session: Session) -> int:
    return make_officer(session, "H06.01", "editor", name="Lê Mẫu Biên Tập").id


def begin(session: Session, officer_id: int, *, code: str = CODE, at: datetime = AT, **options: Any) -> int:
    with unit_of_work(session):
        return drafting.begin(session, code=code, officer_id=officer_id, at=at, **options)


def read(session: Session, id: int) -> Manuscript:
    found = manuscripts.manuscript(session, id)
    assert found is not None
    session.rollback()
    return found


def approved(session: Session, said: Mapping[str, Any], *, code: str = CODE, at: datetime = AT) -> int:
    """A manuscript with this text that a second editor found right."""
    writer, second = editor(session), editor(session)
    id = begin(session, writer, code=code, at=at, content=said)
    with unit_of_work(session):
        drafting.hand_in(session, id=id, version=1, officer_id=writer, at=at)
        drafting.approve(session, id=id, version=1, officer_id=second, at=at)
    return id


def publish(
    session: Session,
    id: int,
    *,
    begins_at: datetime | None = None,
    at: datetime = AT,
    decision: Decision = DECISION,
) -> Published:
    version, officer = read(session, id).version, editor(session)
    with unit_of_work(session):
        return publishing.publish(
            session, id=id, version=version, decision=decision, begins_at=begins_at, officer_id=officer, at=at
        )


def published(
    session: Session, *, code: str = CODE, begins_at: datetime | None = None, at: datetime = AT, **changes: Any
) -> Published:
    """The exemplar with members changed, written, approved and published."""
    return publish(session, approved(session, content(code, **changes), code=code, at=at), begins_at=begins_at, at=at)
