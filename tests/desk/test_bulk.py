"""One act on several dossiers: looked over first, done one by one, one result for each."""

import re

from sqlalchemy.orm import Session

from portal.dossiers import commands
from tests.desk.conftest import Desk, Page, Ward
from tests.filing import WARD_1, act, granted, officer_of, unit_id_of

OTHER = "H06.15"


def picks(desk: Desk, show: str = "open") -> dict[str, str]:
    """What the boxes of the queue send, by reference."""
    found = re.findall(r'name="pick" value="([^":]+):(\d+)"', desk.get(f"/desk?show={show}").source)
    return {reference: f"{reference}:{seen}" for reference, seen in found}


def do(desk: Desk, address: str, picked: list[str], **typed: str) -> Page:
    data = {"act": address, "pick": picked, **{f"{address}-{name}": value for name, value in typed.items()}}
    return Page(desk.browser.post("/desk/bulk", data=data))


def results(page: Page) -> dict[str, str]:
    rows = re.findall(r"<tr><th[^>]*scope=\"row\".*?</tr>", page.source, re.DOTALL)
    cells = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]
    return {reference: words for reference, _space, words in (cell.partition(" ") for cell in cells)}


def test_what_is_ticked_is_looked_over_and_nothing_is_done_yet(ward: Ward, receiver: Desk) -> None:
    first, second = ward.filed(), ward.filed()
    ticked = picks(receiver)
    page = receiver.get("/desk/bulk", query_string={"act": "receive", "pick": [ticked[first], ticked[second]]})
    assert "Tiếp nhận: 2 hồ sơ" in page.text
    assert first in page.text
    assert second in page.text
    assert ward.steps(first) == ward.steps(second) == ["filed"]


def test_each_dossier_has_its_own_result(ward: Ward, session: Session, receiver: Desk) -> None:
    first, second, moved = ward.filed(), ward.filed(), ward.filed()
    ticked = picks(receiver)
    act(session, commands.receive, moved, officer_of(session, WARD_1, "receiver"))
    page = do(receiver, "receive", list(ticked.values()))
    assert page.status == 200
    assert "2 trên 3 hồ sơ đã ghi" in page.text
    found = results(page)
    assert found[first] == found[second] == "Đã ghi"
    assert found[moved].startswith(
        "Chưa ghi Hồ sơ đã thay đổi sau khi bạn mở danh sách: Lê Thị Một Cửa đã ghi “Tiếp nhận hồ sơ”"
    )
    assert ward.steps(first) == ["filed", "received"]
    assert ward.steps(moved) == ["filed", "received"]


def test_sent_twice_it_is_done_once_and_told_as_done(ward: Ward, receiver: Desk) -> None:
    reference = ward.filed()
    ticked = list(picks(receiver).values())
    do(receiver, "receive", ticked)
    assert results(do(receiver, "receive", ticked)) == {reference: "Đã ghi"}
    assert results(do(receiver, "receive", ticked * 3)) == {reference: "Đã ghi"}
    assert ward.steps(reference) == ["filed", "received"]


def test_what_is_not_possible_is_said_for_that_dossier_alone(ward: Ward, session: Session, receiver: Desk) -> None:
    resolved, open_one = ward.received(), ward.received()
    granted(session, resolved, officer_of(session, WARD_1, "leader"))
    found = results(do(receiver, "return", list(picks(receiver).values()), way="counter", note="Trao tại quầy."))
    assert found[resolved] == "Đã ghi"
    assert found[open_one].startswith("Chưa ghi Hồ sơ không còn ở bước làm được việc này.")


def test_work_is_given_to_one_colleague_and_it_must_be_said_to_whom(ward: Ward, leader: Desk, specialist: Desk) -> None:
    first, second = ward.received(), ward.received()
    ticked = list(picks(leader).values())
    page = do(leader, "assign", ticked, to_officer="")
    assert page.status == 422
    assert page.summary == ["Hãy chọn người nhận hồ sơ."]
    assert ward.steps(first)[-1] == "received"
    found = results(do(leader, "assign", ticked, to_officer=str(specialist.officer.id)))
    assert found == {first: "Đã ghi", second: "Đã ghi"}
    assert set(picks(specialist, "mine")) == {first, second}


def test_strangers_dossiers_and_other_acts_are_out_of_reach(ward: Ward, receiver: Desk) -> None:
    reference = ward.filed()
    stranger = ward.desk("receiver", OTHER)
    page = stranger.get("/desk/bulk", query_string={"act": "receive", "pick": f"{reference}:1"})
    assert "Chưa chọn hồ sơ nào của đơn vị bạn." in page.text
    assert "Nguyễn Thị Mẫu An" not in page.text
    assert results(do(stranger, "receive", [f"{reference}:1"]))[reference].startswith("Chưa ghi")
    assert do(receiver, "resolve", [f"{reference}:1"]).status == 404
    assert receiver.get("/desk/bulk?act=resolve").status == 404
    assert do(receiver, "receive", ["x", ":", "%:1", "9" * 300]).status == 200
    assert ward.steps(reference) == ["filed"]


