"""Which kind a request is and whose, how many places and threads there are, and what those are told who find none."""

from types import SimpleNamespace
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client, EnvironBuilder

from portal import crowd_page, gates
from portal.extensions import db
from portal.gates import READ_FIRST, Kind, kind_of
from portal.pilot.installation import CONNECTIONS
from portal.settings import ROOT
from tests.filing import WARD_1, officer_of
from tests.signing_in import make_citizen, sign_in_as


@pytest.mark.parametrize(
    ("path", "anybody", "signed_in"),
    [
        ("/healthz", Kind.ALIVE, Kind.ALIVE),
        ("/readyz", Kind.READY, Kind.READY),
        ("/?lang=en", Kind.COSTLY, Kind.COSTLY),
        ("/procedures?q=khai+sinh", Kind.COSTLY, Kind.COSTLY),
        ("/procedures.json?q=khai+sinh", Kind.COSTLY, Kind.COSTLY),
        ("/procedures/1.001193/history/1/blank.pdf", Kind.COSTLY, Kind.COSTLY),
        ("/ledger.csv", Kind.DOWNLOAD, Kind.DOWNLOAD),
        ("/ledger.csv?unit=H06.31.01", Kind.DOWNLOAD, Kind.DOWNLOAD),
        ("/ledger/statistics?unit=H06.31.01", Kind.COSTLY, Kind.COSTLY),
        ("/ledger/statistics.csv", Kind.COSTLY, Kind.COSTLY),
        ("/ledger/statistics/dossiers", Kind.COSTLY, Kind.COSTLY),
        ("/open-data", Kind.COSTLY, Kind.COSTLY),
        ("/open-data/ledger.parquet", Kind.DOWNLOAD, Kind.DOWNLOAD),
        ("/verify", Kind.COSTLY, Kind.COSTLY),
        ("/api/v1/procedures?q=khai", Kind.COSTLY, Kind.COSTLY),
        ("/api/v1/statistics", Kind.COSTLY, Kind.COSTLY),
        ("/api/v1/ledger/entries?from=0", Kind.COSTLY, Kind.COSTLY),
        ("/", Kind.PUBLIC, Kind.OWN),
        ("/procedures/1.001193", Kind.PUBLIC, Kind.OWN),
        ("/procedures/1.001193/apply", Kind.PUBLIC, Kind.OWN),
        ("/ledger?unit=H06.31.01", Kind.PUBLIC, Kind.OWN),
        ("/ledger/statistics", Kind.PUBLIC, Kind.OWN),
        ("/signin", Kind.PUBLIC, Kind.OWN),
        ("/account", Kind.PUBLIC, Kind.OWN),
        ("/desk", Kind.PUBLIC, Kind.OFFICE),
        ("/studio", Kind.PUBLIC, Kind.OFFICE),
        ("/admin/units", Kind.PUBLIC, Kind.OFFICE),
    ],
)
def test_every_address_has_its_kind(app: Flask, path: str, anybody: Kind, signed_in: Kind) -> None:
    environ = EnvironBuilder(path).get_environ()
    assert (kind_of(environ, False), kind_of(environ, True)) == (anybody, signed_in)
    app.url_map.bind("localhost").match(path.partition("?")[0])  # it is one of ours


def test_a_submission_has_places_apart_from_what_else_people_do() -> None:
    place = "/drafts/8a3f/review"
    kinds = [kind_of(EnvironBuilder(place, method=method).get_environ(), True) for method in ("POST", "GET")]
    assert kinds == [Kind.FILING, Kind.OWN]


@pytest.mark.parametrize("said", [{"CONTENT_LENGTH": str(READ_FIRST + 1)}, {"HTTP_TRANSFER_ENCODING": "chunked"}])
def test_whole_files_have_places_of_their_own_and_strangers_files_the_costly_ones(said: dict[str, str]) -> None:
    environ = EnvironBuilder("/drafts/x", method="POST").get_environ() | said
    assert (kind_of(environ, False), kind_of(environ, True)) == (Kind.COSTLY, Kind.UPLOAD)


def test_who_is_signed_in_is_told_by_a_cookie_that_nobody_can_make_up(app: Flask, session: Session) -> None:
    browser = app.test_client()
    token = sign_in_as(browser, officer_of(session, WARD_1, "receiver"))
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = browser.get_cookie(name)
    assert cookie is not None
    signed_in = gates.signed_in
    assert signed_in(app, f"lang=en; {name}={cookie.value}") == token
    assert signed_in(app, f"{name}={cookie.value[:-1]}") == ""
    assert signed_in(app, f"{name}=made-up") == ""
    assert signed_in(app, "lang=en") == ""


