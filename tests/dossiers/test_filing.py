import base64
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from portal.dossiers import commands, drafts, look_up_secrets, queries
from portal.dossiers.life import State
from portal.dossiers.references import parse
from portal.dossiers.views import Submitted
from portal.errors import Invalid, NotFound, Refused
from portal.people.queries import Person
from portal.procedures import queries as procedures
from portal.transaction import unit_of_work
from tests.dossiers.counting import statements
from tests.dossiers.making import AT, CODE, ON, fill, make_dossier, make_draft, pdf
from tests.dossiers.records import check_chain, record, sizes
from tests.publishing import publish_now
from tests.signing_in import make_citizen

WRITERS, EACH = 32, 50
T = TypeVar("T")


@pytest.fixture
def person(session: Session) -> Person:
    return make_citizen(session)


def submit(session: Session, token: UUID, person: Person, at: datetime = AT) -> Submitted:
    with unit_of_work(session):
        return commands.submit(session, token=token, person_id=person.id, language="vi", at=at, on=ON)


def test_a_filed_dossier_holds_what_was_written_and_waits_for_the_desk(session: Session, person: Person) -> None:
    token = make_draft(session, person)
    draft = queries.draft(session, token, person_id=person.id)
    assert draft is not None
    done = submit(session, token, person)
    found = queries.owned(session, done.reference, person_id=person.id)
    assert found is not None
    assert found.state is State.FILED
    assert found.answers["child_name"] == "Nguyễn Thị Thử"
    assert [(file.field, file.name, file.step) for file in found.files] == [("birth_paper", "giấy tờ.pdf", 0)]
    assert found.applicant is not None
    assert (found.applicant.name, found.applicant.national_id) == (person.name, person.national_id)
    assert found.unit_id == found.holder_unit_id == draft.unit_id
    assert (found.due_at, found.received_at, found.seen) == (None, None, 1)
    assert queries.draft(session, token, person_id=person.id) is None
    assert queries.reference_of_draft(session, token, person_id=person.id) == done.reference


def test_the_reference_names_agency_local_day_and_serial(session: Session, person: Person) -> None:
    just_after_midnight = datetime(2020, 6, 14, 17, 30, tzinfo=UTC)
    first = submit(session, make_draft(session, person, at=just_after_midnight), person, just_after_midnight)
    second = submit(session, make_draft(session, person), person)
    next_day = submit(session, make_draft(session, person), person, AT + timedelta(days=1))
    found = queries.owned(session, first.reference, person_id=person.id)
    assert found is not None
    agency = found.unit.code
    assert (first.reference, second.reference) == (f"{agency}-200615-0001", f"{agency}-200615-0002")
    assert next_day.reference == f"{agency}-200616-0001"


def test_filing_writes_one_entry_one_letter_and_one_job(session: Session, person: Person) -> None:
    token = make_draft(session, person)
    before = sizes(session)
    done = submit(session, token, person)
    after = sizes(session)
    grown = {table: after[table] - before[table] for table in after}
    assert grown == {
        "dossier": 1,
        "step": 1,
        "attachment": 0,
        "dossier_secret": 1,
        "dossier_content": 1,
        "ledger_outbox": 1,
        "letter": 1,
        "procrastinate_jobs": 1,
    }
    check_chain(record(session, done.reference))


def test_nothing_private_stands_in_the_entry_or_in_plain_columns(session: Session, person: Person) -> None:
    made = make_dossier(session, person)
    found = record(session, made.reference)
    number = person.national_id or ""
    raw = session.execute(
        text(
            "select string_agg(t::text, '|') from (select d::text t from dossier d union all select s::text from step s"
            " union all select c::text from dossier_content c union all select x::text from dossier_secret x"
            " union all select a::text from attachment a union all select encode(entry, 'escape') from ledger_outbox) r"
        )
    ).scalar_one()
    for secret in (person.name, number, number[-4:] + '"', "giấy tờ", made.secret):
        assert secret.encode() not in found.entries[0]
        assert secret not in raw
        assert secret.encode().hex() not in raw


def test_filing_takes_at_most_ten_statements(session: Session, person: Person) -> None:
    token = make_draft(session, person)
    with statements(session) as sent:
        submit(session, token, person)
    assert len(sent) <= 10, "\n".join(sent)  # the job queue's own among them