def test_each_role_is_offered_what_it_may_do_to_many(
    ward: Ward, receiver: Desk, specialist: Desk, leader: Desk
) -> None:
    ward.received()

    def offered(desk: Desk) -> list[str]:
        menu = desk.get("/desk").source.partition('name="act"')[2].partition("</select>")[0]
        return [value for value in re.findall(r'value="([^"]*)"', menu) if value]

    assert offered(receiver) == ["receive", "take-up", "assign", "give-back", "pass-on", "return"]
    assert offered(specialist) == ["take-up", "assign", "give-back", "pass-on"]
    assert offered(leader) == ["take-up", "assign", "give-back", "pass-on", "approve"]


def test_sent_again_to_another_colleague_it_is_told_as_not_done(
    ward: Ward, receiver: Desk, leader: Desk, specialist: Desk
) -> None:
    reference = ward.received()
    ticked = list(picks(leader).values())
    do(leader, "assign", ticked, to_officer=str(specialist.officer.id))
    again = results(do(leader, "assign", ticked, to_officer=str(receiver.officer.id)))
    assert again[reference].startswith("Chưa ghi Hồ sơ đã thay đổi sau khi bạn mở danh sách")
    assert ward.steps(reference)[-1] == "assigned"


def test_passed_out_of_reach_and_sent_again_it_is_still_told_as_done(ward: Ward, session: Session) -> None:
    reference = ward.received()
    unit = unit_id_of(session, OTHER)
    other = ward.desk("specialist", OTHER)
    act(session, commands.pass_on, reference, officer_of(session, WARD_1, "leader"), to_unit_id=unit)
    ticked = list(picks(other).values())
    back = str(unit_id_of(session, WARD_1))
    assert results(do(other, "pass-on", ticked, to_unit=back)) == {reference: "Đã ghi"}
    assert other.open(reference).acts == ["take-back"], "within reach for that alone"
    assert results(do(other, "pass-on", ticked, to_unit=back)) == {reference: "Đã ghi"}
    assert ward.steps(reference) == ["filed", "received", "passed", "passed"]


def test_what_is_missing_or_too_long_is_said_once_with_what_was_typed(ward: Ward, leader: Desk) -> None:
    reference = ward.received()
    ticked = list(picks(leader).values())
    page = do(leader, "pass-on", ticked, to_unit="", note="x" * 2001)
    assert page.status == 422
    assert page.error("pass-on-to_unit") == "Hãy chọn đơn vị nhận hồ sơ."
    assert page.typed("pass-on-note") == "x" * 2001
    assert do(leader, "give-back", ticked, reason=" ").error("give-back-reason")
    assert ward.steps(reference) == ["filed", "received"]


def test_no_act_chosen_is_asked_for_and_too_many_are_refused(ward: Ward, receiver: Desk) -> None:
    reference = ward.filed()
    ticked = list(picks(receiver).values())
    page = receiver.get("/desk/bulk", query_string={"act": "", "pick": ticked})
    assert page.status == 422
    assert page.summary == ["Hãy chọn việc cần làm."]
    many = ticked + [f"H06.31.01-{number}:1" for number in range(100)]
    page = do(receiver, "receive", many)
    assert page.status == 422
    assert "nhiều nhất 100 hồ sơ" in page.text
    assert ward.steps(reference) == ["filed"]


def test_what_left_the_unit_since_it_was_ticked_is_told_before_anything_is_done(
    ward: Ward, session: Session, leader: Desk
) -> None:
    ward.received()
    gone = ward.received()
    ticked = list(picks(leader).values())
    by = officer_of(session, WARD_1, "leader")
    act(session, commands.pass_on, gone, by, to_unit_id=unit_id_of(session, OTHER))
    page = leader.get("/desk/bulk", query_string={"act": "take-up", "pick": ticked})
    assert "1 hồ sơ bạn đánh dấu không còn ở đơn vị của bạn" in page.text
    assert gone not in page.text


def test_a_short_note_goes_with_every_one(ward: Ward, session: Session, receiver: Desk) -> None:
    references = [ward.received(), ward.received()]
    for reference in references:
        granted(session, reference, officer_of(session, WARD_1, "leader"))
    do(receiver, "return", list(picks(receiver).values()), way="counter", note="Trao tại quầy.")
    assert all("Trao tại quầy." in receiver.open(reference).text for reference in references)


def test_a_note_that_was_not_recorded_everywhere_is_given_back(ward: Ward, receiver: Desk) -> None:
    ward.received()
    again = do(receiver, "return", list(picks(receiver).values()), way="counter", note="Trao tại quầy số 2.")
    assert "Trao tại quầy số 2." in again.text
