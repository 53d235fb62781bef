"""The letters to an absent officer and to who stands in for them: that it was named, or ended.

They say who, for whom and which days; the reason is in none.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from portal import logs
from portal.clock import local
from portal.dossiers import notices
from portal.errors import Invalid
from portal.letters import commands as letters
from portal.people import queries as people
from portal.people import stand_ins

log = logs.logger(__name__)

NAMED = (
    "Thay mặt từ {first} đến hết {last} / Standing in from {first} to {last}",
    "{officer} thay mặt {absent} từ ngày {first} đến hết ngày {last}. Trong những ngày đó, việc của {absent} cũng nằm "
    "trong mục “Việc của tôi” của {officer}, và mỗi việc làm thay ghi tên cả hai người. Nếu có gì không đúng, hãy kết "
    "thúc việc thay mặt ở trang dưới đây.\n\n"
    "{officer} stands in for {absent} from {first} to {last}, both included. What {absent} has is then under “My work” "
    "of {officer} too, and every act done in their place names both. If anything is wrong, end it on this page.\n\n"
    "{link}\n",
)
ENDED = (
    "Việc thay mặt đã kết thúc / Standing in has ended",
    "Từ {at}, {officer} không còn thay mặt {absent}. Những việc đã làm vẫn giữ nguyên.\n\n"
    "{officer} no longer stands in for {absent} from {at} on. What was done stays as it is.\n\n{link}\n",
)


def send(session: Session, stand_in_id: int, *, ended: bool, at: datetime) -> None:
    """Put them into the outbox, for those whose address is known; once each."""
    one = stand_ins.arranged(session, stand_in_id)
    facts = {
        "officer": one.officer,
        "absent": one.absent,
        "first": f"{one.first_on:%d/%m/%Y}",
        "last": f"{one.last_on:%d/%m/%Y}",
        "at": f"{local(at):%H:%M %d/%m/%Y}",
        "link": notices.address("/desk/stand-ins"),
    }
    for officer_id in (one.absent_id, one.officer_id):
        key = f"stand-in/{stand_in_id}/{'ended' if ended else 'named'}/{officer_id}"
        _send(session, officer_id, ENDED if ended else NAMED, facts, key=key, at=at)


def _send(
    session: Session, officer_id: int, words: tuple[str, str], facts: Mapping[str, str], *, key: str, at: datetime
) -> None:
    officer = people.officer(session, officer_id)
    if officer is None or officer.email is None:
        return
    subject, body = (one.format(**facts) for one in words)
    try:
        letters.enqueue(session, key=key, to=officer.email, subject=subject, body=body, at=at)
    except Invalid as refusal:
        log.warning("letter_not_written", officer=officer_id, reason=refusal.code)
