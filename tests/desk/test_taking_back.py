"""What was just told the public is taken back: at the desk, for the person, for whoever was asked, in public."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands, load
from tests.desk.conftest import Desk, Page, Ward
from tests.desk.test_at_once import do_uncommitted, in_the_middle
from tests.desk.test_opinions import answer, ask, task_of
from tests.filing import WARD_1, act, granted, officer_of, unit_id_of
from tests.publishing import publish_now

CITY, OTHER = "H06.31", "H06.15"
WHY = "Ghi nhầm sang hồ sơ này."
UNDONE = "timeline__item--undone"


def public(app: Flask, reference: str) -> Page:
    publish_now(app)
    return Page(app.test_client().get(f"/ledger/dossiers/{reference}", headers={"Accept-Language": "vi"}))


def test_a_request_is_taken_back_and_everybody_reads_that_it_was(
    app: Flask, session: Session, ward: Ward, receiver: Desk, leader: Desk
) -> None:
    reference = ward.received()
    receiver.done(reference, "ask-supplement", reason="Thiếu bản vẽ.")
    assert "take-back" in receiver.open(reference).acts
    assert "take-back" in leader.open(reference).acts, "a leader may too"
    assert receiver.do(reference, "take-back", reason="").status == 422
    page = receiver.done(reference, "take-back", reason=WHY)
    assert "Thu hồi: Yêu cầu bổ sung" in page.text
    assert page.source.count(UNDONE) == 1
    assert "Đang giải quyết" in page.text
    assert "take-back" not in page.acts, "no taking back is taken back"
    own = ward.as_applicant(reference)
    assert WHY in own.text
    assert "Đã thu hồi lúc" in own.text
    assert own.source.count(UNDONE) == 1
    seen = public(app, reference)
    assert "Thu hồi: Yêu cầu bổ sung" in seen.text
    assert seen.source.count(UNDONE) == 1
    assert "Đang giải quyết" in seen.text
    assert WHY not in seen.text


def test_a_colleague_who_did_not_do_it_is_not_offered_it_and_is_told_who_may(
    ward: Ward, receiver: Desk, specialist: Desk
) -> None:
    reference = ward.received()
    receiver.done(reference, "ask-duty", reason="Nộp lệ phí.")
    assert "take-back" not in specialist.open(reference).acts
    page = specialist.do(reference, "take-back", reason=WHY, seen=3)
    assert page.status == 403
    assert "Chỉ người đã ghi việc này hoặc lãnh đạo của đơn vị đó mới thu hồi được." in page.text


def test_what_was_passed_to_the_wrong_unit_is_fetched_back_while_nothing_was_done_there(
    ward: Ward, session: Session, receiver: Desk
) -> None:
    reference = ward.received()
    act(session, commands.pass_on, reference, receiver.officer, to_unit_id=unit_id_of(session, CITY))
    city, colleague = ward.desk("specialist", CITY), ward.desk("specialist", CITY)
    answered = city.do(reference, "pass-on", to_unit=str(unit_id_of(session, OTHER)))
    assert answered.response.headers["Location"] == "/desk"
    queue = city.get("/desk")
    assert f"Ghi nhầm? Mở lại hồ sơ {reference} để thu hồi" in queue.text
    assert colleague.get(f"/desk/dossiers/{reference}").status == 404
    assert city.open(reference).acts == ["take-back"]
    page = city.done(reference, "take-back", reason=WHY)
    assert "Thu hồi: Chuyển đơn vị khác" in page.text
    assert "resolve" in page.acts
    city.do(reference, "pass-on", to_unit=str(unit_id_of(session, OTHER)))
    ward.desk("specialist", OTHER).done(reference, "take-up")
    assert city.get(f"/desk/dossiers/{reference}").status == 404, "now it is theirs"


def test_a_question_that_was_taken_back_leaves_the_desk_of_the_unit_that_was_asked(
    ward: Ward, specialist: Desk
) -> None:
    reference, city = ward.received(), ward.desk("specialist", CITY)
    ask(ward, specialist, reference)
    task = task_of(city)
    page = specialist.done(reference, "take-back", reason=WHY)
    assert "Câu hỏi đã thu hồi lúc" in page.text
    assert "Hỏi ý kiến 1" not in city.get("/desk").text
    assert reference not in city.get("/desk/opinions").text
    assert "Đơn vị hỏi đã thu hồi câu hỏi lúc" in city.get(task).text
    late = answer(city, task, "Không nằm trong quy hoạch.")
    assert late.status == 409
    assert "Đơn vị hỏi vừa thu hồi câu hỏi này" in late.text


def test_a_result_that_was_taken_back_is_no_result_for_its_person(ward: Ward, session: Session, leader: Desk) -> None:
    reference = ward.received()
    granted(session, reference, leader.officer)
    assert "Kết quả đã bị thu hồi" not in ward.as_applicant(reference).text
    leader.done(reference, "take-back", reason=WHY)
    own = ward.as_applicant(reference).text
    assert "Kết quả đã bị thu hồi" in own
    assert "Xin đừng sử dụng tệp đã tải về." in own
    assert "(đã thu hồi)" in leader.open(reference).text


def test_what_was_taken_back_counts_for_nothing_in_the_heads_figures(ward: Ward, session: Session) -> None:
    since = clock.now()
    reference, ward_id, leader = ward.received(), unit_id_of(session, WARD_1), ward.desk("leader")
    granted(session, reference, leader.officer)
    when = {"unit_ids": [ward_id], "since": since, "until": since + timedelta(days=1)}
    assert load.traffic(session, **when)["resolved"] == 1  # type: ignore[arg-type]
    session.rollback()
    leader.done(reference, "take-back", reason=WHY)
    assert load.traffic(session, **when)["resolved"] == 0  # type: ignore[arg-type]
    assert load.done_in(session, "resolved", **when).rows == ()  # type: ignore[arg-type]
    (week,) = load.weeks(session, unit_ids=[ward_id], since=since, number=1)
    assert (week.resolved, week.received) == (0, 1)


@pytest.fixture
def pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2)


def test_two_clicks_are_one_and_who_comes_second_is_told_who_was_first(
    ward: Ward, session: Session, receiver: Desk, leader: Desk, pool: ThreadPoolExecutor
) -> None:
    reference = ward.received()
    receiver.done(reference, "ask-duty", reason="Nộp lệ phí.")
    clicks = [pool.submit(partial(receiver.do, reference, "take-back", seen=3, reason=WHY)) for _ in range(2)]
    assert [click.result().status for click in clicks] == [303, 303]
    assert ward.steps(reference).count("corrected") == 1
    receiver.done(reference, "ask-duty", reason="Nộp lệ phí.")
    click = partial(leader.do, reference, "take-back", seen=5, reason=WHY)
    first = partial(do_uncommitted, session, "duty_done", reference, officer_of(session, WARD_1, "receiver"), 5)
    with in_the_middle(session, pool, click, first) as late:
        page = late.result(60)
    assert page.status == 409
    assert "Đã thực hiện nghĩa vụ tài chính" in page.summary[0]
    assert WHY in page.text, "what was written is kept"
    assert ward.steps(reference)[-1] == "duty_done"
