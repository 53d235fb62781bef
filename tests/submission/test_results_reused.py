"""The result of a dossier is in its owner's documents, and goes into a later dossier as it is, signatures and all."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import attachments, commands, erasure, own_files, paper_signing, queries
from portal.dossiers.life import Outcome, Way
from portal.errors import NotFound
from portal.people.queries import Officer, Person
from portal.transaction import unit_of_work
from tests import filing
from tests.dossiers.corpus import typeset
from tests.dossiers.counting import statements
from tests.representing import represent
from tests.signatures.installed import signing
from tests.signing_in import make_citizen, make_organisation, sign_in_as

FIELD = "birth_paper"
NAME = "giấy khai sinh.pdf"


@dataclass(frozen=True)
class Returned:
    """A dossier whose result was signed and returned."""

    person: Person
    reference: str
    result_id: int
    receiver: Officer


@pytest.fixture
def returned(session: Session, client: FlaskClient, tmp_path: Path) -> Iterator[Returned]:
    receiver, leader = (filing.officer_of(session, filing.WARD_1, role) for role in ("receiver", "leader"))
    person = make_citizen(session, name="Nguyễn Thị Mẫu Kho")
    sign_in_as(client, person)
    with signing(tmp_path / "signing", session, receiver, leader):
        reference = filing.file_dossier(session, person)
        filing.act(session, commands.receive, reference, receiver)
        result = attachments.store(io.BytesIO(typeset("= Giấy khai sinh")), name=NAME)
        facts = {"outcome": Outcome.GRANTED, "files": [result]}
        filing.act(session, commands.resolve, reference, leader, **facts)  # type: ignore[arg-type]
        paper_signing.sign_waiting(at=clock.now())
        filing.act(session, commands.return_result, reference, receiver, way=Way.COUNTER)
        query = text("select id from attachment where field = 'result'")
        result_id = int(session.execute(query).scalar_one())
        session.rollback()
        yield Returned(person, reference, result_id, receiver)


def empty_draft(session: Session, person: Person) -> UUID:
    token = filing.draft(session, person)
    session.execute(text("delete from attachment where draft_token = :t"), {"t": token})
    session.commit()
    return token


def choose(client: FlaskClient, token: UUID, file_id: int) -> int:
    address = f"/drafts/{token}/sections/papers/own/{FIELD}"
    return client.post(address, data={"file": [str(file_id)]}).status_code


def signed_digest(session: Session) -> bytes:
    query = text("select sha256 from signed_paper where kind = 'result' and signed_at is not null")
    found = bytes(session.execute(query).scalar_one())
    session.rollback()
    return found


def test_the_result_is_listed_with_who_decided_when_and_what_its_signature_is(
    client: FlaskClient, session: Session, returned: Returned
) -> None:
    page = client.get("/account/files").text
    for words in (NAME, returned.reference, "Đăng ký khai sinh", "Phường 1 giải quyết ngày", "Đã ký số", "DEMO"):
        assert words in page, words
    link = page.split("/papers/")[1].split('"')[0]
    assert client.get(f"/dossiers/{returned.reference}/papers/{link}").data.startswith(b"%PDF")


def test_the_signed_paper_goes_into_a_later_dossier_and_the_officer_reads_its_signatures(
    client: FlaskClient, session: Session, returned: Returned
) -> None:
    token = empty_draft(session, returned.person)
    assert choose(client, token, returned.result_id) == 303
    assert "cổng chép nguyên từ kho" in client.get(f"/drafts/{token}/sections/papers").text
    with unit_of_work(session):
        facts = {"token": token, "person_id": returned.person.id, "at": clock.now(), "on": filing.REGISTER_DAY}
        later = commands.submit(session, language="vi", **facts).reference  # type: ignore[arg-type]
    found = queries.for_archive(session, later)
    assert found is not None
    (file,) = found.files
    assert file.sha256 == signed_digest(session), "the signed paper, byte for byte"
    assert file.from_result == returned.reference
    assert file.signed is not None and len(file.signed.found) == 2
    session.rollback()
    sign_in_as(client, returned.receiver)
    page = client.get(f"/desk/dossiers/{later}").text
    assert f"Kết quả của hồ sơ {returned.reference}, cổng chép nguyên từ kho" in page
    assert page.count("Chữ ký số:") == 2
    sign_in_as(client, returned.person)
    assert client.get("/account/files").text.count("Kết quả của hồ sơ") == 1, "the copy is not listed beside it"


def test_nobody_else_chooses_a_result_neither_agent_nor_organisation(
    session: Session, client: FlaskClient, returned: Returned
) -> None:
    agent, organisation = make_citizen(session, name="Trần Văn Mẫu Thay"), make_organisation(session)
    represent(session, returned.person, agent)
    for other in (agent, organisation):
        assert own_files.of_person(session, person_id=other.id).rows == ()
        session.rollback()
        with pytest.raises(NotFound):
            token = empty_draft(session, agent)
            own_files.give(token=token, person_id=other.id, field=FIELD, file_ids=[returned.result_id], at=clock.now())


def test_erasing_the_person_takes_result_and_copy_along(
    session: Session, client: FlaskClient, returned: Returned
) -> None:
    token = empty_draft(session, returned.person)
    assert choose(client, token, returned.result_id) == 303
    with unit_of_work(session):
        erased = erasure.erase_person(session, reference=returned.reference, at=clock.now())
    assert session.execute(text("select count(*) from attachment")).scalar_one() == 0
    assert session.execute(text("select count(*) from signed_paper where kind = 'result'")).scalar_one() == 0
    assert erased.drafts == 1 and len(erased.files) >= 3


def test_the_list_sends_as_many_statements_however_long_it_is(
    client: FlaskClient, session: Session, returned: Returned
) -> None:
    counts = []
    for _more in range(2):
        with statements(session) as sent:
            assert client.get("/account/files").status_code == 200
        counts.append(len(sent))
        session.rollback()
        filing.file_dossier(session, returned.person, code="2.000635")
    assert counts[0] == counts[1], counts


def test_a_result_that_was_taken_back_says_so_and_is_not_given_again(
    client: FlaskClient, session: Session, returned: Returned
) -> None:
    """Where it was given before, the officer reads it too."""
    leader = filing.officer_of(session, filing.WARD_1, "leader")
    wrong = filing.file_dossier(session, returned.person)
    filing.act(session, commands.receive, wrong, returned.receiver)
    result = attachments.store(io.BytesIO(typeset("= Kết quả sai")), name="sai.pdf")
    facts = {"outcome": Outcome.GRANTED, "files": [result]}
    filing.act(session, commands.resolve, wrong, leader, **facts)  # type: ignore[arg-type]
    paper_signing.sign_waiting(at=clock.now())
    result_id = int(session.execute(text("select max(id) from attachment where field = 'result'")).scalar_one())
    session.rollback()
    token = empty_draft(session, returned.person)
    assert choose(client, token, result_id) == 303
    with unit_of_work(session):
        given = {"token": token, "person_id": returned.person.id, "at": clock.now(), "on": filing.REGISTER_DAY}
        later = commands.submit(session, language="vi", **given).reference  # type: ignore[arg-type]
    filing.act(session, commands.take_back, wrong, leader, reason="Ghi nhầm.")
    assert "Cơ quan thu hồi kết quả này lúc" in client.get("/account/files").text
    token = empty_draft(session, returned.person)
    assert "sai.pdf" not in client.get(f"/drafts/{token}/sections/papers/own/{FIELD}").text
    assert choose(client, token, result_id) == 404
    assert choose(client, token, returned.result_id) == 303, "the other one still is a result"
    sign_in_as(client, returned.receiver)
    assert "Kết quả này đã bị thu hồi" in client.get(f"/desk/dossiers/{later}").text
