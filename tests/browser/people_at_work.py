"""What people do at the portal, each step as they do it: by labels and buttons, looking at every page."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.browser.window import Window
from tests.filing import pdf

REFERENCE = re.compile(r"\bH06\.31\.01-\d{6}-\d{4}\b")
ID_MOTHER, ID_FATHER = "099190000555", "099188000556"


@dataclass(frozen=True, slots=True)
class Citizen:
    """A demo identity, as `portal/pilot/people.yaml` knows it."""

    name: str
    national_id: str
    email: str


AN = Citizen("Nguyễn Thị Mẫu An", "099190000001", "mau.an@cong-dan.example")
BINH = Citizen("Trần Văn Mẫu Bình", "099085000002", "mau.binh@cong-dan.example")
HAI = Citizen("Đặng Quốc Mẫu Hải", "099070000006", "mau.hai@cong-dan.example")

RECEIVER = "Lê Thị Mẫu Hoa"  # one-stop desk, Ward 1
ADMINISTRATOR = "Kiều Thị Mẫu Yến"  # of the portal, in the province's office
CIVIL_STATUS = "Đỗ Văn Mẫu Khánh"  # specialist, Ward 1
CITY = "Vũ Quang Mẫu Phúc"  # specialist, Vũng Tàu City


def sign_in(window: Window, name: str, *, officer: bool = False) -> None:
    """From the page that asks who is there, through the demo provider, back to where one wanted to go."""
    window.see("signin")
    window.press("Đăng nhập cho cán bộ" if officer else "Đăng nhập cho công dân, tổ chức")
    expect(window.page.locator("strong", has_text="DEMO")).to_be_visible()
    window.click(name, exact=False)


# --- A citizen ---------------------------------------------------------------------------------------------------


def find_procedure(window: Window) -> None:
    """From the home page by words without accents."""
    window.open("/", "home")
    window.page.get_by_role("searchbox").fill("dang ky khai sinh")
    window.click("Tìm thủ tục")
    window.see("search")
    window.follow("Đăng ký khai sinh")
    window.see("procedure")


def begin(window: Window, citizen: Citizen) -> None:
    window.press("Nộp hồ sơ trực tuyến")
    sign_in(window, citizen.name)
    window.see("apply")
    window.page.get_by_role("button", name=re.compile("^Bắt đầu")).click()
    window.see("draft")
    window.follow("Chọn nơi nộp hồ sơ")
    window.see("unit")
    window.page.get_by_label("Cơ quan tiếp nhận").select_option(label="Phường 1")
    window.click("Lưu và tiếp tục")


def fill_child(window: Window) -> None:
    window.see("section-child")
    window.click("Lưu và tiếp tục")
    window.see("section-child-empty", status=422)
    window.fill("Họ, chữ đệm, tên", "Nguyễn Mẫu Hải Đăng")
    window.choose("Giới tính", "Nam")
    window.fill_date("Ngày sinh", "2", "3", "2020")
    window.fill("Nơi sinh", "Bệnh viện Mẫu, Phường 1, Thành phố Vũng Tàu")
    window.fill("Dân tộc", "Kinh")
    window.fill("Quê quán", "Phường 1, Thành phố Vũng Tàu")
    window.choose("Giấy tờ về việc sinh", "Có giấy chứng sinh")
    window.click("Lưu và tiếp tục")


def fill_parents(window: Window) -> None:
    window.see("section-parents")
    window.fill("Họ, chữ đệm, tên của mẹ", "Nguyễn Thị Mẫu Mai")
    window.fill_date("Ngày sinh của mẹ", "17", "5", "1990")
    window.page.locator("#f-mother_id").fill(ID_MOTHER)
    window.fill("Nơi cư trú của mẹ", "12 đường Mẫu, Phường 1, Thành phố Vũng Tàu")
    window.choose("Có ghi phần khai về người cha không?", "Có")
    window.fill("Họ, chữ đệm, tên của cha", "Nguyễn Văn Mẫu Minh")
    window.fill_date("Ngày sinh của cha", "1", "2", "1988")
    window.page.locator("#f-father_id").fill(ID_FATHER)
    window.fill("Nơi cư trú của cha", "12 đường Mẫu, Phường 1, Thành phố Vũng Tàu")
    window.choose("Cha mẹ đã đăng ký kết hôn?", "Có")
    window.see("section-parents-filled")
    window.click("Lưu và tiếp tục")


def fill_applicant(window: Window, citizen: Citizen) -> None:
    """Most of it is known from the sign-in."""
    window.see("section-applicant")
    expect(window.page.get_by_label("Họ, chữ đệm, tên")).to_have_value(citizen.name)
    window.choose("Quan hệ với trẻ", "Ông hoặc bà")
    window.fill("Số bản sao trích lục khai sinh bạn cần", "2")
    window.click("Lưu và tiếp tục")


def attach_papers(window: Window) -> None:
    window.see("section-papers")
    window.upload("Giấy chứng sinh", ("giấy chứng sinh.pdf", pdf("1")))
    window.upload("Giấy chứng nhận kết hôn của cha mẹ", ("kết hôn.pdf", pdf("2")))
    window.click("Tải tệp lên rồi ở lại trang này")
    window.see("section-papers-attached")
    window.shows("kết hôn.pdf")
    window.click("Lưu và tiếp tục")


def submit(window: Window) -> str:
    """Declare, read it all again, submit; the reference."""
    window.see("section-declaration")
    window.page.get_by_role("checkbox").check()
    window.click("Lưu và tiếp tục")
    window.see("review")
    for words in ("Phường 1", "Nguyễn Mẫu Hải Đăng", "giấy chứng sinh.pdf", "kết hôn.pdf"):
        window.shows(words)
    window.click("Nộp hồ sơ")
    window.see("filed")
    found = REFERENCE.search(window.text())
    assert found, window.text()
    return found[0]


def give_supplement(window: Window, reference: str, asked: str) -> None:
    window.open(f"/dossiers/{reference}", "citizen-asked")
    window.shows(asked)
    window.fill("Trả lời của bạn (không bắt buộc)", "Tôi gửi bản chụp rõ hơn.")
    window.attach("Giấy tờ bổ sung", ("bản chụp rõ.pdf", pdf("3")))
    window.click("Gửi bổ sung")
    window.see("citizen-supplement-given")


# --- Officers ----------------------------------------------------------------------------------------------------


def open_desk(window: Window, name: str) -> None:
    window.page.goto("/desk")
    sign_in(window, name, officer=True)
    window.see("queue")


def find_in_queue(window: Window, reference: str) -> None:
    """Leaf through the queue until the dossier is there; others may have filed before."""
    following = window.page.locator("a[rel=next]")
    while not window.page.get_by_text(reference).count() and following.count():
        following.click()
        window.page.wait_for_load_state()
    window.shows(reference)


def open_dossier(window: Window, reference: str) -> None:
    """By the whole reference, as one types it from a paper."""
    window.page.goto("/desk")
    window.page.get_by_label("Tìm hồ sơ", exact=True).fill(reference)
    window.click("Tìm")
    window.page.wait_for_url(f"**/desk/dossiers/{reference}")
    window.see("desk-dossier")


def open_act(window: Window, act: str) -> Locator:
    """The form of an act, unfolded where it was folded."""
    details = window.page.locator(f"#act-{act}")
    if details.get_attribute("open") is None:
        details.locator("summary").first.click()
    return details


def do_act(window: Window, act: str) -> None:
    open_act(window, act).locator("button[type=submit]").click()
    window.page.wait_for_load_state()


def receive(window: Window) -> str:
    """Receive the dossier that is open; when it is due, as the page said before and says afterwards."""
    told = window.shows("Nếu tiếp nhận lúc này, hẹn trả kết quả là").inner_text()
    due = re.search(r"\d\d/\d\d/\d{4}, \d\d:\d\d", told)
    assert due, told
    do_act(window, "receive")
    window.see("desk-received")
    window.shows(due[0])
    return due[0]


def ask_supplement(window: Window, words: str) -> None:
    form = open_act(window, "ask-supplement")
    form.locator("textarea").fill(words)
    window.see("desk-asking")
    do_act(window, "ask-supplement")
    window.see("desk-asked")


def pass_on(window: Window, unit: str) -> None:
    form = open_act(window, "pass-on")
    form.get_by_label("Chuyển đến").select_option(label=unit)
    form.locator("textarea").fill("Nhờ xem giúp phần quốc tịch.")
    do_act(window, "pass-on")
    window.see("desk-passed")


def resolve(window: Window) -> None:
    """Granted; the result file is forgotten first, which the page says."""
    open_act(window, "resolve")
    window.choose("Quyết định", "Giải quyết, có kết quả")
    do_act(window, "resolve")
    window.see("desk-resolve-without-file", status=422)
    window.choose("Quyết định", "Giải quyết, có kết quả")
    window.attach("Tệp kết quả", ("giấy khai sinh.pdf", pdf("ket qua")))
    do_act(window, "resolve")
    window.see("desk-resolved")


def return_result(window: Window) -> None:
    do_act(window, "return")
    window.see("desk-returned")
