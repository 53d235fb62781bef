"""The portal and the demo provider, two servers on real ports, and a visitor between them."""

from urllib.parse import urlencode

import pytest
import requests
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.people import queries
from portal.people.models import Person, SignInSession
from portal.pilot.identity_people import PEOPLE, demo_identities
from tests.signin.conftest import Site
from tests.signin.visitor import Visitor

AN = "demo-citizen-an"


def test_a_citizen_signs_in_and_out_again(site: Site, session: Session) -> None:
    visitor = Visitor()
    visitor.sign_in(site.url, AN, next_path="/signin")
    assert "Nguyễn Thị Mẫu An" in visitor.page.text
    assert "Bạn đang đăng nhập" in visitor.page.text
    token_cookie = visitor.http.cookies["session"]

    visitor.sign_out(site.url)
    assert visitor.page.status_code == 200
    assert visitor.title == "Bạn đã đăng xuất khỏi cổng"
    seconds, _, way_out = visitor.page.headers["Refresh"].partition("; url=")
    assert seconds == "0"
    assert way_out.startswith(site.provider + "/citizen/logout?")
    assert visitor.go(way_out, follow=False).headers["Location"] == site.url + "/"

    row = session.execute(select(SignInSession)).scalar_one()
    assert row.ended_at is not None
    assert row.leave_url is None
    visitor.http.cookies.set("session", token_cookie, domain="127.0.0.1")
    assert "Nguyễn Thị Mẫu An" not in visitor.go(site.url + "/signin").text


def test_what_the_provider_says_is_kept_and_missing_contact_data_do_not_matter(site: Site, session: Session) -> None:
    Visitor().sign_in(site.url, "demo-citizen-dung", next_path="/signin")
    person = queries.person(session, session.execute(select(Person.id)).scalar_one())
    assert person is not None
    assert (person.name, person.national_id, str(person.born_on)) == ("Phạm Thị Mẫu Dung", "099195000004", "1995-08-08")
    assert (person.email, person.phone, person.address) == (None, None, None)


def test_an_organisation_signs_in_as_one(site: Site, session: Session) -> None:
    visitor = Visitor()
    visitor.sign_in(site.url, "demo-organisation-bien-xanh", next_path="/signin")
    assert "Công ty TNHH Mẫu Biển Xanh" in visitor.page.text
    assert session.execute(select(Person.kind)).scalar_one() == "organisation"


def test_every_demo_identity_can_sign_in(site: Site, app: Flask, session: Session) -> None:
    assert app.test_cli_runner().invoke(args=["people", "import", str(PEOPLE)]).exit_code == 0
    for identity in demo_identities():
        visitor = Visitor()
        visitor.sign_in(site.url, identity.subject, provider=identity.realm, next_path="/signin")
        assert identity.name in visitor.page.text
    persons = session.execute(select(func.count()).select_from(Person)).scalar()
    assert persons == sum(identity.realm == "citizen" for identity in demo_identities())


def test_an_officer_nobody_has_entered_gets_a_page_and_no_session(site: Site, session: Session) -> None:
    visitor = Visitor()
    visitor.sign_in(site.url, "demo-officer-phuong-1-mot-cua", provider="officer")
    assert visitor.page.status_code == 403
    assert visitor.title == "Tài khoản công vụ này chưa có tên trong cổng"
    assert session.execute(select(SignInSession.token_hash)).first() is None
    assert 'action="/signout"' not in visitor.go(site.url + "/signin").text


def test_signing_in_as_another_ends_the_first_and_changes_the_token(site: Site, session: Session) -> None:
    visitor = Visitor()
    visitor.sign_in(site.url, AN, next_path="/signin")
    first = visitor.http.cookies["session"]
    visitor.sign_in(site.url, "demo-citizen-binh", next_path="/signin")
    assert "Trần Văn Mẫu Bình" in visitor.page.text
    assert visitor.http.cookies["session"] != first
    ended = session.execute(select(SignInSession.ended_at).order_by(SignInSession.created_at)).scalars().all()
    assert [at is None for at in ended] == [False, True]


def test_who_declines_is_told_that_nothing_changed(site: Site, session: Session) -> None:
    visitor = Visitor()
    visitor.sign_in(site.url, "", next_path="/track")
    assert visitor.page.status_code == 400
    assert 'href="/signin?next=/track"' in visitor.page.text, "the next try ends where this one was to end"
    assert visitor.title == "Bạn đã dừng việc đăng nhập"
    assert session.execute(select(SignInSession.token_hash)).first() is None


