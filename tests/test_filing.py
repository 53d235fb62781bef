"""The helper that files dossiers, held to every procedure of the catalogue."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands, queries
from portal.dossiers.life import State, Way
from portal.procedures import queries as procedures
from tests.filing import WARD_1, act, draft, file_dossier, granted, officer_of, submit
from tests.signing_in import make_citizen, make_organisation


def test_a_dossier_of_every_procedure_can_be_filed(session: Session) -> None:
    filed = []
    for row in procedures.search(session, at=clock.now(), limit=100).rows:
        procedure = procedures.published(session, row.code, at=clock.now())
        assert procedure is not None
        if procedure.accepts_online:
            person = make_citizen(session) if "citizen" in procedure.audience else make_organisation(session)
            filed.append(file_dossier(session, person, code=row.code))
    assert len(filed) == len(set(filed)) >= 24


def test_typed_answers_can_be_replaced_one_by_one(session: Session) -> None:
    person = make_citizen(session)
    reference = file_dossier(session, person, raw={"child_name": ["Nguyễn Thị Mẫu Mới"]})
    found = queries.owned(session, reference, person_id=person.id)
    assert found is not None
    assert "Nguyễn Thị Mẫu Mới" in found.answers.values()


def test_a_dossier_goes_through_its_life(session: Session) -> None:
    person = make_citizen(session)
    reference = file_dossier(session, person)
    assert reference.startswith(WARD_1)
    act(session, commands.receive, reference, officer_of(session, WARD_1, "receiver"))
    done = granted(session, reference, officer_of(session, WARD_1, "specialist"))
    assert done.state is State.RESOLVED
    receiver = officer_of(session, WARD_1, "receiver")
    assert act(session, commands.return_result, reference, receiver, way=Way.COUNTER).steps == 4


def test_the_day_of_filing_can_be_chosen(session: Session) -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=clock.LOCAL_ZONE)
    done = submit(session, make_citizen(session), at=at)
    assert done.filed_at == at
    assert "-260302-" in done.reference


def test_a_draft_waits_to_be_submitted(session: Session) -> None:
    person = make_citizen(session)
    found = queries.draft(session, draft(session, person), person_id=person.id)
    assert found is not None
    assert found.unit_id is not None
