"""The desk says by which way a result was handed over, as the applicant wished or not; the applicant reads it."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands, wishing
from portal.dossiers.life import Way
from portal.dossiers.wished_ways import WishedWay
from portal.transaction import unit_of_work
from tests.counter.standing import file_at_counter
from tests.desk.conftest import Desk, Page, Ward
from tests.desk.test_bulk import do, picks, results
from tests.filing import WARD_1, act, granted, officer_of
from tests.publishing import publish_now

NUMBER = "EM123456789VN"


@pytest.fixture
def resolved(ward: Ward, session: Session) -> str:
    reference = ward.received()
    granted(session, reference, officer_of(session, WARD_1, "specialist"))
    return reference


def chosen(page: Page) -> list[str]:
    """Which way is ticked on the page."""
    boxes = re.findall(r"<input[^>]*name=\"return-way\"[^>]*>", page.source)
    assert len(boxes) == 3
    return [box.partition('value="')[2].partition('"')[0] for box in boxes if " checked" in box]


def typed_number(page: Page) -> str:
    field = re.search(r"<input[^>]*name=\"return-postal_number\"[^>]*>", page.source)
    assert field is not None
    return field[0].partition(' value="')[2].partition('"')[0]


def test_the_way_by_which_it_came_is_offered_first(ward: Ward, session: Session, receiver: Desk, resolved: str) -> None:
    assert chosen(receiver.open(resolved)) == ["online"]
    for channel in ("counter", "post"):
        reference = file_at_counter(session, receiver.officer, channel=channel)
        act(session, commands.receive, reference, receiver.officer)
        granted(session, reference, officer_of(session, WARD_1, "specialist"))
        assert chosen(receiver.open(reference)) == [channel]


def test_officer_and_applicant_read_how_and_the_public_does_not(ward: Ward, receiver: Desk, resolved: str) -> None:
    page = receiver.done(resolved, "return", way="post", postal_number="em 123 456 789 vn", note="Gửi chiều nay.")
    said = f"Qua bưu chính công ích, số hiệu {NUMBER}"
    assert said in page.text
    own = ward.as_applicant(resolved).text
    assert said in own
    assert "Gửi chiều nay." in own
    publish_now(ward.app)
    stranger = ward.app.test_client()
    looked_up = stranger.post("/track", data={"reference": resolved, "proof": (ward.person.national_id or "")[-4:]})
    for public in (stranger.get(f"/ledger/dossiers/{resolved}").text, looked_up.text):
        assert resolved in public
        assert NUMBER not in public
        assert "bưu chính công ích" not in public


def test_what_is_wrong_is_said_beside_its_field_and_what_was_chosen_stays(receiver: Desk, resolved: str) -> None:
    page = receiver.do(resolved, "return", way="online", postal_number=NUMBER, note="Đã báo.")
    assert page.status == 422
    assert page.error("return-postal_number") == (
        "Chỉ kết quả gửi qua bưu chính mới có số hiệu bưu gửi. Hãy chọn bưu chính, hoặc xóa số hiệu."
    )
    assert (chosen(page), typed_number(page), page.typed("return-note")) == (["online"], NUMBER, "Đã báo.")
    page = receiver.do(resolved, "return", way="post", postal_number="x" * 31)
    assert page.error("return-postal_number") is not None
    for forged in ("", "pigeon"):
        page = receiver.do(resolved, "return", way=forged)
        assert page.error("return-way") == "Hãy chọn cách trả kết quả."
        assert chosen(page) == []


def test_another_acts_error_leaves_the_usual_way_ticked(receiver: Desk, resolved: str) -> None:
    leader = receiver.do(resolved, "take-back", reason="x")
    assert leader.status in (403, 409)
    assert chosen(leader) == ["online"]


def test_a_double_click_is_one_and_another_way_is_not_that_click(ward: Ward, receiver: Desk, resolved: str) -> None:
    seen = receiver.open(resolved).seen
    for _ in range(2):
        again = receiver.do(resolved, "return", seen=seen, way="post", postal_number=NUMBER.lower())
        assert again.status == 303
    assert receiver.do(resolved, "return", seen=seen, way="counter").status == 409
    assert receiver.do(resolved, "return", seen=seen, way="post").status == 409
    assert ward.steps(resolved)[-2:] == ["resolved", "returned"]


def test_many_at_once_are_handed_over_by_the_way_that_is_chosen(receiver: Desk, resolved: str) -> None:
    ticked = list(picks(receiver).values())
    page = receiver.get("/desk/bulk", query_string={"act": "return", "pick": ticked})
    assert chosen(page) == [], "one choice for all is the officer's to make"
    silent = do(receiver, "return", ticked)
    assert (silent.status, silent.summary) == (422, ["Hãy chọn cách trả kết quả."])
    for _ in range(2):
        assert results(do(receiver, "return", ticked, way="post")) == {resolved: "Đã ghi"}
    assert "Qua bưu chính công ích" in receiver.open(resolved).text


# --- As the applicant wishes -----------------------------------------------------------------------------------------

HOME = "12 hẻm Mẫu Chuyển Phát, Phường 1"


def wish(ward: Ward, reference: str, way: Way, address: str | None = None) -> None:
    with unit_of_work(ward.session):
        wished = WishedWay(way, address)
        wishing.say(ward.session, reference=reference, person_id=ward.person.id, wished=wished, at=clock.now())


def test_the_wished_way_is_offered_first_and_whoever_returns_it_reads_where_to(
    ward: Ward, receiver: Desk, resolved: str
) -> None:
    wish(ward, resolved, Way.POST, HOME)
    page = receiver.open(resolved)
    assert chosen(page) == ["post"]
    assert f"Người nộp muốn nhận: Qua bưu chính công ích, gửi đến: {HOME} Người nộp chọn lúc" in page.text
    assert "Muốn nhận kết quả Qua bưu chính công ích" in page.text
    wish(ward, resolved, Way.COUNTER)
    page = receiver.open(resolved)
    assert chosen(page) == ["counter"]
    assert HOME not in page.text
    assert "Đã ghi:" in receiver.done(resolved, "return", way="online").text, "a wish binds nobody"


def test_the_address_is_read_by_nobody_who_does_not_return_it(ward: Ward, session: Session, receiver: Desk) -> None:
    reference = ward.received()
    wish(ward, reference, Way.POST, HOME)
    for role in ("receiver", "specialist", "leader"):
        page = ward.desk(role).open(reference)
        assert "Muốn nhận kết quả Qua bưu chính công ích" in page.text
        assert HOME not in page.text, role
    granted(session, reference, officer_of(session, WARD_1, "specialist"))
    assert HOME not in ward.desk("specialist").open(reference).text
    assert HOME in receiver.open(reference).text
    receiver.done(reference, "return", way="post")
    assert HOME not in receiver.open(reference).text


def test_a_dossier_of_before_is_offered_as_it_was(ward: Ward, session: Session, receiver: Desk, resolved: str) -> None:
    with unit_of_work(session):
        session.execute(text("update dossier_content set wished_ways = null"))
    page = receiver.open(resolved)
    assert chosen(page) == ["online"]
    assert "uốn nhận" not in page.text


def test_of_many_at_once_each_says_which_way_is_wished_and_none_where_to(
    ward: Ward, receiver: Desk, resolved: str
) -> None:
    wish(ward, resolved, Way.POST, HOME)
    ticked = list(picks(receiver).values())
    page = receiver.get("/desk/bulk", query_string={"act": "return", "pick": ticked})
    assert "Muốn nhận: Qua bưu chính công ích" in page.text
    assert chosen(page) == []
    assert HOME not in page.text
    assert "Muốn nhận" not in receiver.get("/desk/bulk", query_string={"act": "take-up", "pick": ticked}).text


def test_the_register_says_what_is_wished_until_it_is_returned(ward: Ward, receiver: Desk, resolved: str) -> None:
    wish(ward, resolved, Way.POST, HOME)
    page = receiver.get("/desk/register")
    assert "Muốn nhận: Qua bưu chính công ích" in page.text
    assert HOME not in page.text
    receiver.done(resolved, "return", way="counter")
    page = receiver.get("/desk/register")
    assert "Muốn nhận" not in page.text
    assert "Trực tiếp tại quầy" in page.text