def test_a_second_submission_gives_the_first_answer_and_changes_nothing(session: Session, person: Person) -> None:
    token = make_draft(session, person)
    first = submit(session, token, person)
    before = sizes(session)
    again = submit(session, token, person, AT + timedelta(hours=1))
    assert again == replace(first, again=True)
    assert sizes(session) == before
    assert queries.receipt_secret(session, first.reference, person_id=person.id) == first.secret


def test_an_incomplete_draft_is_refused_with_every_problem_and_leaves_nothing(session: Session, person: Person) -> None:
    with unit_of_work(session):
        token = drafts.begin(session, person_id=person.id, code=CODE, at=AT)
    before = sizes(session)
    with pytest.raises(Invalid) as refusal:
        submit(session, token, person)
    problems = {(problem.field, problem.code) for problem in refusal.value.problems}  # type: ignore[attr-defined]
    assert {("unit", "missing"), ("child_name", "missing"), ("declared", "not_accepted")} <= problems
    assert sizes(session) == before
    assert queries.draft(session, token, person_id=person.id) is not None


def test_a_required_file_is_asked_for(session: Session, person: Person) -> None:
    token = make_draft(session, person)
    draft = queries.draft(session, token, person_id=person.id)
    assert draft is not None
    with unit_of_work(session):
        drafts.detach(session, token=token, person_id=person.id, file_id=draft.files[0].id, at=AT)
    with pytest.raises(Invalid) as refusal:
        submit(session, token, person)
    problems = [(problem.field, problem.code) for problem in refusal.value.problems]  # type: ignore[attr-defined]
    assert problems == [("birth_paper", "missing")]


def test_a_file_that_the_answers_no_longer_call_for_is_left_out(session: Session, person: Person) -> None:
    token = make_draft(session, person)
    with unit_of_work(session):
        procedure = procedures.published(session, CODE, at=AT)
        assert procedure is not None
        raw = fill(procedure.form, day=AT.date()) | {"birth_proof": ["witness"]}
        drafts.save(session, token=token, person_id=person.id, section="child", raw=raw, at=AT, on=ON)
        drafts.attach(session, token=token, person_id=person.id, field="witness_paper", file=pdf("mới.pdf"), at=AT)
    done = submit(session, token, person)
    found = queries.owned(session, done.reference, person_id=person.id)
    assert found is not None
    assert [file.name for file in found.files] == ["mới.pdf"]
    assert session.execute(text("select count(*) from attachment")).scalar() == 1


def test_a_foreign_or_unknown_draft_is_not_found(session: Session, person: Person) -> None:
    token = make_draft(session, person)
    stranger = make_citizen(session)
    for who, which in ((stranger, token), (person, uuid4())):
        with pytest.raises(NotFound):
            submit(session, which, who)
    done = submit(session, token, person)
    with pytest.raises(NotFound):
        submit(session, token, stranger)
    assert queries.owned(session, done.reference, person_id=stranger.id) is None


def test_a_draft_of_a_revision_that_no_longer_holds_is_refused(session: Session, person: Person) -> None:
    token = make_draft(session, person)
    with unit_of_work(session):
        ended = "update revision set ends_at = '2020-06-15T00:00+07:00' where content ->> 'code' = :c"
        session.execute(text(ended), {"c": CODE})
    with pytest.raises(Refused) as refusal:
        submit(session, token, person)
    assert refusal.value.code == "procedure_changed"


def test_a_person_without_an_address_gets_no_letter_and_files_all_the_same(session: Session) -> None:
    person = make_citizen(session, email=None)
    made = make_dossier(session, person)
    assert session.execute(text("select count(*) from letter")).scalar() == 0
    assert queries.owned(session, made.reference, person_id=person.id) is not None


def test_an_address_that_no_letter_can_go_to_keeps_nobody_from_filing(session: Session) -> None:
    person = make_citizen(session, email="không phải địa chỉ")
    made = make_dossier(session, person)
    assert session.execute(text("select count(*) from letter")).scalar() == 0
    assert queries.owned(session, made.reference, person_id=person.id) is not None


def test_eight_clicks_at_once_make_one_dossier(app: Flask, session: Session, person: Person) -> None:
    token = make_draft(session, person)
    answers = at_once(app, [lambda own: submit(own, token, person)] * 8)
    assert len({answer.reference for answer in answers}) == 1
    assert len({answer.secret for answer in answers}) == 1
    assert sorted(answer.again for answer in answers) == [False] + [True] * 7
    assert session.execute(text("select count(*) from dossier")).scalar() == 1
    assert session.execute(text("select count(*) from ledger_outbox")).scalar() == 1


