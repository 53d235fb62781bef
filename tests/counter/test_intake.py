"""Filing at the counter: the same dossier, entered by an officer, for somebody without an account."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands, counter, drafts, erasure, proofs, queries, track, upkeep
from portal.dossiers.life import Actor
from portal.dossiers.paper_notes import PaperKind, PaperNote
from portal.dossiers.views import Dossier
from portal.errors import Forbidden, Invalid, NotFound, Refused
from portal.ledger import commitment, entry
from portal.people import queries as people
from portal.people.queries import Officer
from portal.transaction import unit_of_work
from tests import filing
from tests.counter.standing import NAME, NUMBER, begin, file_at_counter, fill, shown
from tests.filing import WARD_1, actor
from tests.publishing import publish_now
from tests.signing_in import make_citizen, make_officer

WARD_2 = "H06.31.02"
OF_THE_PROVINCE, OF_ORGANISATIONS = "1.002809", "2.000205"


@pytest.fixture
def officer(session: Session) -> Officer:
    return filing.officer_of(session, WARD_1, "receiver")


def rows(session: Session, table: str) -> int:
    return int(session.execute(text(f"select count(*) from {table}")).scalar_one())


def found(session: Session, reference: str) -> Dossier:
    dossier = queries.for_archive(session, reference)
    assert dossier is not None
    return dossier


def test_it_is_the_same_dossier_with_its_channel_its_serial_and_who_entered_it(
    app: Flask, session: Session, officer: Officer
) -> None:
    online = filing.file_dossier(session, make_citizen(session))
    dossier = found(session, file_at_counter(session, officer))
    by_post = found(session, file_at_counter(session, officer, channel="post"))
    assert [one[-4:] for one in (online, dossier.reference, by_post.reference)] == ["0001", "0002", "0003"]
    assert (dossier.channel, by_post.channel) == ("counter", "post")
    assert dossier.steps[0].officer_id == officer.id
    assert dossier.applicant is not None and dossier.applicant.name == NAME
    assert set(dossier.papers.values()) == {PaperNote(PaperKind.COPY, 2)}
    publish_now(app)
    entries = session.execute(text("select channel from ledger_dossier order by first")).scalars().all()
    assert entries == ["online", "counter", "post"]


def test_the_ledger_commits_to_what_was_on_paper_and_to_the_officer(
    app: Flask, session: Session, officer: Officer
) -> None:
    dossier = found(session, file_at_counter(session, officer))
    publish_now(app)
    receipt = proofs.of_act(session, dossier, 0).receipt
    assert receipt.opening is not None
    opened = commitment.check(receipt.opening, entry.parse(receipt.entry)[1])
    assert opened["officer"] == officer.id
    assert [value for name, value in opened.items() if name.startswith("paper.")] == [["copy", 2]] * len(dossier.papers)


def test_the_look_of_the_officer_who_entered_it_is_in_the_log_the_applicant_reads(
    session: Session, officer: Officer
) -> None:
    dossier = found(session, file_at_counter(session, officer))
    looks = queries.views_of_dossier(session, dossier_id=dossier.id)
    assert [(one.officer_id, one.unit.code) for one in looks] == [(officer.id, WARD_1)]


def test_it_is_received_with_the_term_of_its_channel_and_tracked_by_the_receipt(
    session: Session, officer: Officer
) -> None:
    reference = file_at_counter(session, officer)
    secret = counter.receipt_secret(session, reference, by=actor(officer, session))
    assert secret is not None
    done = filing.act(session, commands.receive, reference, officer)
    assert done.due_at is not None
    with unit_of_work(session):
        for proof in (secret, NUMBER[-4:]):
            tracked = track.look_up(session, reference=reference, proof=proof, client="c", limit=9, at=clock.now())
            assert tracked is not None and tracked.channel == "counter"


def test_submitted_twice_it_is_one_dossier_and_begun_twice_one_draft(session: Session, officer: Officer) -> None:
    token = begin(session, officer)
    begin(session, officer, token=token, who=shown(name="Người Khác Mẫu"))
    assert (rows(session, "draft"), rows(session, "person")) == (1, 1)
    person_id = fill(session, officer, token)
    done = []
    for _time in range(2):
        with unit_of_work(session):
            facts = {"token": token, "person_id": person_id, "at": clock.now(), "on": filing.REGISTER_DAY}
            done.append(commands.submit(session, language="vi", **facts))  # type: ignore[arg-type]
    assert done[0].reference == done[1].reference and done[1].again
    begin(session, officer, token=token)
    assert (rows(session, "dossier"), rows(session, "draft"), rows(session, "person")) == (1, 0, 1)


def test_only_whoever_receives_in_the_unit_begins_there(session: Session, officer: Officer) -> None:
    for other in (filing.officer_of(session, WARD_1, "specialist"), filing.officer_of(session, WARD_2, "receiver")):
        with pytest.raises(Forbidden):
            begin(session, other)
    with pytest.raises(NotFound):
        begin(session, officer, code="9.999999")
    for not_here in (OF_THE_PROVINCE, OF_ORGANISATIONS):
        with pytest.raises(Refused) as refused:
            begin(session, officer, code=not_here)
        assert refused.value.code == "not_at_counter"
    assert rows(session, "person") == 0


def test_a_draft_of_the_counter_is_nobody_elses(session: Session, officer: Officer) -> None:
    token = begin(session, officer)
    colleague = filing.officer_of(session, WARD_1, "receiver")
    stranger = filing.officer_of(session, WARD_2, "receiver")
    leader = filing.officer_of(session, WARD_1, "leader")
    for other in (colleague, stranger, leader):
        assert counter.applicant_of(session, token, by=actor(other, session)) is None
        assert counter.drafts_of(session, by=actor(other, session)) == ()
        with pytest.raises(NotFound), unit_of_work(session):
            counter.correct(session, token=token, by=actor(other, session), who=shown(), at=clock.now())
    assert [one.applicant for one in counter.drafts_of(session, by=actor(officer, session))] == [NAME]
    session.execute(text("update officer_role set valid_to = '2020-02-01' where officer_id = :id"), {"id": officer.id})
    session.commit()
    with_no_role = Actor.officer(officer.id, [])
    assert counter.applicant_of(session, token, by=with_no_role) is None


def test_the_secret_is_for_whoever_entered_the_dossier_alone(session: Session, officer: Officer) -> None:
    reference = file_at_counter(session, officer)
    online = filing.file_dossier(session, make_citizen(session))
    for other in (filing.officer_of(session, WARD_1, "receiver"), filing.officer_of(session, WARD_2, "receiver")):
        assert counter.receipt_secret(session, reference, by=actor(other, session)) is None
    assert counter.receipt_secret(session, online, by=actor(officer, session)) is None


def test_the_unit_of_a_counter_draft_is_fixed_and_a_citizen_notes_no_paper(session: Session, officer: Officer) -> None:
    token = begin(session, officer)
    person_id = counter.applicant_of(session, token, by=actor(officer, session)) or 0
    with pytest.raises(Invalid), unit_of_work(session):
        other = filing.unit_id_of(session, WARD_2)
        facts = {"token": token, "person_id": person_id, "on": filing.REGISTER_DAY, "at": clock.now()}
        drafts.choose_unit(session, unit_id=other, **facts)  # type: ignore[arg-type]
    person = make_citizen(session)
    own = filing.draft(session, person)
    with pytest.raises(NotFound), unit_of_work(session):
        notes = {"birth_paper": PaperNote(PaperKind.SEEN, 1)}
        counter.note_papers(session, token=own, person_id=person.id, section="papers", notes=notes, at=clock.now())


def test_whoever_was_entered_for_a_draft_goes_with_it(session: Session, officer: Officer) -> None:
    token, left_alone = begin(session, officer), begin(session, officer)
    person_id = counter.applicant_of(session, token, by=actor(officer, session)) or 0
    with unit_of_work(session):
        drafts.discard(session, token=token, person_id=person_id)
    assert rows(session, "person") == 1
    with unit_of_work(session):
        upkeep.clear(session, at=clock.now() + upkeep.DRAFT_AGE * 2)
    assert (rows(session, "draft"), rows(session, "person")) == (0, 0), left_alone


def test_nobody_entered_at_a_counter_is_taken_for_an_account(session: Session, officer: Officer) -> None:
    file_at_counter(session, officer, who=shown(email="go.nham@example.test"))
    assert people.citizens_numbered(session, NUMBER) == ()


def test_letters_go_to_the_address_that_was_given_and_lead_to_the_look_up(session: Session, officer: Officer) -> None:
    file_at_counter(session, officer)
    assert rows(session, "letter") == 0
    reference = file_at_counter(session, officer, who=shown(email="quay@example.test"))
    filing.act(session, commands.receive, reference, officer)
    letters = session.execute(text("select id from letter")).all()
    assert len(letters) == 2


def test_erasing_the_person_reaches_every_counter_where_they_stood(
    app: Flask, session: Session, officer: Officer
) -> None:
    elsewhere = make_officer(session, WARD_2, "receiver")
    first = file_at_counter(session, officer)
    second = file_at_counter(session, elsewhere, agency_code=WARD_2)
    other = file_at_counter(session, officer, who=shown(name="Phạm Thị Mẫu Khác"))
    begin(session, elsewhere, agency_code=WARD_2)
    for reference, by in ((first, officer), (second, elsewhere), (other, officer)):
        filing.act(session, commands.decline, reference, by, reason="Không thuộc thẩm quyền.")
    publish_now(app)
    with unit_of_work(session):
        erased = erasure.erase_person(session, reference=first, at=clock.now())
    assert (len(erased.references), erased.drafts) == (2, 1)
    assert found(session, second).applicant is None and found(session, second).papers == {}
    kept = found(session, other).applicant
    assert kept is not None and kept.name == "Phạm Thị Mẫu Khác"
