"""The owner of a dossier says anew how they want the result, until they have it."""

import html
import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pypdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands, queries, wishing
from portal.dossiers.life import Way
from portal.dossiers.wished_ways import WishedWay
from portal.notice_words import official_paper
from portal.people.queries import Person
from portal.transaction import unit_of_work
from tests import filing
from tests.desk.conftest import Page
from tests.desk.test_at_once import in_the_middle
from tests.filing import WARD_1, act, granted, officer_of
from tests.representing import represent
from tests.signing_in import make_citizen, sign_in_as

ELSEWHERE = "5 ngõ Mẫu Đổi Ý, Phường 2"
POST = {"wished_way": "post", "delivery_address": ELSEWHERE}
SAID = f"Qua bưu chính công ích, gửi đến: {ELSEWHERE}"


@pytest.fixture
def person(session: Session, client: FlaskClient) -> Person:
    made = make_citizen(session)
    sign_in_as(client, made)
    return made


@pytest.fixture
def reference(session: Session, person: Person) -> str:
    return filing.file_dossier(session, person)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as threads:
        yield threads


def words(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def own(client: FlaskClient, reference: str) -> str:
    return words(client.get(f"/dossiers/{reference}").text)


def printed(client: FlaskClient, reference: str) -> str:
    data = client.get(f"/dossiers/{reference}/receipt.pdf").data
    return " ".join(pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text().split())


def ticked(page: str) -> list[str]:
    boxes = re.findall(r"<input[^>]*name=\"wished_way\"[^>]*>", page)
    return [box.partition('value="')[2].partition('"')[0] for box in boxes if " checked" in box]


def test_the_page_leads_to_the_question_and_back_with_the_new_answer(client: FlaskClient, reference: str) -> None:
    assert "Cách nhận kết quả Trực tuyến Ghi khi nộp hồ sơ" in own(client, reference)
    address = f"/dossiers/{reference}/way"
    assert f'href="{address}"' in client.get(f"/dossiers/{reference}").text
    assert ticked(client.get(address).text) == ["online"]
    saved = client.post(address, data=POST)
    assert (saved.status_code, saved.location) == (303, f"/dossiers/{reference}#way")
    assert f"{SAID} Người nộp chọn lúc" in own(client, reference)
    assert ticked(client.get(address).text) == ["post"]


def test_what_is_wrong_is_said_and_the_old_wish_holds(client: FlaskClient, reference: str) -> None:
    page = client.post(f"/dossiers/{reference}/way", data=POST | {"delivery_address": "Thôn 3"})
    assert page.status_code == 422
    assert "Hãy ghi đủ địa chỉ" in page.text
    assert "Thôn 3" in page.text
    assert "Cách nhận kết quả Trực tuyến Ghi khi nộp hồ sơ" in own(client, reference)


def test_once_it_is_returned_the_page_says_that_nothing_was_changed(
    client: FlaskClient, session: Session, reference: str
) -> None:
    desk = officer_of(session, WARD_1, "receiver")
    act(session, commands.receive, reference, desk)
    granted(session, reference, officer_of(session, WARD_1, "specialist"))
    assert "cách mới có thể không còn kịp" in client.get(f"/dossiers/{reference}/way").text
    act(session, commands.return_result, reference, desk, way=Way.COUNTER)
    assert "Muốn nhận kết quả Trực tuyến Ghi khi nộp hồ sơ" in own(client, reference)
    late = client.post(f"/dossiers/{reference}/way", data=POST)
    assert late.status_code == 409
    assert "Hồ sơ không còn ở bước làm được việc này." in late.text
    assert ELSEWHERE not in own(client, reference)
    assert f'href="/dossiers/{reference}/way"' not in client.get(f"/dossiers/{reference}").text
    asked = client.get(f"/dossiers/{reference}/way")
    assert (asked.status_code, asked.location) == (303, f"/dossiers/{reference}")


def test_a_stranger_finds_no_question(client: FlaskClient, session: Session, reference: str) -> None:
    sign_in_as(client, make_citizen(session))
    assert client.get(f"/dossiers/{reference}/way").status_code == 404
    assert client.post(f"/dossiers/{reference}/way", data=POST).status_code == 404


def test_the_owner_reads_that_an_agent_chose(client: FlaskClient, session: Session, person: Person) -> None:
    agent = make_citizen(session, name="Trần Văn Bên Nhận")
    reference = filing.file_dossier(session, agent, mandate_id=represent(session, person, agent))
    sign_in_as(client, agent)
    assert client.post(f"/dossiers/{reference}/way", data=POST).status_code == 303
    sign_in_as(client, person)
    assert f"{SAID} Người được ủy quyền chọn lúc" in own(client, reference)


def test_the_receipt_names_the_way_on_the_line_of_its_form(
    client: FlaskClient, session: Session, reference: str
) -> None:
    assert "Nhận kết quả tại: Trực tuyến" in printed(client, reference)
    client.post(f"/dossiers/{reference}/way", data={"wished_way": "counter"})
    assert "Nhận kết quả tại: Trực tiếp tại quầy" in printed(client, reference)
    act(session, commands.receive, reference, officer_of(session, WARD_1, "receiver"))
    client.post(f"/dossiers/{reference}/way", data=POST)
    assert f"Nhận kết quả tại: {SAID}" in printed(client, reference)
    client.post(f"/dossiers/{reference}/way", data={"wished_way": "counter"})
    assert "Nhận kết quả tại: Bộ phận tiếp nhận và trả kết quả nêu trên" in printed(client, reference)


def test_the_receipt_that_is_signed_and_shown_to_others_says_the_way_without_the_address(
    client: FlaskClient, session: Session, reference: str
) -> None:
    act(session, commands.receive, reference, officer_of(session, WARD_1, "receiver"))
    client.post(f"/dossiers/{reference}/way", data=POST)
    found = queries.for_archive(session, reference)
    assert found is not None
    with client.application.test_request_context():
        data = official_paper(found, "receipt", 1, demo=False)
    said = " ".join(pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text().split())
    assert "Nhận kết quả tại: Qua bưu chính công ích Phí" in said
    assert "Đổi Ý" not in said


def test_a_dossier_of_before_says_how_it_is_returned_unless_somebody_chooses(
    client: FlaskClient, session: Session, reference: str
) -> None:
    with unit_of_work(session):
        session.execute(text("update dossier_content set wished_ways = null"))
    assert "Nếu bạn không chọn, cơ quan trả theo cách hồ sơ đã đến: Trực tuyến." in own(client, reference)
    assert ticked(client.get(f"/dossiers/{reference}/way").text) == ["online"]
    assert "Nhận kết quả tại" not in printed(client, reference)
    act(session, commands.receive, reference, officer_of(session, WARD_1, "receiver"))
    assert "Nhận kết quả tại: Bộ phận tiếp nhận và trả kết quả nêu trên" in printed(client, reference)


def test_the_public_reads_nothing_of_it(client: FlaskClient, session: Session, person: Person, reference: str) -> None:
    client.post(f"/dossiers/{reference}/way", data=POST)
    stranger = client.application.test_client()
    look_up = stranger.post("/track", data={"reference": reference, "proof": (person.national_id or "")[-4:]})
    for page in (look_up.text, stranger.get(f"/ledger/dossiers/{reference}").text):
        assert reference in page
        assert ELSEWHERE not in page
        assert "bưu chính công ích" not in page


def test_two_wishes_in_the_same_moment_are_both_kept(
    client: FlaskClient, session: Session, person: Person, reference: str, pool: ThreadPoolExecutor
) -> None:
    facts: dict[str, Any] = {"reference": reference, "person_id": person.id, "at": clock.now()}

    def first() -> None:
        wishing.say(session, wished=WishedWay(Way.COUNTER), **facts)

    def click() -> Page:
        return Page(client.post(f"/dossiers/{reference}/way", data=POST))

    with in_the_middle(session, pool, click, first) as answer:
        assert answer.result(timeout=60).status == 303
    found = queries.for_archive(session, reference)
    assert found is not None
    said = [one.wished for one in found.said_ways]
    assert said == [WishedWay(Way.ONLINE), WishedWay(Way.COUNTER), WishedWay(Way.POST, ELSEWHERE)]
