"""Filing for somebody else by a mandate: chosen, prefilled, reviewed, filed; and kept where the mandate ended."""

import io
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pypdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands, drafts, erasure, queries
from portal.dossiers import proofs as dossier_proofs
from portal.dossiers.sources import sources
from portal.errors import Refused
from portal.ledger import commitment
from portal.people import api_tokens
from portal.people.api_tokens import Scope
from portal.people.queries import Person
from portal.procedures import queries as procedures
from portal.transaction import unit_of_work
from tests import filing
from tests.representing import days_from, end, offer, represent
from tests.signing_in import make_citizen, make_organisation, sign_in_as

GRANTER, AGENT = "Nguyễn Thị Bên Giao", "Trần Văn Bên Nhận"
APPLY = f"/procedures/{filing.BIRTH}/apply"


@pytest.fixture
def granter(session: Session) -> Person:
    return make_citizen(session, name=GRANTER, email="giao@example.test")


@pytest.fixture
def agent(session: Session, client: FlaskClient) -> Person:
    made = make_citizen(session, name=AGENT, email="nhan@example.test")
    sign_in_as(client, made)
    return made


@pytest.fixture
def mandate_id(session: Session, granter: Person, agent: Person) -> int:
    return represent(session, granter, agent, codes=[filing.BIRTH])


def ready(session: Session, agent: Person, mandate_id: int) -> str:
    return f"/drafts/{filing.draft(session, agent, mandate_id=mandate_id)}"


def owner_of(session: Session, reference: str) -> int:
    return int(
        session.execute(text("select person_id from dossier where reference = :r"), {"r": reference}).scalar_one()
    )


def test_one_chooses_whom_it_is_for_only_where_a_mandate_holds_for_this_procedure(
    client: FlaskClient, session: Session, granter: Person, agent: Person
) -> None:
    assert "Bạn nộp hồ sơ cho ai?" not in client.get(APPLY).text
    offer(session, granter, agent)
    represent(session, make_citizen(session, name="Lê Thị Thủ Tục Khác"), agent, codes=["1.001022"])
    today = clock.local_day(clock.now())
    later = today + timedelta(days=3)
    represent(session, make_citizen(session, name="Phan Văn Ngày Mai"), agent, days=days_from(later))
    assert "Bạn nộp hồ sơ cho ai?" not in client.get(APPLY).text
    represent(session, granter, agent)
    page = client.get(APPLY).text
    assert "Bạn nộp hồ sơ cho ai?" in page and f"Thay {GRANTER}" in page


def test_the_draft_remembers_and_is_filled_from_whom_it_is_for(
    client: FlaskClient, session: Session, granter: Person, agent: Person, mandate_id: int
) -> None:
    begun = client.post(APPLY, data={"for": str(mandate_id)})
    assert begun.status_code == 303
    assert f"Bạn đang nộp thay {GRANTER}" in client.get(begun.location).text
    section = client.get(f"{begun.location}/sections/applicant").text
    assert f'value="{GRANTER}"' in section
    assert f'value="{AGENT}"' not in section
    assert f"nộp thay {GRANTER}" in client.get("/account").text


@pytest.mark.parametrize("chosen", ["0", "999999", "x", "-1", str(2**70), ""])
def test_a_mandate_that_is_not_theirs_begins_nothing(
    client: FlaskClient, session: Session, agent: Person, chosen: str
) -> None:
    somebody = make_citizen(session, name="Người Thứ Ba")
    represent(session, make_citizen(session, name="Người Thứ Tư"), somebody)
    answer = client.post(APPLY, data={"for": chosen})
    assert answer.status_code == 409
    assert "Ủy quyền này không còn hiệu lực" in answer.text
    assert session.execute(text("select count(*) from draft")).scalar() == 0


def test_filed_it_is_the_granters_and_names_the_agent_everywhere_but_in_public(
    client: FlaskClient, session: Session, granter: Person, agent: Person, mandate_id: int
) -> None:
    draft = ready(session, agent, mandate_id)
    assert f"Bạn nộp hồ sơ này thay {GRANTER}." in client.get(f"{draft}/review").text
    done = client.post(f"{draft}/review")
    assert done.status_code == 303
    page = client.get(done.location)
    assert page.status_code == 200
    assert f"Hồ sơ của {GRANTER}. Bạn nộp thay theo ủy quyền." in page.text
    reference = done.location.partition("?")[0].rpartition("/")[2]
    assert owner_of(session, reference) == granter.id
    receipt = client.get(f"/dossiers/{reference}/receipt.pdf").data
    said = " ".join(pypdf.PdfReader(io.BytesIO(receipt)).pages[0].extract_text().split())
    assert f"Người nộp thay theo ủy quyền: {AGENT}" in said and GRANTER in said
    public = client.get(f"/ledger/dossiers/{reference}").text.split("<main")[1]
    assert AGENT not in public and GRANTER not in public
    assert client.post(f"{draft}/review").location == f"/dossiers/{reference}?filed=1", "a second click, one dossier"
    sign_in_as(client, granter)
    assert f"{AGENT} nộp thay bạn theo ủy quyền." in client.get(f"/dossiers/{reference}").text