def begun(site: Site) -> tuple[Visitor, dict[str, str]]:
    """A visitor who chose an identity; the provider's answer has not been taken to the portal yet."""
    visitor = Visitor()
    visitor.go(site.url + "/signin/citizen")
    visitor.press(visitor.page.url, {"identity": AN}, follow=False)
    path, query = visitor.answer_address()
    assert path == "/signin/citizen/callback"
    return visitor, query


def answer(site: Site, visitor: Visitor, query: dict[str, str], provider: str = "citizen") -> requests.Response:
    return visitor.go(f"{site.url}/signin/{provider}/callback?{urlencode(query)}")


def test_an_answer_counts_once(site: Site, session: Session) -> None:
    visitor, query = begun(site)
    assert answer(site, visitor, query).history[0].status_code == 303
    again = answer(site, visitor, query)
    assert again.status_code == 400
    assert visitor.title == "Lần đăng nhập này đã dùng hoặc đã hết hạn"


def test_an_answer_meant_for_another_browser_is_refused(site: Site, session: Session) -> None:
    _visitor, query = begun(site)
    stranger = Visitor()
    assert answer(site, stranger, query).status_code == 400
    assert "session" not in stranger.http.cookies
    other, _ = begun(site)
    assert answer(site, other, query).status_code == 400
    assert session.execute(select(SignInSession.token_hash)).first() is None


@pytest.mark.parametrize(
    "change",
    [
        {"state": ""},
        {"state": "x" * 30},
        {"code": ""},
        {"code": "x" * 48},
        {"error": "access_denied"},
        {"error": "server_error"},
        {"iss": "https://elsewhere.example"},
    ],
)
def test_an_answer_that_was_tampered_with_is_refused(site: Site, session: Session, change: dict[str, str]) -> None:
    visitor, query = begun(site)
    assert answer(site, visitor, query | change).status_code == 400
    assert session.execute(select(SignInSession.token_hash)).first() is None
    assert 'action="/signout"' not in visitor.go(site.url + "/signin").text


def test_an_answer_of_one_provider_is_worth_nothing_at_the_other_s_address(site: Site, session: Session) -> None:
    visitor, query = begun(site)
    assert answer(site, visitor, query, provider="officer").status_code == 400
    assert session.execute(select(SignInSession.token_hash)).first() is None


def test_a_code_of_another_sign_in_fails_at_its_proof_key(site: Site, session: Session) -> None:
    """Code injection: my own state, with a code that was issued against somebody else's challenge."""
    _victim, stolen = begun(site)
    visitor, mine = begun(site)
    assert answer(site, visitor, mine | {"code": stolen["code"]}).status_code == 400
    assert session.execute(select(SignInSession.token_hash)).first() is None


def test_sign_in_ends_where_it_began_and_never_elsewhere(site: Site) -> None:
    visitor = Visitor()
    visitor.sign_in(site.url, AN, next_path="/signin?lang=en")
    assert visitor.page.url == site.url + "/signin?lang=en"
    for hostile in ("//evil.example", "/\\evil.example", "/%2509/evil.example", "https://evil.example", "/%09/evil"):
        other = Visitor()
        other.go(f"{site.url}/signin/citizen?next={hostile}")
        other.press(other.page.url, {"identity": AN}, follow=False)
        assert other.go(other.page.headers["Location"], follow=False).headers["Location"] == "/account"


def test_a_visitor_under_another_name_of_this_machine_is_taken_to_the_portal_s_own(site: Site) -> None:
    visitor = Visitor()
    visitor.go(site.url.replace("127.0.0.1", "localhost") + "/signin/citizen?next=/track", follow=False)
    assert visitor.page.headers["Location"] == site.url + "/signin/citizen?next=/track"


def test_a_portal_whose_secret_is_wrong_signs_nobody_in(site: Site, session: Session) -> None:
    client = site.portal.extensions["authlib.integrations.flask_client"].create_client("citizen")
    client.client_secret = "wrong"
    visitor, query = begun(site)
    assert answer(site, visitor, query).status_code == 400
    assert session.execute(select(SignInSession.token_hash)).first() is None
