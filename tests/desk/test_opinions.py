"""Another unit is asked for its opinion: it sees what was chosen for it and no more, and answers once."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers.life import Outcome
from tests.desk.conftest import Desk, Page, Ward
from tests.filing import granted, officer_of, unit_id_of
from tests.publishing import publish_now

CITY, OTHER = "H06.31", "H06.15"
QUESTION = "Thửa đất này có nằm trong quy hoạch không?"
ANSWER = "Không nằm trong quy hoạch."


@pytest.fixture
def city(ward: Ward) -> Desk:
    return ward.desk("specialist", CITY)


def ask(ward: Ward, desk: Desk, reference: str, **typed: Any) -> Page:
    form = {"to_unit": str(unit_id_of(ward.session, CITY)), "question": QUESTION, "hours": "8"}
    return desk.do(reference, "ask-opinion", **(form | typed))


def files_of(desk: Desk, reference: str) -> list[str]:
    boxes = re.findall(r'<input[^>]*name="ask-opinion-files"[^>]*>', desk.open(reference).source)
    return [found[1] for box in boxes if (found := re.search(r'value="(\d+)"', box))]


def task_of(desk: Desk) -> str:
    found = re.search(r'href="(/desk/opinions/\d+)"', desk.get("/desk/opinions").source)
    assert found, "no opinion waits"
    return found[1]


def answer(desk: Desk, task: str, words: str) -> Page:
    return Page(desk.browser.post(task, data={"answer": words}))


def test_the_unit_that_is_asked_finds_it_answers_and_the_asker_reads_the_answer(
    ward: Ward, specialist: Desk, city: Desk
) -> None:
    reference = ward.received()
    assert ask(ward, specialist, reference).status == 303
    assert "Chờ trả lời trước" in specialist.open(reference).text
    assert "Hỏi ý kiến 1" in city.get("/desk").text
    task = task_of(city)
    page = city.get(task)
    assert "Phường 1 hỏi ý kiến" in page.text
    assert QUESTION in page.text
    assert answer(city, task, ANSWER).status == 303
    assert reference not in city.get("/desk/opinions").text.replace("về hồ sơ " + reference, "")
    assert ANSWER in specialist.open(reference).text
    assert ward.steps(reference)[-2:] == ["opinion_asked", "opinion_given"]


def test_it_sees_the_files_that_were_chosen_and_nothing_else_of_the_dossier(
    ward: Ward, specialist: Desk, city: Desk
) -> None:
    reference = ward.received()
    (file_id,) = files_of(specialist, reference)
    ask(ward, specialist, reference)
    task = task_of(city)
    page = city.get(task)
    assert "Nguyễn Thị Mẫu An" not in page.text
    assert "birth_paper.pdf" not in page.text
    assert city.get(f"{task}/files/{file_id}").status == 404
    assert city.get(f"/desk/dossiers/{reference}").status == 404
    assert city.get(f"/desk/dossiers/{reference}/files/{file_id}").status == 404


def test_a_file_that_was_chosen_opens_until_the_answer_and_every_look_is_in_the_access_log(
    ward: Ward, specialist: Desk, city: Desk
) -> None:
    reference = ward.received()
    (file_id,) = files_of(specialist, reference)
    ask(ward, specialist, reference, files=file_id, answers="yes")
    task = task_of(city)
    page = city.get(task)
    assert "birth_paper.pdf" in page.text
    assert "Trần Thị Mẫu Mẹ" in page.text, "what was declared was shared too"
    assert city.get(f"{task}/files/{file_id}").status == 200
    looks = ward.session.execute(
        text("select unit_code, file_id from dossier_view where officer_id = :o order by id"), {"o": city.officer.id}
    ).all()
    ward.session.rollback()
    assert [tuple(look) for look in looks] == [(CITY, None), (CITY, int(file_id))]
    answer(city, task, ANSWER)
    page = city.get(task)
    assert ANSWER in page.text
    assert "birth_paper.pdf" not in page.text
    assert "Trần Thị Mẫu Mẹ" not in page.text
    assert city.get(f"{task}/files/{file_id}").status == 404


def test_nobody_else_knows_of_the_task(ward: Ward, specialist: Desk) -> None:
    reference = ward.received()
    ask(ward, specialist, reference)
    task = task_of(ward.desk("specialist", CITY))
    stranger = ward.desk("leader", OTHER)
    assert stranger.get(task).status == 404
    assert answer(stranger, task, "Tôi nghĩ là được.").status == 404
    assert specialist.get(task).status == 404, "the asking unit has the dossier itself"
    assert ward.steps(reference)[-1] == "opinion_asked"


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"question": " "}, "question", "Hãy viết câu hỏi để đơn vị kia trả lời được."),
        ({"hours": ""}, "hours", "Hãy ghi số giờ làm việc để trả lời."),
        ({"hours": "0"}, "hours", "Hãy ghi từ 1 đến 240 giờ làm việc."),
        ({"hours": "x"}, "hours", "Hãy ghi từ 1 đến 240 giờ làm việc."),
        ({"to_unit": ""}, "to_unit", "Hãy chọn đơn vị nhận hồ sơ."),
        ({"files": "999999999"}, "files", "Hãy chọn một trong các mục có sẵn."),
    ],
)
def test_what_is_missing_is_said_beside_the_field(
    ward: Ward, specialist: Desk, typed: dict[str, str], field: str, message: str
) -> None:
    reference = ward.received()
    page = ask(ward, specialist, reference, **typed)
    assert page.status == 422
    assert message in page.summary
    assert ward.steps(reference)[-1] == "received"


def test_a_unit_has_one_question_about_a_dossier_at_a_time_and_a_double_click_asks_once(
    ward: Ward, specialist: Desk
) -> None:
    reference = ward.received()
    seen = specialist.open(reference).seen
    form = {"to_unit": str(unit_id_of(ward.session, CITY)), "question": QUESTION, "hours": "8"}
    assert specialist.do(reference, "ask-opinion", seen=seen, **form).status == 303
    assert specialist.do(reference, "ask-opinion", seen=seen, **form).status == 303
    page = ask(ward, specialist, reference)
    assert page.status == 422
    assert ward.steps(reference).count("opinion_asked") == 1


def test_of_two_who_answer_the_second_is_told_and_loses_no_word(ward: Ward, specialist: Desk, city: Desk) -> None:
    reference = ward.received()
    ask(ward, specialist, reference)
    task = task_of(city)
    assert answer(city, task, "").status == 422
    assert answer(city, task, ANSWER).status == 303
    assert answer(city, task, ANSWER).status == 303, "a double click is one answer"
    page = answer(ward.desk("leader", CITY), task, "Tôi nghĩ khác.")
    assert page.status == 409
    assert "Đồng nghiệp của bạn đã trả lời rồi" in page.text
    assert "Tôi nghĩ khác." in page.text
    assert ward.steps(reference).count("opinion_given") == 1


def test_what_was_decided_without_it_needs_no_answer_any_more(ward: Ward, specialist: Desk, city: Desk) -> None:
    reference = ward.received()
    ask(ward, specialist, reference)
    task = task_of(city)
    granted(ward.session, reference, officer_of(ward.session, "H06.31.01", "leader"))
    assert reference not in city.get("/desk/opinions").text
    assert "không cần ý kiến nữa" in city.get(task).text
    assert answer(city, task, ANSWER).status == 409


def test_a_supplement_that_is_asked_for_meanwhile_still_says_what_is_missing(
    ward: Ward, specialist: Desk, city: Desk
) -> None:
    reference = ward.received()
    ask(ward, specialist, reference)
    task = task_of(city)
    specialist.done(reference, "ask-supplement", reason="Thiếu sơ đồ thửa đất.")
    assert answer(city, task, ANSWER).status == 303
    page = ward.as_applicant(reference)
    assert "Thiếu sơ đồ thửa đất." in page.text
    assert ANSWER not in page.text
    assert QUESTION not in page.text
    assert "Trả lời ý kiến" in page.text


def test_the_public_sees_who_was_asked_and_when_they_answered_and_counts_the_dossier_once(
    app: Flask, ward: Ward, specialist: Desk, city: Desk, session: Session
) -> None:
    reference = ward.received()
    due = session.execute(text("select due_at from dossier where reference = :r"), {"r": reference}).scalar_one()
    session.rollback()
    ask(ward, specialist, reference)
    answer(city, task_of(city), ANSWER)
    granted(session, reference, officer_of(session, "H06.31.01", "leader"))
    publish_now(app)
    public = Page(app.test_client().get(f"/ledger/dossiers/{reference}", headers={"Accept-Language": "vi"}))
    assert "Hỏi ý kiến" in public.text
    assert "Trả lời ý kiến" in public.text
    for word in (QUESTION, ANSWER):
        assert word not in public.text
    row = session.execute(text("select due_at, outcome from dossier where reference = :r"), {"r": reference}).one()
    assert (row.due_at, row.outcome) == (due, Outcome.GRANTED.value), "an opinion moves no due instant"
    counted = session.execute(text("select sum(filed), sum(received), sum(resolved) from ledger_day")).one()
    assert tuple(counted) == (1, 1, 1)