def test_an_organisation_is_represented_with_its_own_identity(
    client: FlaskClient, session: Session, agent: Person
) -> None:
    company = make_organisation(session)
    mandate_id = represent(session, company, agent)
    reference = filing.file_dossier(session, agent, mandate_id=mandate_id)
    found = queries.owned(session, reference, person_id=company.id)
    assert found is not None and found.applicant is not None and found.agent is not None
    assert (found.applicant.kind, found.applicant.name) == ("organisation", company.name)
    assert (found.agent.name, found.agent.mandate) == (AGENT, mandate_id)


def test_a_mandate_ended_meanwhile_files_nothing_and_the_draft_is_kept(
    client: FlaskClient, session: Session, granter: Person, agent: Person, mandate_id: int
) -> None:
    draft = ready(session, agent, mandate_id)
    end(session, mandate_id, granter)
    refused = client.post(f"{draft}/review")
    assert refused.status_code == 409
    assert f"Ủy quyền của {GRANTER} không còn hiệu lực" in refused.text
    assert session.execute(text("select count(*) from dossier")).scalar() == 0
    blank = client.post(APPLY, data={"for": "me"}).location
    session.execute(
        text("update draft set mandate_id = :m where token = :t"),
        {"m": mandate_id, "t": UUID(blank.rpartition("/")[2])},
    )
    session.commit()
    page = client.get(f"{blank}/sections/applicant").text
    assert f'value="{GRANTER}"' not in page and f'value="{AGENT}"' not in page, "prefilled no more"
    assert client.post(f"{draft}/for-myself").status_code == 303
    assert "không còn hiệu lực" not in client.get(draft).text
    done = client.post(f"{draft}/review")
    assert owner_of(session, done.location.partition("?")[0].rpartition("/")[2]) == agent.id


@pytest.mark.parametrize("when", ["expired", "other procedure"])
def test_at_the_filing_the_mandate_holds_for_that_day_and_procedure_or_nothing_is_filed(
    session: Session, granter: Person, agent: Person, when: str
) -> None:
    then = clock.now() - timedelta(days=40)
    codes = None if when == "expired" else ["1.001022"]
    old = represent(session, granter, agent, at=then)
    token = filing.draft(session, agent, mandate_id=old, at=then)
    if when == "other procedure":
        other = represent(session, granter, agent, codes=codes)
        session.execute(text("update draft set mandate_id = :m"), {"m": other})
        session.commit()
    with pytest.raises(Refused) as refused, unit_of_work(session):
        commands.submit(session, token=token, person_id=agent.id, language="vi", at=clock.now(), on=filing.REGISTER_DAY)
    assert refused.value.code == "mandate_over"


def test_the_granter_does_not_reach_the_agents_draft(
    client: FlaskClient, session: Session, granter: Person, agent: Person, mandate_id: int
) -> None:
    draft = ready(session, agent, mandate_id)
    sign_in_as(client, granter)
    for path in ("", "/review", "/unit", "/sections/child", "/discard"):
        assert client.get(f"{draft}{path}").status_code == 404
    assert client.post(f"{draft}/for-myself").status_code == 404
    assert draft not in client.get("/account").text


def test_old_tabs_of_a_filed_draft_lead_to_the_dossier_and_after_the_end_to_nothing(
    client: FlaskClient, session: Session, granter: Person, agent: Person, mandate_id: int
) -> None:
    draft = ready(session, agent, mandate_id)
    reference = client.post(f"{draft}/review").location.partition("?")[0]
    assert client.get(draft).location == reference
    end(session, mandate_id, granter)
    assert client.get(client.get(draft).location).status_code == 404


def test_an_agents_token_reads_their_own_dossiers_and_the_granters_token_all_of_theirs(
    client: FlaskClient, session: Session, granter: Person, agent: Person, mandate_id: int
) -> None:
    reference = filing.file_dossier(session, agent, mandate_id=mandate_id)
    answers = {}
    for who in (granter, agent):
        with unit_of_work(session):
            token = api_tokens.create(
                session, person_id=who.id, name="thử", scopes=[Scope.READ], days=30, at=clock.now()
            )
        headers = {"Authorization": f"Bearer {token}"}
        browser = client.application.test_client()
        one = browser.get(f"/api/v1/me/dossiers/{reference}", headers=headers)
        listed = browser.get("/api/v1/me/dossiers", headers=headers)
        answers[who.id] = (one.status_code, reference in listed.text)
    assert answers == {granter.id: (200, True), agent.id: (404, False)}


