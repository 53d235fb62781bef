"""The public catalogue as pages."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.procedures import commands
from portal.transaction import unit_of_work
from tests.dossiers.counting import statements
from tests.procedures.files import content, write
from tests.signing_in import make_citizen, sign_in_as

AT = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
BIRTH = "/procedures/1.001193"


def get(client: FlaskClient, path: str, *, lang: str = "vi", status: int = 200) -> str:
    answer = client.get(path, headers={"Accept-Language": lang})
    assert answer.status_code == status, path
    return unescape(answer.text)


def words(page: str) -> str:
    """The page's main part as text."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


def results(page: str) -> list[str]:
    return re.findall(r'class="govuk-link" href="/procedures/([^"/?]+)">', page[page.index('id="results"') :])


@pytest.fixture
def publish(app: Flask, tmp_path: Path) -> Path:
    """A folder whose procedures are published by `load`."""
    return tmp_path


def load(folder: Path) -> None:
    with unit_of_work() as session:
        commands.load(session, [folder], at=AT)


@pytest.mark.parametrize("q", ["dang ky khai sinh", "đăng ký khai sinh", "1.001193", "Birth registration"])
def test_a_search_leads_to_the_procedure(client: FlaskClient, q: str) -> None:
    assert results(get(client, f"/procedures?q={q}"))[0] == "1.001193"


def test_everything_is_listed_page_by_page_without_scripts(client: FlaskClient) -> None:
    page = get(client, "/procedures")
    found = results(page)
    while more := re.search(r'rel="next" href="([^"]+)"', page):
        page = get(client, more[1])
        found += results(page)
    assert len(found) == len(set(found)) >= 24
    assert f"{len(found)} thủ tục" in page


def test_filters_are_kept_counted_and_can_be_taken_away(client: FlaskClient) -> None:
    page = get(client, "/procedures?q=dang+ky&field=ho-tich&level=commune&agency=H06.01.01&audience=citizen&nonsense=1")
    assert "1.001193" in results(page)
    for name in ("Hộ tịch", "Cấp xã", "Công dân"):
        assert re.search(rf'class="chosen__filter" href="[^"]+">.*?{name}', page)
    assert re.search(r'<option value="ho-tich" selected>Hộ tịch \(\d+\)', page)
    without = re.search(r'href="([^"]+)"><span class="govuk-visually-hidden">Bỏ bộ lọc: </span>Hộ tịch', page)
    assert without is not None
    assert "field=" not in without[1]
    assert "level=commune" in without[1]


@pytest.mark.parametrize(
    "address", ["field=x", "level=x", "audience=x", "life_event=x", "agency=H99", "agency=%00"[:7]]
)
def test_a_filter_that_does_not_exist_is_none(client: FlaskClient, address: str) -> None:
    assert results(get(client, f"/procedures?{address}")) == results(get(client, "/procedures"))


@pytest.mark.parametrize("q", ["'\"><script>alert(1)</script>", "%25_\\", "😀" * 50, "x" * 10_000, "\u202eabc"])
def test_a_hostile_search_is_answered_politely_and_shown_as_text(client: FlaskClient, q: str) -> None:
    answer = client.get("/procedures", query_string={"q": q})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "Không tìm thấy thủ tục nào" in answer.text


def test_a_guessed_answer_says_that_it_is_guessed(client: FlaskClient) -> None:
    assert "gần giống nhất" in get(client, "/procedures?q=khai+sihn")
    assert "chứa nhiều từ nhất" in get(client, "/procedures?q=toi+muon+khai+sinh+cho+con+trai+dau+long")
    assert "gần giống nhất" not in get(client, "/procedures?q=khai+sinh")


SHEET_LABELS = [
    "Mã thủ tục",
    "Số quyết định công bố",
    "Tên thủ tục",
    "Cấp thực hiện",
    "Loại thủ tục",
    "Lĩnh vực",
    "Trình tự thực hiện",
    "Cách thực hiện",
    "Thành phần hồ sơ",
    "Đối tượng thực hiện",
    "Cơ quan thực hiện",
    "Cơ quan có thẩm quyền",
    "Địa chỉ tiếp nhận",
    "Cơ quan được ủy quyền",
    "Cơ quan phối hợp",
    "Kết quả",
    "Căn cứ pháp lý",
    "Yêu cầu, điều kiện",
    "Từ khóa",
    "Mô tả",
    "Thủ tục liên quan",
]


def test_the_sheet_has_every_item_of_the_national_one(client: FlaskClient) -> None:
    shown = words(get(client, BIRTH))
    for label in SHEET_LABELS:
        assert label in shown, label
    assert "Không có thông tin" in shown  # the number of the decision is not known
    assert "Bản chính 1 / Bản sao 0" in shown
    assert "Trẻ không có giấy chứng sinh" in shown
    assert "60/2014/QH13" in shown


def test_a_fee_keeps_its_exemptions_word_for_word(client: FlaskClient) -> None:
    exemption = content()["channels"][0]["fees"][0]["text"]
    assert words(get(client, BIRTH)).count(exemption["vi"]) == 2
    assert words(get(client, BIRTH, lang="en")).count(exemption["en"]) == 2


def test_the_way_in_is_a_link_that_works_without_scripts(client: FlaskClient) -> None:
    page = get(client, BIRTH)
    assert re.search(r'<a class="govuk-button govuk-button--start"[^>]* href="/procedures/1\.001193/apply"', page)


TERMS = [
    ({"number": 1, "unit": "same_day"}, "Trong ngày làm việc"),
    ({"number": 3, "unit": "working_days"}, "3 ngày làm việc"),
    ({"number": 15, "unit": "days"}, "15 ngày"),
    ({"number": 8, "unit": "hours"}, "8 giờ làm việc"),
]


