"""Giving, answering and ending mandates through the pages, and what each person reaches by one: object by object."""

import io
from dataclasses import dataclass
from datetime import timedelta

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands as dossiers
from portal.letters.models import Letter
from portal.people.queries import Officer, Person
from tests import filing
from tests.representing import end, offer, represent
from tests.signing_in import make_citizen, make_organisation, sign_in_as

GRANTER, AGENT = "Nguyễn Thị Bên Giao", "Trần Văn Bên Nhận"
OTHER_CODE = "1.001022"
ADDRESSES = ("", "/receipt.pdf", "/receipt.json", "/withdraw")


@pytest.fixture
def granter(session: Session) -> Person:
    return make_citizen(session, name=GRANTER, email="giao@example.test")


@pytest.fixture
def agent(session: Session) -> Person:
    return make_citizen(session, name=AGENT, email="nhan@example.test")


def browser_of(app: Flask, who: Person | Officer) -> FlaskClient:
    made = app.test_client()
    sign_in_as(made, who)
    return made


def typed(agent: Person, **changes: str) -> dict[str, str | list[str]]:
    """A form filled in for this agent, from today for ten days."""
    today = clock.local_day(clock.now())
    last = today + timedelta(days=9)
    days = {
        f"{name}-{part}": str(getattr(day, part))
        for name, day in (("from", today), ("until", last))
        for part in ("day", "month", "year")
    }
    return {
        "agent_name": agent.name,
        "agent_id": agent.national_id or "",
        "scope": "some",
        "codes": [filing.BIRTH],
        **days,
        **changes,
    }


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def test_from_the_offer_to_the_end_both_sides_see_the_same(
    app: Flask, session: Session, granter: Person, agent: Person
) -> None:
    giving, acting = browser_of(app, granter), browser_of(app, agent)
    form = giving.get(f"/account/mandates/new?procedure={filing.BIRTH}").text
    assert f'value="{filing.BIRTH}" checked' in " ".join(form.split())
    done = giving.post(
        "/account/mandates/new", data={**typed(agent), "paper": (io.BytesIO(filing.pdf("ky")), "ký.pdf")}
    )
    assert done.status_code == 303
    page = done.location.partition("?")[0]
    assert "Chờ nhận lời" in giving.get(page).text
    assert GRANTER in acting.get("/account").text, "the account says that an offer waits"
    assert "Bạn có nhận lời không?" in acting.get(page).text
    assert acting.get(f"{page}/paper").status_code == 404, "whoever is asked sees no signed paper yet"
    assert (agent.national_id or "?") not in words_of(acting.get(f"{page}/mandate.pdf").data)
    assert acting.post(f"{page}/accept").status_code == 303
    for browser, other in ((giving, AGENT), (acting, GRANTER)):
        assert "Đang có hiệu lực" in browser.get(page).text
        assert other in browser.get("/account/mandates").text
        assert browser.get(f"{page}/paper").data == filing.pdf("ky")
        paper = words_of(browser.get(f"{page}/mandate.pdf").data)
        assert all(said in paper for said in (GRANTER, AGENT, granter.national_id or "?", filing.BIRTH, "nhận lời lúc"))
    assert giving.get(f"{page}/end").status_code == 200
    assert giving.post(f"{page}/end").status_code == 303
    for browser in (giving, acting):
        assert "Bên ủy quyền đã chấm dứt" in browser.get(page).text
        assert "Bên ủy quyền đã chấm dứt" in browser.get("/account/mandates").text
        assert "ĐÃ CHẤM DỨT" in words_of(browser.get(f"{page}/mandate.pdf").data)
    assert giving.post(f"{page}/end").status_code == 409


