"""The page where a person makes, sees and ends the tokens of their own programs."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock, sealing
from portal.errors import NotFound, Refused
from portal.people import api_tokens, commands, upkeep
from portal.people.api_tokens import MOST_LIVE, TERMS, Scope
from portal.people.queries import Person
from portal.people.tokens import digest
from portal.transaction import unit_of_work
from tests.signing_in import make_citizen, make_officer, sign_in_as

PAGE = "/account/tokens"
LIST = "/api/v1/me/dossiers"
SHOWN = re.compile(r"hdp_[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
NAME = "Máy tính ở nhà"
FORM = re.compile(r'name="form" value="([A-Za-z0-9_-]{32})"')
RIGHT = {"name": NAME, "scopes": ["dossiers:read"], "days": "30"}


@pytest.fixture
def person(session: Session, client: FlaskClient) -> Person:
    made = make_citizen(session, name="Nguyễn Thị Mã Truy")
    sign_in_as(client, made)
    return made


def form(client: FlaskClient) -> str:
    """The word of the form on a page that was just opened."""
    found = FORM.search(client.get(PAGE).text)
    assert found is not None
    return found[1]


def make(client: FlaskClient, **wishes: object) -> str:
    """The token that the page shows."""
    page = client.post(PAGE, data={**RIGHT, "form": form(client), **wishes})
    assert page.status_code == 200, page.text
    assert page.headers["Cache-Control"] == "no-store"
    return one_token(page.text)


def one_token(page: str) -> str:
    found = SHOWN.findall(page)
    assert len(found) == 1
    return str(found[0])


def works(client: FlaskClient, token: str) -> bool:
    return client.get(LIST, headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_a_token_is_shown_once_and_only_its_digest_rests(client: FlaskClient, session: Session, person: Person) -> None:
    assert PAGE in client.get("/account").text
    token = make(client, scopes=["dossiers:read", "dossiers:answers"], days="365")
    page = client.get(PAGE)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert not SHOWN.search(page.text)
    for words in (NAME, "Xem hồ sơ của tôi đang ở đâu", "Đọc cả nội dung tôi đã khai", "chưa dùng lần nào"):
        assert words in page.text
    row = session.execute(text("select * from api_token")).one()
    assert (row.person_id, row.token_hash, row.scopes) == (
        person.id,
        digest(token),
        ["dossiers:answers", "dossiers:read"],
    )
    assert row.expires_at - row.created_at == timedelta(days=365)
    assert sealing.unseal(bytes(row.name)).decode() == NAME
    assert token.removeprefix("hdp_").encode() not in b"".join(v for v in row if isinstance(v, bytes))
    assert works(client, token)
    assert "dùng lần cuối ngày" in client.get(PAGE).text


def test_ended_it_opens_nothing_any_more(client: FlaskClient, session: Session, person: Person) -> None:
    token, other = make(client), make(client, name="Điện thoại")
    row = session.execute(text("select id from api_token order by id limit 1")).scalar_one()
    done = client.post(f"{PAGE}/{row}/end")
    assert (done.status_code, done.location) == (303, f"{PAGE}?ended=1")
    after = client.get(done.location)
    assert "Đã kết thúc mã." in after.text
    assert NAME not in after.text
    assert (works(client, token), works(client, other)) == (False, True)
    assert client.post(f"{PAGE}/{row}/end").status_code == 404


def test_nobody_sees_or_ends_anothers(client: FlaskClient, session: Session, person: Person) -> None:
    token = make(client)
    row = session.execute(text("select id from api_token")).scalar_one()
    sign_in_as(client, make_citizen(session, name="Trần Văn Người Khác"))
    assert NAME not in client.get(PAGE).text
    assert client.post(f"{PAGE}/{row}/end").status_code == 404
    assert works(client, token)
    sign_in_as(client, make_officer(session, "H06.31.01", "receiver"))
    assert (client.get(PAGE).status_code, client.post(PAGE, data=RIGHT).status_code) == (403, 403)


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"name": " "}, "name", "Hãy đặt tên để sau này bạn nhận ra mã"),
        ({"name": "x" * 61}, "name", "nhiều nhất 60 ký tự"),
        ({"name": "a\u202eb"}, "name", "ký tự ẩn"),
        ({"scopes": []}, "scopes", "ít nhất một quyền"),
        ({"scopes": ["dossiers:write"]}, "scopes", "ít nhất một quyền"),
        ({"scopes": ["dossiers:answers"]}, "scopes", "hãy chọn cả quyền xem hồ sơ"),
        ({"days": "31"}, "days", "Hãy chọn thời hạn của mã."),
        ({"days": ""}, "days", "Hãy chọn thời hạn của mã."),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    client: FlaskClient, session: Session, person: Person, wrong: dict[str, object], field: str, words: str
) -> None:
    page = client.post(PAGE, data={**RIGHT, "form": form(client), **wrong})
    assert page.status_code == 422
    assert f'href="#f-{field}"' in page.text
    error = re.search(rf'id="f-{field}-error"[^>]*>(.*?)</p>', page.text, re.DOTALL)
    assert error is not None
    assert words in error[1]
    assert not SHOWN.search(page.text)
    assert session.execute(text("select count(*) from api_token")).scalar() == 0
    if field != "name":
        assert f'value="{NAME}"' in page.text, "what was typed stays"


def test_each_term_is_kept(client: FlaskClient, session: Session, person: Person) -> None:
    for days in TERMS:
        make(client, days=str(days))
    rows = session.execute(text("select expires_at - created_at from api_token order by id")).scalars().all()
    assert rows == [timedelta(days=days) for days in TERMS]


def test_ten_work_at_once_and_not_eleven(client: FlaskClient, session: Session, person: Person) -> None:
    long_ago = clock.now() - timedelta(days=31)
    with unit_of_work(session):
        api_tokens.create(session, person_id=person.id, name="Cũ", scopes=[Scope.READ], days=30, at=long_ago)
    made = [make(client, name=f"Mã {n}") for n in range(MOST_LIVE)]
    assert len(set(made)) == MOST_LIVE
    refused = client.post(PAGE, data={**RIGHT, "form": form(client)})
    assert refused.status_code == 409
    assert "Bạn đã có 10 mã đang dùng được." in refused.text
    assert f'value="{NAME}"' in refused.text
    assert not SHOWN.search(refused.text)
    assert refused.text.count("Đã hết hạn") == 1
    with pytest.raises(Refused), unit_of_work(session):
        api_tokens.create(session, person_id=person.id, name="x", scopes=[Scope.READ], days=30, at=clock.now())


def test_a_page_that_is_loaded_again_makes_no_second_token(
    client: FlaskClient, session: Session, person: Person
) -> None:
    sent = {**RIGHT, "form": form(client)}
    first = client.post(PAGE, data=sent)
    token = one_token(first.text)
    for _reload in range(2):
        again = client.post(PAGE, data=sent)
        assert again.status_code == 409
        assert "Mã của lần gửi này đã được tạo." in again.text
        assert not SHOWN.search(again.text)
    assert session.execute(text("select count(*) from api_token")).scalar() == 1
    assert works(client, token)
    following = FORM.search(again.text)
    assert following is not None
    assert works(client, one_token(client.post(PAGE, data={**RIGHT, "form": following[1]}).text))


def test_two_clicks_at_once_make_one_token(app: Flask, client: FlaskClient, session: Session, person: Person) -> None:
    sent = {**RIGHT, "form": form(client)}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _click: client.post(PAGE, data=sent).status_code, range(4)))
    assert sorted(answers) == [200, 409, 409, 409]
    assert session.execute(text("select count(*) from api_token")).scalar() == 1


@pytest.mark.parametrize("word", ["", "x", "é" * 32, "a" * 400])
def test_a_form_without_its_word_makes_none(client: FlaskClient, session: Session, person: Person, word: str) -> None:
    page = client.post(PAGE, data={**RIGHT, "form": word})
    assert page.status_code == 422
    assert "Trang này đã cũ." in page.text
    assert session.execute(text("select count(*) from api_token")).scalar() == 0


def test_a_token_needs_a_person_a_scope_and_a_term(session: Session, person: Person) -> None:
    at = clock.now()
    with pytest.raises(NotFound):
        api_tokens.create(session, person_id=0, name="x", scopes=[Scope.READ], days=30, at=at)
    for scopes, days in (([], 30), ([Scope.READ], 31)):
        with pytest.raises(ValueError, match="scope"):
            api_tokens.create(session, person_id=person.id, name="x", scopes=scopes, days=days, at=at)


def test_tokens_go_some_weeks_after_their_term(client: FlaskClient, session: Session, person: Person) -> None:
    kept, now = make(client), clock.now()
    with unit_of_work(session):
        for age in (45, 75):
            at = now - timedelta(days=age)
            api_tokens.create(session, person_id=person.id, name=f"{age}", scopes=[Scope.READ], days=30, at=at)
    assert not works(client, "hdp_" + "A" * 43)
    upkeep.run(at=now)
    session.rollback()
    listed = api_tokens.of_person(session, person_id=person.id)
    assert [token.name for token in listed] == ["45", NAME]
    assert session.execute(text("select count(*) from wrong_token")).scalar() == 1
    upkeep.run(at=now + timedelta(days=31))
    session.rollback()
    assert session.execute(text("select count(*) from wrong_token")).scalar() == 0
    assert works(client, kept)


def test_whoever_is_erased_has_no_token_left(client: FlaskClient, session: Session, person: Person) -> None:
    token = make(client)
    sign_in_as(client, make_citizen(session, name="Trần Văn Ở Lại"))
    others = make(client)
    with unit_of_work(session):
        commands.erase(session, person.id)
    assert (works(client, token), works(client, others)) == (False, True)
    assert session.execute(text("select count(*) from api_token")).scalar() == 1