@pytest.mark.parametrize(("term", "said"), TERMS)
def test_terms_are_said_in_words(client: FlaskClient, publish: Path, term: dict[str, object], said: str) -> None:
    write(publish, content(channels=[{"channel": "online", "term": term, "fees": [{"amount": 50000}]}]))
    load(publish)
    shown = words(get(client, "/procedures/9.000001"))
    assert shown.count(said) >= 2
    assert "50.000 đồng" in shown


def test_a_free_procedure_says_so(client: FlaskClient, publish: Path) -> None:
    channel = {"channel": "online", "term": {"number": 1, "unit": "days"}, "fees": [{"amount": 0}]}
    write(publish, content(channels=[channel]))
    load(publish)
    assert words(get(client, "/procedures/9.000001")).count("Miễn phí") == 2


@pytest.mark.parametrize(("confidence", "noted"), [("S", False), ("s", True), ("M", True), ("U", True)])
def test_figures_that_are_not_sure_are_marked(client: FlaskClient, publish: Path, confidence: str, noted: bool) -> None:
    write(publish, content(confidence=confidence))
    load(publish)
    assert ("theo quy định hiện hành" in get(client, "/procedures/9.000001")) is noted


def test_a_procedure_without_the_optional_items_says_no_information(client: FlaskClient, publish: Path) -> None:
    optional = ("kind", "audience_note", "performed_by", "competent", "reception", "coordinating", "authorised")
    bare = {name: value for name, value in content().items() if name not in (*optional, "keywords", "decision")}
    bare |= {"steps": [], "legal_bases": [], "cases": [{"components": []}], "conditions": None}
    bare["form"] = {"sections": [part for part in bare["form"]["sections"] if part["key"] != "papers"]}
    bare["channels"] = [{"channel": "counter", "term": {"number": 1, "unit": "days"}, "fees": []}]
    write(publish, bare)
    load(publish)
    shown = words(get(client, "/procedures/9.000001"))
    assert shown.count("Không có thông tin") >= 15
    assert "chưa nhận hồ sơ qua cổng" in shown


def test_who_receives_is_named(client: FlaskClient, publish: Path) -> None:
    assert "Ủy ban nhân dân xã, phường, thị trấn" in words(get(client, BIRTH))
    write(publish, content(received_by={"agencies": ["H06.05"]}))
    load(publish)
    assert "Sở" in words(get(client, "/procedures/9.000001")).split("Nơi tiếp nhận")[1][:40]


@pytest.mark.parametrize(
    "path",
    [
        "/procedures/9.999999",
        "/procedures/9.999999/history",
        "/procedures/1.001193/history/7",
        "/procedures/x",
        "/procedures/%F0%9F%98%80",
        "/procedures/" + "9" * 5000,
        "/procedures/1.001193'--",
        "/procedures/9.999999.json",
        "/procedures/9.999999/history.json",
        "/procedures/1.001193/history/99999999999999999999",
    ],
)
def test_what_is_not_there_is_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_history_shows_every_revision_and_each_can_be_read(client: FlaskClient, publish: Path) -> None:
    write(publish, content())
    load(publish)
    write(publish, content(revision=2, valid_from="2021-01-01", name={"vi": "Tên mới", "en": "New name"}))
    load(publish)
    history = words(get(client, "/procedures/9.000001/history"))
    assert history.index("Bản 2 Đang áp dụng") < history.index("Bản 1")
    assert "01/01/2020" in history
    old = get(client, "/procedures/9.000001/history/1")
    assert "Bản này đã hết hiệu lực từ ngày 01/01/2021" in old
    assert "Đăng ký khai sinh" in old
    assert "/apply" not in old
    assert "Tên mới" in words(get(client, "/procedures/9.000001"))


def test_a_procedure_that_has_ended_stays_readable_but_is_not_filed(client: FlaskClient, publish: Path) -> None:
    write(publish, content(valid_to="2025-07-01"))
    load(publish)
    page = get(client, "/procedures/9.000001")
    assert "hết hiệu lực từ ngày 01/07/2025" in page
    assert "/apply" not in page
    assert "9.000001" not in results(get(client, "/procedures?q=khai+sinh"))


def test_text_from_the_file_is_never_markup(client: FlaskClient, publish: Path) -> None:
    bad = "<script>alert(1)</script>"
    write(publish, content(name={"vi": bad, "en": bad}, summary={"vi": bad, "en": bad}, steps=[{"vi": bad, "en": bad}]))
    load(publish)
    for path in ("/procedures/9.000001", "/procedures?q=alert", "/procedures/9.000001/history"):
        assert bad not in client.get(path).text


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("/procedures", 4),
        ("/procedures?q=khai+sinh&field=ho-tich&agency=H06.01.01", 5),
        ("/procedures?q=zzzzq+xxxxq", 7),
        (BIRTH, 4),
        ("/procedures/2.000488", 5),
        (BIRTH + "/history", 2),
        (BIRTH + ".json", 1),
        ("/procedures.json?q=khai+sinh", 4),
    ],
)
def test_a_page_takes_a_fixed_number_of_statements(
    client: FlaskClient, session: Session, path: str, number: int
) -> None:
    with statements(session) as sent:
        assert client.get(path).status_code == 200
    assert len(sent) == number, sent


def test_a_visitor_who_is_signed_in_sees_the_same(client: FlaskClient, session: Session) -> None:
    citizen = make_citizen(session)
    sign_in_as(client, citizen)
    page = get(client, BIRTH)
    assert "Nộp hồ sơ trực tuyến" in page
    assert citizen.name in page