def test_thirty_two_writers_leave_no_gap_and_no_double(app: Flask, session: Session, person: Person) -> None:
    tokens = copies_of(session, make_draft(session, person), WRITERS * EACH)

    def write(mine: list[UUID]) -> Callable[[Session], list[str]]:
        return lambda own: [submit(own, token, person).reference for token in mine]

    shares = [tokens[n::WRITERS] for n in range(WRITERS)]
    given = [reference for share in at_once(app, [write(share) for share in shares]) for reference in share]
    serials = sorted(found.serial for reference in given if (found := parse(reference)))
    assert serials == list(range(1, WRITERS * EACH + 1))
    assert len({reference.rpartition("-")[0] for reference in given}) == 1
    rested = session.scalars(text("select reference from dossier")).all()
    assert sorted(rested) == sorted(given)
    entries = session.scalars(text("select entry from ledger_outbox")).all()
    assert len({bytes(data) for data in entries}) == WRITERS * EACH
    assert session.execute(text("select count(*) from draft")).scalar() == 0
    assert session.execute(text("select count(*) from attachment where by_step = 0")).scalar() == WRITERS * EACH
    session.commit()
    publish_now(app)
    positions, logged = zip(*session.execute(text("select position, entry from ledger_entry order by 1")), strict=True)
    assert list(positions) == list(range(WRITERS * EACH))
    assert sorted(map(bytes, logged)) == sorted(map(bytes, entries))
    note = session.execute(text("select note from ledger_checkpoint order by size desc limit 1")).scalar_one()
    assert bytes(note).decode().split("\n")[1:3] == [str(WRITERS * EACH), base64.b64encode(root(logged)).decode()]


def test_a_submission_that_is_rolled_back_leaves_no_gap(session: Session, person: Person) -> None:
    first = make_dossier(session, person)
    token = make_draft(session, person)
    with pytest.raises(ZeroDivisionError), unit_of_work(session):
        commands.submit(session, token=token, person_id=person.id, language="vi", at=AT, on=ON)
        raise ZeroDivisionError
    second = submit(session, token, person)
    serials = [found.serial for code in (first.reference, second.reference) if (found := parse(code))]
    assert serials == [1, 2]


def test_the_secret_can_be_shown_again_to_its_owner_only(session: Session, person: Person) -> None:
    made = make_dossier(session, person)
    stranger = make_citizen(session)
    assert queries.receipt_secret(session, made.reference, person_id=person.id) == made.secret
    assert queries.receipt_secret(session, made.reference, person_id=stranger.id) is None
    assert len(look_up_secrets.tidy(made.secret)) == look_up_secrets.LENGTH


def root(entries: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word: nothing of ours."""
    if len(entries) == 1:
        return sha256(b"\0" + bytes(entries[0])).digest()
    k = 1 << (len(entries) - 1).bit_length() - 1
    return sha256(b"\1" + root(entries[:k]) + root(entries[k:])).digest()


def at_once(app: Flask, works: list[Callable[[Session], T]]) -> list[T]:
    """Run each work in a thread and a session of its own, all starting together."""
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"], pool_size=len(works))
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[Session], T]) -> T:
        with Session(engine, expire_on_commit=False) as own:
            barrier.wait(30)
            return work(own)

    with ThreadPoolExecutor(len(works)) as pool:
        results = list(pool.map(run, works))
    engine.dispose()
    return results


def copies_of(session: Session, token: UUID, number: int) -> list[UUID]:
    """As many drafts like this one, with files of their own."""
    tokens = [uuid4() for _ in range(number)]
    rows = [{"new": new, "old": token} for new in tokens]
    with unit_of_work(session):
        session.execute(
            text(
                "insert into draft select :new, person_id, revision_id, procedure_code, procedure_vi, procedure_en,"
                " unit_id, answers, created_at, saved_at from draft where token = :old"
            ),
            rows,
        )
        session.execute(
            text(
                "insert into attachment (draft_token, field, name, media_type, size, sha256, key, added_at)"
                " select :new, field, name, media_type, size, sha256, key || cast(:new as text), added_at"
                " from attachment where draft_token = :old"
            ),
            rows,
        )
        owner = session.scalars(text("select person_id from draft")).first()
        drafts.discard(session, token=token, person_id=owner or 0)
    return tokens
