"""A citizen's own dossiers for their own programs: by token only, theirs only, and only what the token may read."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import clock
from portal.access import Audience, audience_of
from portal.blueprints.api.document import operations
from portal.dossiers import commands, wishing
from portal.dossiers.life import Way
from portal.dossiers.wished_ways import WishedWay
from portal.ledger.note import from_base64
from portal.people import api_tokens
from portal.people.api_tokens import WRONG_PER_HOUR, Scope
from portal.people.queries import Person
from portal.transaction import unit_of_work
from tests import filing
from tests.dossiers.counting import statements
from tests.signing_in import make_citizen, make_officer, sign_in_as

LIST = "/api/v1/me/dossiers"
EVERYTHING = (Scope.READ, Scope.ANSWERS)
UNKNOWN = "hdp_" + "A" * 43
REASON = "Thiếu giấy chứng sinh bản chính"


@pytest.fixture
def person(session: Session) -> Person:
    return make_citizen(session, name="Nguyễn Thị Chương Trình")


@pytest.fixture
def token(session: Session, person: Person) -> str:
    return new_token(session, person)


def new_token(session: Session, person: Person, *scopes: Scope, days: int = 30, age: int = 0) -> str:
    """One made so many days ago."""
    with unit_of_work(session):
        at = clock.now() - timedelta(days=age)
        return api_tokens.create(
            session, person_id=person.id, name="Máy tính ở nhà", scopes=scopes or (Scope.READ,), days=days, at=at
        )


def ask(client: FlaskClient, address: str, token: str, **more: Any) -> TestResponse:
    return client.get(address.removeprefix("http://localhost"), headers={"Authorization": f"Bearer {token}"}, **more)


def given(client: FlaskClient, address: str, token: str) -> Any:
    answer = ask(client, address, token)
    assert answer.status_code == 200, (address, answer.text)
    return answer.json


def is_refused(answer: TestResponse) -> bool:
    """The one answer to whoever brings no token that works."""
    assert answer.status_code == 401, answer.text
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/problem+json", "no-store")
    assert answer.json is not None
    return answer.json["code"] == "not_admitted" and "Authorization: Bearer" in answer.json["detail"]


def test_the_list_is_the_owners_and_pages_by_cursor(
    client: FlaskClient, session: Session, person: Person, token: str
) -> None:
    mine = [filing.file_dossier(session, person) for _ in range(3)]
    filing.file_dossier(session, make_citizen(session, name="Trần Văn Người Khác"))
    first = given(client, f"{LIST}?limit=2", token)
    second = given(client, first["next"], token)
    assert [item["reference"] for page in (first, second) for item in page["items"]] == mine[::-1]
    assert (second["next"], second["cursor"]) == (None, None)
    line = first["items"][0]
    assert (line["state"], line["awaited"], line["due_at"], line["late"]) == ("filed", "receiving_desk", None, False)
    assert (line["procedure"], line["unit"]) == (filing.BIRTH, filing.WARD_1)
    assert given(client, line["api"], token)["reference"] == line["reference"]
    units = client.get("/api/v1/units?limit=1").json
    assert units is not None
    foreign = ask(client, f"{LIST}?cursor={units['cursor']}", token)
    assert foreign.status_code == 400, "the cursor of another list"


def test_one_dossier_tells_where_it_stands_what_was_done_and_what_is_next(
    client: FlaskClient, session: Session, person: Person, token: str
) -> None:
    reference, receiver = filing.file_dossier(session, person), filing.officer_of(session, filing.WARD_1, "receiver")
    filing.act(session, commands.receive, reference, receiver)
    found = given(client, f"{LIST}/{reference}", token)
    assert (found["state"], found["awaited"]) == ("in_progress", "holder")
    assert found["due_at"] == found["timeline"][-1]["due"] is not None
    assert [act["act"] for act in found["timeline"]] == ["filed", "received"]
    leaves = session.execute(
        text("select s.leaf from step s join dossier d on d.id = s.dossier_id where d.reference = :r order by s.n"),
        {"r": reference},
    ).scalars()
    assert [from_base64(act["leaf_hash"]) for act in found["timeline"]] == [bytes(leaf) for leaf in leaves]
    assert "hẹn trả kết quả" in found["next"]
    assert "due" in given(client, f"{LIST}/{reference}?lang=en", token)["next"].lower()


def test_words_of_the_desk_reach_the_owner(client: FlaskClient, session: Session, person: Person, token: str) -> None:
    reference, receiver = filing.file_dossier(session, person), filing.officer_of(session, filing.WARD_1, "receiver")
    filing.act(session, commands.decline, reference, receiver, reason=REASON)
    found = given(client, f"{LIST}/{reference}", token)
    assert (found["timeline"][-1]["note"], found["awaited"]) == (REASON, "nobody")


def test_answers_and_names_of_files_want_their_own_scope(
    client: FlaskClient, session: Session, person: Person, token: str
) -> None:
    reference = filing.file_dossier(session, person)
    without = given(client, f"{LIST}/{reference}", token)
    assert (without["answers"], without["files"]) == (None, None)
    full = given(client, f"{LIST}/{reference}", new_token(session, person, *EVERYTHING))
    assert len(full["answers"]) > 5
    assert all(file["name"].endswith(".pdf") and file["size"] > 0 for file in full["files"])
    assert full["files"]
    assert {name: full[name] for name in full if name not in ("answers", "files")} == {
        name: without[name] for name in without if name not in ("answers", "files")
    }


def test_how_the_result_is_wished_is_told_and_where_to_wants_the_scope_of_answers(
    client: FlaskClient, session: Session, person: Person, token: str
) -> None:
    reference, home = filing.file_dossier(session, person), "12 hẻm Mẫu Chuyển Phát, Phường 1"
    found = given(client, f"{LIST}/{reference}", token)
    assert (found["wished_way"], found["delivery_address"]) == ("online", None)
    with unit_of_work(session):
        wished = WishedWay(Way.POST, home)
        wishing.say(session, reference=reference, person_id=person.id, wished=wished, at=clock.now())
    for scopes, address in (((Scope.READ,), None), (EVERYTHING, home)):
        found = given(client, f"{LIST}/{reference}", new_token(session, person, *scopes))
        assert (found["wished_way"], found["delivery_address"]) == ("post", address)
    with unit_of_work(session):
        session.execute(text("update dossier_content set wished_ways = null"))
    found = given(client, f"{LIST}/{reference}", token)
    assert (found["wished_way"], found["delivery_address"]) == (None, None)


def test_a_foreign_dossier_and_none_are_the_same_answer(
    client: FlaskClient, session: Session, person: Person, token: str
) -> None:
    theirs = filing.file_dossier(session, make_citizen(session, name="Trần Văn Người Khác"))
    foreign, unknown = (ask(client, f"{LIST}/{code}", token) for code in (theirs, "H06.31.01-200101-9999"))
    assert (foreign.status_code, foreign.data) == (404, unknown.data)
    assert foreign.json is not None
    assert foreign.json["code"] == "not_found"
    kept = [{name: value for name, value in answer.headers if name != "X-Request-Id"} for answer in (foreign, unknown)]
    assert kept[0].keys() == kept[1].keys()


def test_only_a_token_that_works_opens_it(client: FlaskClient, session: Session, person: Person, token: str) -> None:
    reference = filing.file_dossier(session, person)
    ended, expired = new_token(session, person), new_token(session, person, age=30)
    with unit_of_work(session):
        assert api_tokens.end(session, newest(session, skip=1), person_id=person.id)
    headers: list[Mapping[str, str]] = [
        {},
        *(
            {"Authorization": word}
            for word in (
                f"Bearer {ended}",
                f"Bearer {expired}",
                f"Bearer {UNKNOWN}",
                f"Bearer {token}x",
                f"Bearer {token.removeprefix('hdp_')}",
                f"Bearer {token.lower()}",
                "Bearer",
                f"Basic {token}",
                token,
            )
        ),
        {"Cookie": f"session={token}"},
        {"X-Api-Key": token},
    ]
    for address in (LIST, f"{LIST}/{reference}"):
        answers = [client.get(address, headers=dict(header)) for header in headers]
        assert all(is_refused(answer) for answer in answers)
        assert len({answer.data for answer in answers}) == 1
        assert is_refused(client.get(f"{address}?access_token={token}"))
        assert ask(client, address, token).status_code == 200


def newest(session: Session, *, skip: int) -> int:
    statement = "select id from api_token order by id desc limit 2"
    return int(session.execute(text(statement)).scalars().all()[skip])


def test_a_browsers_sign_in_does_not_open_it_and_a_token_signs_nobody_in(
    app: Flask, session: Session, person: Person, token: str
) -> None:
    reference = filing.file_dossier(session, person)
    for who in (person, make_officer(session, "H06.31.01", "receiver")):
        browser = app.test_client()
        sign_in_as(browser, who)
        assert is_refused(browser.get(LIST))
        assert is_refused(browser.get(f"{LIST}/{reference}"))
    stranger = app.test_client()
    for address in ("/account", "/account/tokens", f"/dossiers/{reference}", "/desk"):
        answer = ask(stranger, address, token)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/signin")
    assert "Set-Cookie" not in ask(stranger, LIST, token).headers


def test_another_signed_in_browser_changes_nothing_for_the_token(
    app: Flask, session: Session, person: Person, token: str
) -> None:
    mine, other = filing.file_dossier(session, person), make_citizen(session, name="Trần Văn Người Khác")
    filing.file_dossier(session, other)
    browser = app.test_client()
    sign_in_as(browser, other)
    assert [item["reference"] for item in given(browser, LIST, token)["items"]] == [mine]


def test_a_token_without_the_scope_is_told_which(client: FlaskClient, session: Session, person: Person) -> None:
    narrow = new_token(session, person, Scope.ANSWERS)
    for address in (LIST, f"{LIST}/H06.31.01-200101-9999", f"{LIST}?limit=0"):
        answer = ask(client, address, narrow)
        assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
        assert answer.json is not None
        assert answer.json["code"] == "missing_scope"
        assert "dossiers:read" in answer.json["detail"]
        assert 'error="insufficient_scope", scope="dossiers:read"' in answer.headers["WWW-Authenticate"]


def test_wrong_tokens_are_bounded_by_client_and_hour_and_right_ones_are_not(
    app: Flask, client: FlaskClient, token: str
) -> None:
    for _ in range(WRONG_PER_HOUR):
        assert is_refused(ask(client, LIST, UNKNOWN))
    stopped = ask(client, LIST, UNKNOWN)
    assert (stopped.status_code, stopped.mimetype) == (429, "application/problem+json")
    assert 1 <= int(stopped.headers["Retry-After"]) <= 3600
    assert stopped.json is not None
    assert stopped.json["code"] == "too_many_attempts"
    assert is_refused(client.get(LIST)), "no token, nothing tried"
    assert ask(client, LIST, token).status_code == 200, "nobody can lock a neighbour out"
    elsewhere = app.test_client()
    assert is_refused(ask(elsewhere, LIST, UNKNOWN, environ_overrides={"REMOTE_ADDR": "192.0.2.77"}))


def test_nobody_keeps_an_answer_and_no_other_site_reads_one(
    client: FlaskClient, session: Session, person: Person, token: str
) -> None:
    reference = filing.file_dossier(session, person)
    answers = [
        *(ask(client, address, token) for address in (LIST, f"{LIST}/{reference}", f"{LIST}/X", f"{LIST}?limit=0")),
        client.get(LIST),
        ask(client, "/api/v1/me", token),
        ask(client, "/api/v1/me/nothing", token),
        client.options(LIST, headers={"Origin": "https://elsewhere.test"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 400, 401, 404, 404, 401]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert not [name for name, _value in answer.headers if name.startswith("Access-Control")]
        assert answer.headers.get("Cross-Origin-Resource-Policy") != "cross-origin"
        assert "ETag" not in answer.headers


def test_the_day_of_the_last_use_is_kept_once(client: FlaskClient, session: Session, token: str) -> None:
    with statements(session) as first:
        given(client, LIST, token)
    with statements(session) as again:
        given(client, LIST, token)
    assert [sum(sql.startswith("UPDATE api_token") for sql in sent) for sent in (first, again)] == [1, 0]
    session.rollback()
    kept = session.execute(text("select last_used_on from api_token")).scalar_one()
    assert kept == clock.local_day(clock.now())


def test_an_answer_takes_a_fixed_number_of_statements(
    client: FlaskClient, session: Session, person: Person, token: str
) -> None:
    reference = filing.file_dossier(session, person)
    given(client, LIST, token)  # the day of the use is written now
    counted: list[list[int]] = []
    for _ in range(2):
        row = []
        for address in (LIST, f"{LIST}/{reference}"):
            with statements(session) as sent:
                given(client, address, token)
            row.append(len(sent))
        counted.append(row)
        filing.file_dossier(session, person)
    assert counted == [[3, 5], [3, 5]]


def test_the_document_says_what_needs_which_scope_and_answers_are_so(
    app: Flask, client: FlaskClient, session: Session, person: Person, token: str
) -> None:
    reference = filing.file_dossier(session, person)
    found = client.get("/api/v1/openapi.json").json
    assert found is not None
    assert found["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for rule, declared in operations(app):
        audience = audience_of(app, rule.endpoint)
        assert audience is (Audience.BEARER if declared.scope else Audience.PUBLIC), rule
        path = found["paths"][str(rule).replace("<", "{").replace(">", "}")]["get"]
        assert path.get("security") == ([{"token": [declared.scope.value]}] if declared.scope else None)
    full = new_token(session, person, *EVERYTHING)
    for path, address in ((LIST, LIST), (f"{LIST}/{{reference}}", f"{LIST}/{reference}")):
        responses = found["paths"][path]["get"]["responses"]
        assert {"200", "401", "403", "429", "default"} == set(responses)
        schema = responses["200"]["content"]["application/json"]["schema"]
        validator = Draft202012Validator({**schema, "components": found["components"]})
        for word in (token, full):
            assert not list(validator.iter_errors(given(client, address, word)))
        assert not validator.is_valid(given(client, address, full) | {"national_id": "1"})
    page = client.get("/api").text
    assert "Cần mã truy cập với quyền dossiers:read." in page
