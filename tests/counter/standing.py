"""People and organisations at a counter for tests, entered and filed for as an officer does it.

token = begin(session, officer)                       # a birth registration in Ward 1, for `shown()`
reference = file_at_counter(session, officer)         # the same, filled in and filed
"""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands, counter, drafts
from portal.dossiers.paper_notes import PaperKind, PaperNote
from portal.people import queries as people
from portal.people.entered import Organisation, Representative, Shown
from portal.people.queries import Officer
from portal.procedures import queries as procedures
from portal.transaction import unit_of_work
from tests import filing, plausible
from tests.filing import BIRTH, REGISTER_DAY, WARD_1, actor

NAME, NUMBER, BORN = "Phạm Thị Mẫu Quầy", "099155000777", date(1955, 4, 30)


def shown(**otherwise: Any) -> Shown:
    facts: dict[str, Any] = {"name": NAME, "national_id": NUMBER, "born_on": BORN, "address": "7 hẻm Mẫu, Phường 1"}
    return Shown(**facts | otherwise)


LICENCE, CITY = "2.000620", "H06.31"  # to sell alcohol by retail: for people and organisations, at a city
COMPANY, CODE = "Công ty TNHH Mẫu Biển Xanh", "9900000016"
AT_THE_WINDOW = Representative("Hồ Văn Mẫu Đến", "079188000321")


def organisation(**otherwise: Any) -> Organisation:
    facts: dict[str, Any] = {"name": COMPANY, "tax_code": CODE, "address": "1 đường Mẫu, Phường 8"}
    return Organisation(**{"representative": AT_THE_WINDOW, **facts, **otherwise})


def begin(
    session: Session,
    officer: Officer,
    *,
    who: Shown | Organisation | None = None,
    code: str = BIRTH,
    agency_code: str = WARD_1,
    channel: counter.Channel = "counter",
    token: UUID | None = None,
) -> UUID:
    token = token or uuid4()
    with unit_of_work(session):
        counter.begin(
            session,
            token=token,
            by=actor(officer, session),
            unit_id=filing.unit_id_of(session, agency_code),
            code=code,
            channel=channel,
            who=who or shown(),
            at=clock.now(),
            on=REGISTER_DAY,
        )
    return token


def fill(session: Session, officer: Officer, token: UUID, *, code: str = BIRTH) -> int:
    """Every section filled, and each component that is needed noted as paper; the person's id."""
    at = clock.now()
    person_id = counter.applicant_of(session, token, by=actor(officer, session))
    assert person_id is not None
    person, procedure = people.person(session, person_id), procedures.published(session, code, at=at)
    assert person is not None and procedure is not None
    answers = filing.plausible_answers(session, procedure, person, day=clock.local_day(at))
    needed = filing._required_files(session, procedure, answers, at)
    notes = {field: PaperNote(PaperKind.COPY, 2) for field in needed}
    with unit_of_work(session):
        for section in procedure.form.sections:
            facts: dict[str, Any] = {"token": token, "person_id": person_id, "section": section.key, "at": at}
            drafts.save(session, raw=plausible.of_section(section, answers), on=REGISTER_DAY, **facts)
            counter.note_papers(session, notes=notes, **facts)
    return person_id


def file_at_counter(session: Session, officer: Officer, **wishes: Any) -> str:
    token = begin(session, officer, **wishes)
    person_id = fill(session, officer, token, code=wishes.get("code", BIRTH))
    with unit_of_work(session):
        done = commands.submit(
            session, token=token, person_id=person_id, language="vi", at=clock.now(), on=REGISTER_DAY
        )
    return done.reference
