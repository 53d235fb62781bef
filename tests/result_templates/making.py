"""Result templates for tests: a text, and a published one."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal import clock
from portal.procedures.publishing import Decision
from portal.result_templates import commands, drafting, queries
from portal.result_templates.queries import Version
from portal.transaction import unit_of_work
from tests.signing_in import make_officer

CODE = "1.001193"
TITLE = "Quyết định chấp thuận"
BODY = """# QUYẾT ĐỊNH
-> **Về việc của {{ applicant }}** <-
Căn cứ đơn nộp {{ filed_on }};
## Điều 1
Chấp thuận cho {{ form.child_name }}, hồ sơ {{ reference }}.
- {{ free.conditions }}"""
DECISION = Decision("77/QĐ-UBND", date(2020, 6, 1))


def publish(
    session: Session, body: str = BODY, *, code: str = CODE, outcome: str = "granted", title: str = TITLE
) -> Version:
    """Written by one, approved by a second, in force from now."""
    at = clock.now() - timedelta(seconds=1)
    writer, second = (make_officer(session, "H06.01", "editor").id for _ in range(2))
    with unit_of_work(session):
        id = drafting.begin(session, code=code, outcome=outcome, officer_id=writer, at=at)
        saved = drafting.save(session, id=id, version=1, title=title, body=body, officer_id=writer, at=at)
        drafting.hand_in(session, id=id, version=saved, officer_id=writer, at=at)
        drafting.approve(session, id=id, version=saved, officer_id=second, at=at)
        return commands.publish(
            session, id=id, version=saved, decision=DECISION, begins_at=None, officer_id=second, at=at
        )


def in_force(session: Session, code: str = CODE) -> dict[str, Version]:
    return queries.in_force(session, code, at=clock.now())