def test_the_two_who_are_signed_in_at_one_address_are_two_clients(app: Flask, session: Session) -> None:
    clients = []
    for number in ("079000000701", "079000000702"):
        browser = app.test_client()
        sign_in_as(browser, make_citizen(session, national_id=number))
        cookie = browser.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        clients.append(gates.signed_in(app, f"{cookie.key}={cookie.value}"))
    assert len({*clients, ""}) == 3


@pytest.mark.parametrize("hops", [0, 1, 2, 3])
@pytest.mark.parametrize("named", ["", "192.0.2.1", "192.0.2.1, 192.0.2.2", "a,192.0.2.1 ,192.0.2.2"])
def test_the_address_is_the_one_that_the_application_sees(hops: int, named: str) -> None:
    seen: list[str] = []

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        seen.append(environ["REMOTE_ADDR"])
        start_response("200 OK", [])
        return []

    own = {"REMOTE_ADDR": "192.0.2.9"} | ({"HTTP_X_FORWARDED_FOR": named} if named else {})
    inner = ProxyFix(application, x_for=hops) if hops else application
    Client(inner).get("/", environ_overrides=dict(own))
    assert gates.address_of(EnvironBuilder("/").get_environ() | own, hops) == seen[0]


# --- The numbers ---------------------------------------------------------------------------------------------------


def test_places_and_chairs_together_are_fewer_than_the_threads() -> None:
    assert sum(gate.places + gate.chairs for gate in gates.gates().values()) < CONNECTIONS


def test_nobody_who_has_a_place_waits_for_a_connection_to_the_database(app: Flask) -> None:
    """A download has a second one; whether we live the database is not asked."""
    each = {Kind.ALIVE: 0, Kind.DOWNLOAD: 2}
    number = sum(gate.places * each.get(kind, 1) for kind, gate in gates.gates().items())
    engine = app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    assert number <= engine["pool_size"] + engine["max_overflow"]


def test_production_is_told_the_same_number_of_threads() -> None:
    told = (ROOT / "docs" / "production.md").read_text(encoding="utf-8")
    assert f"--blocking-threads {CONNECTIONS} --backpressure {CONNECTIONS}" in told


def test_a_pool_that_is_empty_is_an_answer_to_come_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    options = app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    monkeypatch.setattr(db.engine.pool, "_timeout", 0.01)
    taken = [db.engine.connect() for _ in range(options["pool_size"] + options["max_overflow"])]
    try:
        answer = app.test_client().get("/ledger?sort=due")
    finally:
        for connection in taken:
            connection.close()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


# --- What is said ----------------------------------------------------------------------------------------------------


def said(app: Flask, method: str, path: str) -> SimpleNamespace:
    started: list[tuple[str, list[tuple[str, str]]]] = []
    environ = EnvironBuilder(path, method=method).get_environ()
    body = crowd_page.answers(app).give(environ, lambda *given: started.append(given[:2]) or (lambda _data: None))  # type: ignore[func-returns-value]
    return SimpleNamespace(text=b"".join(body).decode(), status=started[0][0], headers=dict(started[0][1]))


def test_the_page_is_in_both_languages_says_what_is_kept_and_what_to_do(app: Flask) -> None:
    page = said(app, "GET", "/procedures")
    assert page.status.startswith("503")
    for words in ("bản nháp đã lưu vẫn còn nguyên", "Hãy đợi 10 giây rồi tải lại trang."):
        assert words in page.text
    for words in ("saved drafts are all still there", "Wait 10 seconds, then reload the page."):
        assert words in page.text
    assert page.text.count("<h1>") == 1
    assert '<section lang="en">' in page.text


def test_who_sent_something_is_told_how_to_send_it_again(app: Flask) -> None:
    page = said(app, "POST", "/drafts/x/review")
    assert "đồng ý gửi lại" in page.text
    assert "Sending twice still makes one dossier." in page.text


def test_a_program_gets_a_problem_document(app: Flask) -> None:
    answer = said(app, "GET", "/api/v1/units")
    assert '"code": "crowded"' in answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_page_has_the_headers_of_every_answer(app: Flask) -> None:
    usual = app.test_client().get("/khong-co").headers
    headers = said(app, "GET", "/procedures").headers
    for name in ("X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy"):
        assert headers[name] == usual[name]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
