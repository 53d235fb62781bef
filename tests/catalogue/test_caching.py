"""Public pages and data may be kept by others; what is made for an account may not."""

from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import clock
from tests.signing_in import make_citizen, sign_in_as

PAGES = ["/procedures", "/procedures?q=khai+sinh", "/procedures/1.001193", "/procedures/1.001193/history"]
DATA = [
    *("/procedures.json", "/procedures/1.001193.json", "/procedures/1.001193/history.json"),
    "/procedures/1.001193/history/1/answers.json",
]


@pytest.fixture(autouse=True)
def _one_minute() -> Iterator[None]:
    """A page is made anew each minute."""
    with time_machine.travel(clock.now(), tick=False):
        yield


@pytest.mark.parametrize("path", [*PAGES, *DATA])
def test_an_unchanged_answer_is_not_sent_twice(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("path", PAGES)
def test_a_kept_page_still_runs_its_scripts(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": f'"other", {first.headers["ETag"]}'})
    assert again.status_code == 304
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    other = client.get(path)
    assert other.headers["Content-Security-Policy"] != first.headers["Content-Security-Policy"]


@pytest.mark.parametrize("tag", ['"x"', '"."', '"abc.def"', "*", '"' + "a" * 5000 + '"', 'W/"x"', '"{digest}.short"'])
def test_a_made_up_tag_gets_the_page_and_a_nonce_of_its_own(client: FlaskClient, tag: str) -> None:
    digest = client.get(PAGES[0]).headers["ETag"].strip('"').partition(".")[0]
    answer = client.get(PAGES[0], headers={"If-None-Match": tag.replace("{digest}", digest)})
    assert answer.status_code == (304 if tag == "*" else 200)
    assert "short" not in answer.headers["Content-Security-Policy"]


def test_languages_are_kept_apart(client: FlaskClient) -> None:
    vietnamese = client.get(PAGES[2], headers={"Accept-Language": "vi"})
    english = client.get(PAGES[2], headers={"Accept-Language": "en"})
    assert {"Accept-Language", "Cookie"} <= set(vietnamese.vary)
    assert vietnamese.headers["ETag"] != english.headers["ETag"]
    both = client.get(PAGES[2], headers={"Accept-Language": "en", "If-None-Match": vietnamese.headers["ETag"]})
    assert both.status_code == 200


def test_an_answer_that_sets_the_language_is_for_this_visitor_only(client: FlaskClient) -> None:
    answer = client.get("/procedures?lang=en")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "lang=en" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_for_an_account_is_kept_by_nobody(client: FlaskClient, session: Session, path: str) -> None:
    sign_in_as(client, make_citizen(session))
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_data_may_be_read_from_other_sites(client: FlaskClient) -> None:
    for path in DATA:
        assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"
