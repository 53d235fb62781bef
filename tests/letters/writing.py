"""Letters written and read back by the tests of their delivery."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.letters import commands
from portal.transaction import unit_of_work

AT = datetime(2020, 6, 15, 2, 0, tzinfo=UTC)
ADDRESS = "nguyen.van.an@example.test"
SUBJECT = "Hồ sơ đã được tiếp nhận"
BODY = "Kính gửi ông Nguyễn Văn An,\n\nHồ sơ của ông đã được tiếp nhận.\n"


def write(key: str = "received:1", to: str = ADDRESS) -> int:
    with unit_of_work() as session:
        commands.enqueue(session, key=key, to=to, subject=SUBJECT, body=BODY, at=AT)
        found = session.execute(text("select id from letter where key = :key"), {"key": key}).scalar_one()
    return int(found)


def state(session: Session, letter_id: int) -> tuple[int, int, str | None, bool, bool]:
    statement = text(
        "select attempts, failures, failure, sent_at is not null, gave_up_at is not null from letter where id = :id"
    )
    row = session.execute(statement, {"id": letter_id}).one()
    session.rollback()
    return row[0], row[1], row[2], row[3], row[4]


def read(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def content(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n")


# Writing.