def test_nobody_learns_from_an_offer_whether_somebody_is_known_here(
    app: Flask, session: Session, granter: Person, agent: Person
) -> None:
    giving = browser_of(app, granter)
    pages = []
    for number in (agent.national_id or "", "099190888888"):
        done = giving.post("/account/mandates/new", data=typed(agent, agent_id=number))
        assert done.status_code == 303
        at = done.location
        pages.append(giving.get(at).text.replace(at.partition("?")[0].rpartition("/")[2], "N"))
    known, unknown = (" ".join(page.split("<main")[1].split("</main")[0].split()) for page in pages)
    assert known.count("<li>") == unknown.count("<li>")
    assert "Chờ nhận lời" in known and "Chờ nhận lời" in unknown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"agent_name": ""}, "Hãy nhập họ tên"),
        ({"agent_id": "123"}, "Hãy nhập số căn cước"),
        ({"scope": ""}, "Hãy chọn ủy quyền cho mọi thủ tục"),
        ({"more": "9.999999"}, "Có mã không phải của thủ tục nào"),
        ({"until-year": "2099"}, "Mỗi ủy quyền dài nhất 365 ngày"),
        ({"from-year": "2019"}, "từ hôm nay trở đi"),
        ({"until-day": "99"}, "Hãy nhập một ngày có thật"),
    ],
)
def test_a_form_that_cannot_be_is_shown_again_with_what_was_typed(
    app: Flask, session: Session, granter: Person, agent: Person, changes: dict[str, str], said: str
) -> None:
    answer = browser_of(app, granter).post("/account/mandates/new", data=typed(agent, **changes))
    assert answer.status_code == 422
    assert said in answer.text
    if "agent_name" not in changes:
        assert AGENT in answer.text
    assert session.execute(text("select count(*) from mandate")).scalar() == 0


def test_a_paper_that_is_not_what_it_says_is_refused_beside_its_field(
    app: Flask, session: Session, granter: Person, agent: Person
) -> None:
    sent = {**typed(agent), "paper": (io.BytesIO(b"MZ not a pdf"), "ký.pdf")}
    answer = browser_of(app, granter).post("/account/mandates/new", data=sent)
    assert answer.status_code == 422
    assert "f-paper-error" in answer.text


def test_an_organisation_gives_a_mandate_too(app: Flask, session: Session, agent: Person) -> None:
    company = make_organisation(session)
    done = browser_of(app, company).post("/account/mandates/new", data=typed(agent))
    assert done.status_code == 303
    assert company.name in browser_of(app, agent).get("/account/mandates").text


def test_to_a_stranger_a_mandate_is_not_there(app: Flask, session: Session, granter: Person, agent: Person) -> None:
    mandate_id = represent(session, granter, agent)
    other = browser_of(app, make_citizen(session, name="Lê Văn Lạ"))
    for path in ("", "/mandate.pdf", "/paper", "/end"):
        assert other.get(f"/account/mandates/{mandate_id}{path}").status_code == 404
        assert other.get(f"/account/mandates/{mandate_id + 7}{path}").status_code == 404
    for path in ("/accept", "/end"):
        assert other.post(f"/account/mandates/{mandate_id}{path}").status_code == 404
    assert other.get(f"/account/mandates/{2**70}").status_code == 404


# --- What is reached by a mandate: every address of a dossier, by everybody -----------------------------------------


@dataclass(frozen=True)
class Scene:
    """A dossier that the agent filed for the granter, and one that the granter filed alone."""

    app: Flask
    session: Session
    granter: Person
    agent: Person
    mandate_id: int
    reference: str
    alone: str

    def statuses(self, who: Person | Officer, reference: str) -> set[int]:
        browser = browser_of(self.app, who)
        file_id = self.session.execute(
            text("select min(a.id) from attachment a join dossier d on d.id = a.dossier_id where d.reference = :r"),
            {"r": reference},
        ).scalar_one()
        gets = [browser.get(f"/dossiers/{reference}{path}") for path in (*ADDRESSES, f"/files/{file_id}")]
        gets += [browser.get(f"/dossiers/{reference}/receipt.tlog-proof", follow_redirects=True)]
        posts = [
            browser.post(f"/dossiers/{reference}{path}", data={"seen": "99"}) for path in ("/supplement", "/withdraw")
        ]
        return {answer.status_code for answer in gets} | {409 if a.status_code == 409 else a.status_code for a in posts}


@pytest.fixture
def scene(app: Flask, session: Session, granter: Person, agent: Person) -> Scene:
    mandate_id = represent(session, granter, agent, codes=[filing.BIRTH])
    reference = filing.file_dossier(session, agent, mandate_id=mandate_id)
    return Scene(app, session, granter, agent, mandate_id, reference, filing.file_dossier(session, granter))


