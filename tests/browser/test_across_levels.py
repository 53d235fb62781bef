"""One dossier from a commune through district and department and back, with a question to the province; signed."""

import io
from pathlib import Path

from pypdf import PdfReader

from portal.dossiers.life import Act
from tests.browser import people_at_work as work
from tests.browser.conftest import WIDE, Open
from tests.browser.outsider import Outsider
from tests.browser.people_at_work import AN
from tests.browser.test_desk import APOLOGY, extend, next_monday
from tests.browser.window import Journey, Window
from tests.dossiers.corpus import typeset
from tests.live import LiveServer
from tests.signatures.authority import pdfsig, qpdf

DEPARTMENT, PROVINCE, LEADER = "Mai Văn Mẫu Sáng", "Phan Đình Mẫu Xuân", "Hồ Thị Mẫu Lan"
ASKED = "Xin gửi thêm bản chụp hộ khẩu của cha mẹ."
QUESTION = "Trường hợp này có áp dụng quy định về xác định dân tộc theo tập quán không?"
OPINION = "Có, theo thỏa thuận của cha mẹ."
RESULT = "giấy khai sinh.pdf"
WHY = "Đủ giấy tờ, đề nghị giải quyết."


def test_a_dossier_crosses_four_levels_and_comes_back_signed(
    open_page: Open, live_server: LiveServer, tmp_path: Path
) -> None:
    journey = Journey("across-levels", open_page, WIDE)
    journey.clear()
    person, desk = journey.window(), journey.window()
    reference = _file(person)
    work.open_desk(desk, work.RECEIVER)
    work.open_dossier(desk, reference)
    work.receive(desk)
    work.pass_on(desk, "Thành phố Vũng Tàu")
    _city_asks_for_more(journey.window(), reference)
    work.give_supplement(person, reference, ASKED)
    city = journey.window()
    work.open_desk(city, work.CITY)
    work.open_dossier(city, reference)
    work.pass_on(city, "Sở Tư pháp")
    _department_asks_the_province(journey.window(), reference)
    _province_answers(journey.window(), reference)
    _department_passes_it_back(journey.window(), reference)
    _ward_decides(journey, reference)
    work.open_dossier(desk, reference)
    work.return_result(desk)
    _read(person, reference, tmp_path)
    _in_public(live_server, reference)


def _file(person: Window) -> str:
    work.find_procedure(person)
    work.begin(person, AN)
    work.fill_child(person)
    work.fill_parents(person)
    work.fill_applicant(person, AN)
    work.attach_papers(person)
    return work.submit(person)


def _city_asks_for_more(city: Window, reference: str) -> None:
    work.open_desk(city, work.CITY)
    work.open_dossier(city, reference)
    work.ask_supplement(city, ASKED)


def _department_asks_the_province(department: Window, reference: str) -> None:
    work.open_desk(department, DEPARTMENT)
    work.open_dossier(department, reference)
    form = work.open_act(department, "ask-opinion")
    form.get_by_label("Hỏi đơn vị").select_option(label="Văn phòng Ủy ban nhân dân tỉnh")
    form.locator("textarea").fill(QUESTION)
    form.get_by_label("giấy chứng sinh.pdf").check()
    work.do_act(department, "ask-opinion")
    department.see("department-asked")
    department.shows("Chờ trả lời trước")


def _province_answers(province: Window, reference: str) -> None:
    """It reads the question and the paper that was chosen, and nothing else."""
    work.open_desk(province, PROVINCE)
    province.open("/desk/opinions", "opinions")
    province.follow(reference, exact=False)
    province.see("opinion")
    province.shows(QUESTION)
    assert AN.name not in province.text()
    assert "kết hôn.pdf" not in province.text()
    province.fill("Ý kiến của đơn vị bạn", OPINION)
    province.click("Gửi ý kiến")
    province.see("opinion-given")


def _department_passes_it_back(department: Window, reference: str) -> None:
    work.open_desk(department, DEPARTMENT)
    work.open_dossier(department, reference)
    department.shows(OPINION)
    work.pass_on(department, "Phường 1")


def _ward_decides(journey: Journey, reference: str) -> None:
    """The specialist proposes; the leader apologises for the time it took, approves, and has the result signed."""
    specialist, leader = journey.window(), journey.window()
    work.open_desk(specialist, work.CIVIL_STATUS)
    work.open_dossier(specialist, reference)
    form = work.open_act(specialist, "propose")
    specialist.choose("Đề xuất", "Giải quyết, có kết quả")
    form.locator("textarea").fill(WHY)
    work.do_act(specialist, "propose")
    specialist.see("proposed")
    work.open_desk(leader, LEADER)
    work.open_dossier(leader, reference)
    extend(leader, next_monday(), APOLOGY)
    leader.see("apologised")
    work.open_act(leader, "approve")
    work.do_act(leader, "approve")
    leader.see("approved")
    work.open_act(leader, "resolve")
    leader.choose("Quyết định", "Giải quyết, có kết quả")
    leader.attach("Tệp kết quả", (RESULT, typeset("= Giấy khai sinh")))
    work.do_act(leader, "resolve")
    leader.see("resolved")


def _read(person: Window, reference: str, folder: Path) -> None:
    """The applicant reads every step in plain words, and takes home a paper that anybody can check."""
    person.open(f"/dossiers/{reference}", "citizen-returned")
    for words in ("Phường 1 → Thành phố Vũng Tàu", "Thành phố Vũng Tàu → Sở Tư pháp", "Sở Tư pháp → Phường 1", APOLOGY):
        person.shows(words)
    for words in (OPINION, QUESTION, WHY):
        assert words not in person.text()
    paper = _signed(person)
    assert "Giấy khai sinh" in PdfReader(io.BytesIO(paper)).pages[0].extract_text()
    said = pdfsig(paper, folder)
    assert said.count("Signature Validation: Signature is Valid.") == 2, said
    assert f"{LEADER} (DEMO)" in said
    assert qpdf(paper, folder) == 0
    broken = bytearray(paper)
    broken[len(paper) // 3] ^= 1
    assert pdfsig(bytes(broken), folder).count("Signature is Valid") < 2
    person.open("/verify", "verify")
    person.page.locator("input[type=file]").set_input_files(
        {"name": RESULT, "mimeType": "application/pdf", "buffer": paper}
    )
    person.page.locator("main form button[type=submit]").first.click()
    person.see("verified")
    person.shows(reference)
    person.shows(f"{LEADER} (DEMO)")


def _signed(person: Window) -> bytes:
    """The signed result; papers are signed after the act, within moments."""
    for _ in range(60):
        if person.page.locator('a[href*="/papers/"]', has_text=RESULT).count():
            return person.download(RESULT)
        person.page.wait_for_timeout(500)
        person.page.reload()
    raise AssertionError("the result was never signed")


def _in_public(live_server: LiveServer, reference: str) -> None:
    acts = [entry["act"] for entry in Outsider(live_server.url).acts_of(reference, last="returned")]
    expected = [
        *(Act.FILED, Act.RECEIVED, Act.PASSED, Act.SUPPLEMENT_ASKED, Act.SUPPLEMENT_GIVEN, Act.PASSED),
        *(Act.OPINION_ASKED, Act.OPINION_GIVEN, Act.PASSED, Act.EXTENDED, Act.RESOLVED, Act.RETURNED),
    ]
    assert acts == [act.value for act in expected]
