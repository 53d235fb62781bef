import unicodedata

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from tests.design.conftest import Make

NAME = "Nguyễn Thị Đằng"
NFD = unicodedata.normalize("NFD", NAME)


@pytest.fixture
def lenient(make_app: Make) -> FlaskClient:
    """A visitor whose forms need no token."""
    app = make_app()
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def lang_of(client: FlaskClient, address: str = "/test/gallery", browser: str = "") -> str:
    answer = client.get(address, headers={"Accept-Language": browser} if browser else {})
    assert answer.headers["Content-Language"] in answer.text[:80]
    return answer.headers["Content-Language"]


@pytest.mark.parametrize(
    ("browser", "wanted"),
    [
        ("", "vi"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-FR,fr", "vi"),
        ("fr, en;q=0.5, vi;q=0.9", "vi"),
        ("vi-VN", "vi"),
        ("*", "vi"),
        (";;;=", "vi"),
    ],
)
def test_the_browser_chooses_between_the_two_languages(visitor: FlaskClient, browser: str, wanted: str) -> None:
    assert lang_of(visitor, browser=browser) == wanted


def test_the_address_wins_and_is_remembered(visitor: FlaskClient) -> None:
    assert lang_of(visitor, "/test/gallery?lang=en", browser="vi") == "en"
    assert lang_of(visitor, browser="vi") == "en"
    assert lang_of(visitor, "/test/gallery?lang=vi", browser="en") == "vi"
    assert lang_of(visitor, browser="en") == "vi"


def test_a_language_we_do_not_speak_is_no_language(visitor: FlaskClient) -> None:
    assert lang_of(visitor, "/test/gallery?lang=xx") == "vi"
    assert visitor.get_cookie("lang") is None


def test_pages_tell_caches_what_they_differ_by(visitor: FlaskClient) -> None:
    varies = visitor.get("/test/gallery").headers["Vary"]
    assert "Accept-Language" in varies
    assert "Cookie" in varies


def test_the_switch_keeps_path_and_query(visitor: FlaskClient) -> None:
    page = visitor.get("/test/gallery?q=khai+sinh&q=k%E1%BA%BFt+h%C3%B4n&lang=vi&a=%26%22").text
    kept = "q=khai+sinh&amp;q=k%E1%BA%BFt+h%C3%B4n&amp;a=%26%22&amp;lang=en"
    assert f'href="/test/gallery?{kept}" lang="en"' in page


def test_english_words_are_used_where_there_are_some(visitor: FlaskClient) -> None:
    assert "Skip to" in visitor.get("/test/gallery?lang=en").text
    assert "Đi thẳng tới nội dung" in visitor.get("/test/gallery?lang=vi").text


def test_decomposed_names_are_the_same_names(lenient: FlaskClient) -> None:
    assert NFD != NAME
    data = {"ten": NFD, NFD: "x", "tep": FileStorage(filename=f"{NFD}.pdf")}
    found = lenient.post("/test/echo", query_string={"q": NFD}, data=data).get_json()
    assert found == {"args": {"q": [NAME]}, "form": {"ten": [NAME], NAME: ["x"]}, "files": [f"{NAME}.pdf"]}


def test_url_encoded_forms_are_normalised_too(lenient: FlaskClient) -> None:
    assert lenient.post("/test/echo", data={"ten": NFD}).get_json()["form"] == {"ten": [NAME]}


@pytest.mark.parametrize("address", ["/test/echo?q=a%00b", "/test/echo?%00=b", "/test%00echo"])
def test_a_nul_in_an_address_is_refused(visitor: FlaskClient, address: str) -> None:
    answer = visitor.get(address)
    assert answer.status_code == 400
    assert "Chúng tôi không đọc được yêu cầu này" in answer.text


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_nul_in_a_form_is_refused(lenient: FlaskClient, kind: str) -> None:
    assert lenient.post("/test/echo", data={"ten": "a\0b"}, content_type=kind).status_code == 400


def test_bytes_that_are_no_text_are_refused(lenient: FlaskClient) -> None:
    assert lenient.get("/test/echo", environ_overrides={"QUERY_STRING": "q=\xff\xfe"}).status_code == 400
    kind = "application/x-www-form-urlencoded"
    assert lenient.post("/test/echo", data=b"ten=\xff\xfe", content_type=kind).status_code == 400
    assert (
        lenient.post("/test/echo", data=b"--x\r\nnonsense", content_type="multipart/form-data; boundary=x").status_code
        == 400
    )


def test_percent_encoded_bytes_that_are_no_text_stay_harmless(lenient: FlaskClient) -> None:
    assert lenient.get("/test/echo?q=%FF").get_json()["args"] == {"q": ["%FF"]}