OPEN, CLOSED = {200, 409}, {404}


def test_owner_and_agent_reach_what_was_filed_by_the_mandate_and_the_agent_nothing_else(scene: Scene) -> None:
    assert scene.statuses(scene.granter, scene.reference) == OPEN
    assert scene.statuses(scene.agent, scene.reference) == OPEN
    assert scene.statuses(scene.granter, scene.alone) == OPEN
    assert scene.statuses(scene.agent, scene.alone) == CLOSED


def test_a_revoked_mandate_closes_it_at_the_next_request_of_an_open_session(scene: Scene) -> None:
    browser = browser_of(scene.app, scene.agent)
    assert browser.get(f"/dossiers/{scene.reference}").status_code == 200
    end(scene.session, scene.mandate_id, scene.granter)
    foreign, unknown = browser.get(f"/dossiers/{scene.reference}"), browser.get("/dossiers/H06.31.01-200615-9999")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.text.split("<main")[1].split("</main")[0] == unknown.text.split("<main")[1].split("</main")[0]
    assert scene.statuses(scene.agent, scene.reference) == CLOSED
    assert scene.statuses(scene.granter, scene.reference) == OPEN


def test_one_given_up_closes_it_too(scene: Scene) -> None:
    end(scene.session, scene.mandate_id, scene.agent)
    assert scene.statuses(scene.agent, scene.reference) == CLOSED


def test_one_that_ran_out_closes_it(app: Flask, session: Session, granter: Person, agent: Person) -> None:
    then = clock.now() - timedelta(days=40)
    mandate_id = represent(session, granter, agent, at=then)
    reference = filing.file_dossier(session, agent, mandate_id=mandate_id, at=then)
    scene = Scene(app, session, granter, agent, mandate_id, reference, reference)
    assert scene.statuses(agent, reference) == CLOSED
    assert scene.statuses(granter, reference) == OPEN


def test_another_mandate_of_the_same_two_opens_nothing_that_was_filed_by_the_first(scene: Scene) -> None:
    represent(scene.session, scene.granter, scene.agent, codes=[OTHER_CODE])
    end(scene.session, scene.mandate_id, scene.granter)
    represent(scene.session, scene.granter, scene.agent)
    assert scene.statuses(scene.agent, scene.reference) == CLOSED


def test_an_offer_alone_opens_nothing(scene: Scene) -> None:
    somebody = make_citizen(scene.session, name="Phạm Thị Được Mời")
    offer(scene.session, scene.granter, somebody)
    assert scene.statuses(somebody, scene.reference) == CLOSED
    assert scene.statuses(somebody, scene.alone) == CLOSED


def test_strangers_and_officers_find_none_of_it_on_the_owners_pages(scene: Scene) -> None:
    assert scene.statuses(make_citizen(scene.session, name="Lê Văn Lạ"), scene.reference) == CLOSED
    desk = filing.officer_of(scene.session, filing.WARD_1, "receiver")
    assert scene.statuses(desk, scene.reference) == {403}


def test_what_outlasts_a_mandate_is_never_the_agents(scene: Scene) -> None:
    mine, theirs = browser_of(scene.app, scene.granter), browser_of(scene.app, scene.agent)
    address = f"/dossiers/{scene.reference}"
    assert "Mã tra cứu" in mine.get(address).text
    assert "Mã tra cứu" not in theirs.get(address).text
    assert "Mã tra cứu" in words_of(mine.get(f"{address}/receipt.pdf").data)
    assert "Mã tra cứu" not in words_of(theirs.get(f"{address}/receipt.pdf").data)


def test_lists_and_looks_of_the_agent_hold_nothing_of_the_granters(scene: Scene) -> None:
    mine, theirs = browser_of(scene.app, scene.granter), browser_of(scene.app, scene.agent)
    assert scene.reference in mine.get("/account").text
    assert scene.reference not in theirs.get("/account").text
    desk = filing.officer_of(scene.session, filing.WARD_1, "receiver")
    assert browser_of(scene.app, desk).get(f"/desk/dossiers/{scene.reference}").status_code == 200
    assert scene.reference in mine.get("/account/views").text
    assert scene.reference not in theirs.get("/account/views").text