def test_what_is_committed_to_names_agent_and_mandate_and_opens_field_by_field(
    session: Session, granter: Person, agent: Person, mandate_id: int
) -> None:
    reference = filing.file_dossier(session, agent, mandate_id=mandate_id)
    desk = filing.officer_of(session, filing.WARD_1, "receiver")
    filing.act(session, commands.ask_supplement, reference, desk, reason="Thiếu.")
    filing.act(session, commands.give_supplement, reference, agent, message="Đây.")
    found = queries.owned(session, reference, person_id=granter.id)
    assert found is not None
    fields = dossier_proofs.fields_of(found, 0)
    assert (fields["agent.name"], fields["agent.national_id"], fields["agent.mandate"]) == (
        AGENT,
        agent.national_id,
        mandate_id,
    )
    assert fields["applicant.name"] == GRANTER
    assert dossier_proofs.fields_of(found, 2)["agent"] == mandate_id
    for n in (0, 1, 2):
        assert dossier_proofs.of_act(session, found, n).receipt.opening is not None


def ended_dossier(session: Session, agent: Person, mandate_id: int) -> str:
    reference = filing.file_dossier(session, agent, mandate_id=mandate_id)
    desk = filing.officer_of(session, filing.WARD_1, "receiver")
    filing.act(session, commands.decline, reference, desk, reason="Thiếu giấy.")
    return reference


def test_erasing_the_granter_takes_all_that_was_filed_for_them_and_ends_their_mandates(
    client: FlaskClient, session: Session, granter: Person, agent: Person, mandate_id: int
) -> None:
    reference = ended_dossier(session, agent, mandate_id)
    draft = ready(session, agent, mandate_id)
    with unit_of_work(session):
        erased = erasure.erase_person(session, reference=reference, at=clock.now())
    assert (len(erased.references), erased.drafts) == (1, 1)
    assert client.get(draft).status_code == 404
    page = client.get(f"/account/mandates/{mandate_id}").text
    assert GRANTER not in page and "Đã xóa theo luật" in page
    kept = session.execute(text("select ending, agent_index from mandate")).one()
    assert tuple(kept) == ("erased", None)


def test_erasing_the_agent_leaves_the_owner_what_can_be_proven(
    client: FlaskClient, session: Session, granter: Person, agent: Person, mandate_id: int
) -> None:
    theirs = filing.file_dossier(session, agent, mandate_id=mandate_id, raw={"applicant_name": [GRANTER]})
    own = filing.file_dossier(session, agent)
    desk = filing.officer_of(session, filing.WARD_1, "receiver")
    filing.act(session, commands.decline, own, desk, reason="Thiếu giấy.")
    with unit_of_work(session):
        erasure.erase_person(session, reference=own, at=clock.now())
    found = queries.owned(session, theirs, person_id=granter.id)
    assert found is not None and found.agent is not None and found.applicant is not None
    assert (found.agent.name, found.agent.national_id, found.agent.mandate) == (None, None, mandate_id)
    receipt = dossier_proofs.of_act(session, found, 0).receipt
    assert receipt.opening is not None
    shown = [commitment._read_disclosure(one)[0] for one in receipt.opening.disclosures]
    assert "applicant.name" in shown and "agent.mandate" in shown and "agent.name" not in shown
    sign_in_as(client, granter)
    assert AGENT not in client.get(f"/dossiers/{theirs}").text
    assert AGENT not in client.get(f"/account/mandates/{mandate_id}").text


def test_continuing_for_oneself_belongs_to_the_drafts_writer(
    session: Session, granter: Person, agent: Person, mandate_id: int
) -> None:
    token = filing.draft(session, agent, mandate_id=mandate_id)
    with unit_of_work(session):
        drafts.for_oneself(session, token=token, person_id=agent.id, at=clock.now())
    found = queries.draft(session, token, person_id=agent.id)
    assert found is not None and found.mandate_id is None


def test_earlier_answers_fill_a_form_only_from_dossiers_that_its_writer_may_read(
    session: Session, granter: Person, agent: Person, mandate_id: int
) -> None:
    procedure = procedures.published(session, filing.BIRTH, at=clock.now())
    assert procedure is not None
    field = replace(procedure.form.fields[0], prefill=f"earlier.{procedure.form.fields[0].key}")

    def known(of: Person, mandate: int | None) -> list[str]:
        found = sources(session, [field], person_id=of.id, mandate_id=mandate, unit_id=None, on=filing.REGISTER_DAY)
        return list(found.values())

    filing.file_dossier(session, granter, raw={field.key: ["Riêng Của Bên Giao"]})
    assert known(granter, None) == ["Riêng Của Bên Giao"]
    assert known(granter, mandate_id) == []
    filing.file_dossier(session, agent, mandate_id=mandate_id, raw={field.key: ["Đã Nộp Thay"]})
    assert known(granter, mandate_id) == ["Đã Nộp Thay"]
    assert known(agent, None) == []
