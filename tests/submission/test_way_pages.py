"""How the result is to be returned, asked while one files: answered by whoever wants to, passed over by all others."""

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.dossiers import queries
from portal.dossiers.life import Way
from portal.dossiers.wished_ways import LONGEST, WishedWay
from portal.people.queries import Officer, Person
from tests import filing
from tests.counter.standing import begin, fill, shown
from tests.filing import WARD_1, officer_of
from tests.representing import end, represent
from tests.signing_in import make_citizen, sign_in_as

HOME = "1 đường Thử Nghiệm, Phường 1, Thành phố Vũng Tàu"  # of everybody whom `make_citizen` makes
ELSEWHERE = "5 ngõ Mẫu Đổi Ý, Phường 2"
POST = {"wished_way": "post", "delivery_address": ELSEWHERE}


@pytest.fixture
def person(session: Session, client: FlaskClient) -> Person:
    made = make_citizen(session)
    sign_in_as(client, made)
    return made


@pytest.fixture
def address(session: Session, person: Person) -> str:
    return f"/drafts/{filing.draft(session, person)}"


def words(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def ticked(page: str) -> list[str]:
    boxes = re.findall(r"<input[^>]*name=\"wished_way\"[^>]*>", page)
    assert len(boxes) == 3
    return [box.partition('value="')[2].partition('"')[0] for box in boxes if " checked" in box]


def typed(page: str) -> str:
    found = re.search(r'<textarea[^>]* name="delivery_address"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def filed(client: FlaskClient, address: str) -> str:
    done = client.post(f"{address}/review")
    assert done.status_code == 303, done.text
    return str(done.location.rpartition("/")[2].partition("?")[0])


def wished(session: Session, reference: str) -> WishedWay | None:
    found = queries.for_archive(session, reference)
    assert found is not None
    session.rollback()
    return found.wished.wished if found.wished else None


def test_who_passes_it_over_is_told_what_is_meant_and_files_as_before(
    client: FlaskClient, session: Session, address: str
) -> None:
    assert "Cách nhận kết quả Trực tuyến Đã xong" in words(client.get(address).text)
    assert "Cách nhận kết quả Thay đổi cách nhận kết quả Trực tuyến" in words(client.get(f"{address}/review").text)
    assert wished(session, filed(client, address)) == WishedWay(Way.ONLINE)


def test_the_address_that_the_portal_knows_is_filled_in_to_be_corrected(client: FlaskClient, address: str) -> None:
    page = client.get(f"{address}/way").text
    assert (ticked(page), typed(page)) == (["online"], HOME)
    assert "Đã điền sẵn địa chỉ cổng biết" in page
    assert client.post(f"{address}/way", data=POST).location == address
    page = client.get(f"{address}/way").text
    assert (ticked(page), typed(page)) == (["post"], ELSEWHERE)
    assert "Đã điền sẵn địa chỉ cổng biết" not in page


def test_who_has_no_address_types_one(client: FlaskClient, session: Session) -> None:
    homeless = make_citizen(session, address=None)
    sign_in_as(client, homeless)
    page = client.get(f"/drafts/{filing.draft(session, homeless)}/way").text
    assert (ticked(page), typed(page)) == (["online"], "")


def test_what_was_chosen_is_looked_over_and_filed(client: FlaskClient, session: Session, address: str) -> None:
    saved = client.post(f"{address}/way", data=POST | {"return": "review"})
    assert (saved.status_code, saved.location) == (303, f"{address}/review")
    said = f"Qua bưu chính công ích, gửi đến: {ELSEWHERE}"
    assert said in words(client.get(f"{address}/review").text)
    assert "Cách nhận kết quả Qua bưu chính công ích Đã xong" in words(client.get(address).text)
    assert ELSEWHERE not in client.get(address).text
    reference = filed(client, address)
    assert wished(session, reference) == WishedWay(Way.POST, ELSEWHERE)
    own = words(client.get(f"/dossiers/{reference}").text)
    assert said in own
    assert "Ghi khi nộp hồ sơ" in own


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({}, "wished_way", "Hãy chọn cách nhận kết quả."),
        ({"wished_way": "pigeon"}, "wished_way", "Hãy chọn cách nhận kết quả."),
        ({"wished_way": "post"}, "delivery_address", "Hãy ghi địa chỉ để bưu chính giao kết quả."),
        ({"wished_way": "post", "delivery_address": "Thôn 3"}, "delivery_address", "Hãy ghi đủ địa chỉ"),
        ({"wished_way": "post", "delivery_address": "x" * (LONGEST + 1)}, "delivery_address", "Hãy viết ngắn lại"),
        ({"wished_way": "post", "delivery_address": "x" * 100_000}, "delivery_address", "Hãy viết ngắn lại"),
        ({"wished_way": "post", "delivery_address": "5 ngõ\x07 Mẫu"}, "delivery_address", "Có ký tự ẩn"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(
    client: FlaskClient, session: Session, address: str, sent: dict[str, str], field: str, sentence: str
) -> None:
    page = client.post(f"{address}/way", data=sent)
    assert page.status_code == 422
    assert f'href="#f-{field}"' in page.text
    error = re.search(rf'<p id="f-{field}-error".*?</p>', page.text, re.DOTALL)
    assert error is not None
    assert sentence in html.unescape(error[0])
    assert typed(page.text)[:LONGEST] == sent.get("delivery_address", "")[:LONGEST]
    assert wished(session, filed(client, address)) == WishedWay(Way.ONLINE)


def test_an_address_beside_another_way_is_not_kept(client: FlaskClient, session: Session, address: str) -> None:
    client.post(f"{address}/way", data=POST)
    client.post(f"{address}/way", data={"wished_way": "counter", "delivery_address": ELSEWHERE})
    assert ELSEWHERE not in client.get(f"{address}/review").text
    assert wished(session, filed(client, address)) == WishedWay(Way.COUNTER)


def test_in_english(client: FlaskClient, address: str) -> None:
    page = client.get(f"{address}/way?lang=en", follow_redirects=True).text
    for english in ("How do you want to receive the result?", "By public post", "Address for the result"):
        assert english in page


def test_of_whoever_is_represented_the_address_is_known_while_the_mandate_holds(
    client: FlaskClient, session: Session, person: Person
) -> None:
    granter = make_citizen(session, name="Nguyễn Thị Bên Giao", address=ELSEWHERE)
    mandate_id = represent(session, granter, person)
    address = f"/drafts/{filing.draft(session, person, mandate_id=mandate_id)}"
    assert typed(client.get(f"{address}/way").text) == ELSEWHERE
    end(session, mandate_id, granter)
    assert typed(client.get(f"{address}/way").text) == ""
    client.post(f"{address}/for-myself")
    assert typed(client.get(f"{address}/way").text) == HOME


def test_an_old_tab_leads_to_the_dossier_that_the_draft_became(client: FlaskClient, address: str) -> None:
    reference = filed(client, address)
    assert client.get(f"{address}/way").location == f"/dossiers/{reference}"
    assert client.post(f"{address}/way", data=POST).location == f"/dossiers/{reference}"


def test_no_log_knows_the_address(client: FlaskClient, address: str, capfd: pytest.CaptureFixture[str]) -> None:
    client.post(f"{address}/way", data=POST)
    client.post(f"{address}/way", data=POST | {"delivery_address": "Mẫu Đổi Ý"})
    filed(client, address)
    out, err = capfd.readouterr()
    assert "Đổi Ý" not in out + err


# --- At the counter -------------------------------------------------------------------------------------------------


@pytest.fixture
def officer(session: Session, client: FlaskClient) -> Officer:
    made = officer_of(session, WARD_1, "receiver")
    sign_in_as(client, made)
    return made


def test_the_officer_asks_whoever_stands_there(client: FlaskClient, session: Session, officer: Officer) -> None:
    token = begin(session, officer)
    fill(session, officer, token)
    address = f"/drafts/{token}"
    assert "Cách nhận kết quả Trực tiếp tại quầy Đã xong" in words(client.get(address).text)
    page = client.get(f"{address}/way").text
    assert "Người nộp muốn nhận kết quả bằng cách nào?" in page
    assert "khi đăng nhập bằng tài khoản định danh của mình" in page
    assert (ticked(page), typed(page)) == (["counter"], shown().address)
    client.post(f"{address}/way", data=POST)
    reference = filed(client, address)
    assert wished(session, reference) == WishedWay(Way.POST, ELSEWHERE)
    handed_over = words(client.get(f"/desk/counter/filed/{reference}").text)
    assert f"Qua bưu chính công ích, gửi đến: {ELSEWHERE}" in handed_over


def test_what_came_by_post_goes_back_by_post_to_where_its_sender_lives(
    client: FlaskClient, session: Session, officer: Officer
) -> None:
    token = begin(session, officer, channel="post")
    fill(session, officer, token)
    review = words(client.get(f"/drafts/{token}/review").text)
    assert f"Qua bưu chính công ích, gửi đến: {shown().address}" in review
    page = client.get(f"/drafts/{token}/way").text
    assert (ticked(page), typed(page)) == (["post"], shown().address)
    assert "Đã điền sẵn địa chỉ cổng biết" in page