def test_both_see_what_the_mandate_was_used_for_and_links_end_with_it(scene: Scene) -> None:
    page, link = f"/account/mandates/{scene.mandate_id}", f'href="/dossiers/{scene.reference}"'
    mine, theirs = browser_of(scene.app, scene.granter), browser_of(scene.app, scene.agent)
    assert link in mine.get(page).text and link in theirs.get(page).text
    assert scene.alone not in theirs.get(page).text
    end(scene.session, scene.mandate_id, scene.granter)
    assert link in mine.get(page).text
    assert link not in theirs.get(page).text


def test_the_desk_reads_who_filed_for_whom_with_the_mandate_and_only_the_units_desk(scene: Scene) -> None:
    desk = browser_of(scene.app, filing.officer_of(scene.session, filing.WARD_1, "receiver"))
    page = desk.get(f"/desk/dossiers/{scene.reference}").text
    assert f"{AGENT} nộp thay {GRANTER}." in page
    assert "Người được ủy quyền gửi" in page
    paper = desk.get(f"/desk/dossiers/{scene.reference}/mandate.pdf")
    assert GRANTER in words_of(paper.data) and AGENT in words_of(paper.data)
    assert desk.get(f"/desk/dossiers/{scene.reference}/mandate-paper").status_code == 404, "none was attached"
    assert desk.get(f"/desk/dossiers/{scene.alone}/mandate.pdf").status_code == 404, "filed without one"
    end(scene.session, scene.mandate_id, scene.granter)
    assert "ĐÃ CHẤM DỨT" in words_of(desk.get(f"/desk/dossiers/{scene.reference}/mandate.pdf").data)
    elsewhere = browser_of(scene.app, filing.officer_of(scene.session, "H06.31.02", "receiver"))
    for path in ("mandate.pdf", "mandate-paper"):
        assert elsewhere.get(f"/desk/dossiers/{scene.reference}/{path}").status_code == 404


def test_acts_of_the_agent_say_so_to_the_owner_and_end_with_the_mandate(scene: Scene) -> None:
    desk = filing.officer_of(scene.session, filing.WARD_1, "receiver")
    filing.act(scene.session, dossiers.ask_supplement, scene.reference, desk, reason="Cần bản chụp rõ hơn.")
    theirs = browser_of(scene.app, scene.agent)
    sent = {"seen": "2", "message": "Tôi gửi thay."}
    assert theirs.post(f"/dossiers/{scene.reference}/supplement", data=sent).status_code == 303
    shown = browser_of(scene.app, scene.granter).get(f"/dossiers/{scene.reference}").text
    assert shown.count("Người được ủy quyền gửi") == 2
    end(scene.session, scene.mandate_id, scene.granter)
    assert theirs.post(f"/dossiers/{scene.reference}/withdraw", data={"seen": "3"}).status_code == 404
    mine = browser_of(scene.app, scene.granter)
    assert mine.post(f"/dossiers/{scene.reference}/withdraw", data={"seen": "3"}).status_code == 303


def test_letters_of_later_acts_reach_the_agent_only_while_the_mandate_holds(scene: Scene) -> None:
    desk = filing.officer_of(scene.session, filing.WARD_1, "receiver")
    filing.act(scene.session, dossiers.receive, scene.reference, desk)
    end(scene.session, scene.mandate_id, scene.granter)
    filing.act(scene.session, dossiers.ask_supplement, scene.reference, desk, reason="Cần thêm.")
    about = Letter.key.startswith(f"{scene.reference}/")
    rows = scene.session.execute(select(Letter.key, Letter.recipient, Letter.body).where(about))
    letters = {row.key.partition("/")[2]: (row.recipient, row.body) for row in rows}
    assert set(letters) == {"0", "0/agent", "1", "1/agent", "2"}
    assert letters["0"][0] == "giao@example.test" and f"{AGENT} nộp hồ sơ này thay" in letters["0"][1]
    assert letters["0/agent"][0] == "nhan@example.test" and GRANTER in letters["0/agent"][1]
