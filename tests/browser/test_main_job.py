"""The portal's main job in a real browser, end to end: a citizen files, the desk decides, the public sees both."""

import io
import json
from typing import Any

import pytest
from pypdf import PdfReader

from tests.browser import people_at_work as work
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.letters import letters_about
from tests.browser.outsider import Outsider
from tests.browser.people_at_work import AN, BINH, HAI, Citizen
from tests.browser.window import Journey, Window
from tests.filing import pdf
from tests.live import LiveServer

ASKED = "Ảnh giấy chứng sinh bị mờ. Hãy chụp lại cho rõ rồi gửi thêm một bản."


@pytest.mark.parametrize(
    ("name", "look", "citizen", "city_decides"),
    [
        ("main-job-desktop", WIDE, AN, False),
        ("main-job-phone", NARROW, BINH, True),
        ("main-job-no-js", {**WIDE, "java_script": False}, HAI, False),
    ],
)
def test_from_the_search_to_the_public_ledger(
    open_page: Open, live_server: LiveServer, name: str, look: dict[str, Any], citizen: Citizen, city_decides: bool
) -> None:
    journey = Journey(name, open_page, look)
    journey.clear()
    person, desk = journey.window(), journey.window()
    reference = _file(person, citizen)
    due = _receive_and_ask(desk, reference)
    work.give_supplement(person, reference, ASKED)
    _decide(journey, desk, reference, city_decides=city_decides)
    _return(desk, reference)
    _fetch_result(person, reference, due)
    _look_up(journey.window(), reference, citizen)
    _see_in_public(journey.window(), live_server, reference, passed=1 if city_decides else 2)
    letters = letters_about(live_server.outbox, reference, at_least=4)
    assert {letter["To"] for letter in letters} == {citizen.email}


def _file(person: Window, citizen: Citizen) -> str:
    work.find_procedure(person)
    work.begin(person, citizen)
    work.fill_child(person)
    work.fill_parents(person)
    work.fill_applicant(person, citizen)
    work.attach_papers(person)
    reference = work.submit(person)
    receipt = person.download("Tải giấy xác nhận đã nộp (PDF có mã QR)")
    assert reference in _words(receipt)
    person.open("/account", "account")
    person.shows(reference)
    return reference


def _receive_and_ask(desk: Window, reference: str) -> str:
    work.open_desk(desk, work.RECEIVER)
    work.find_in_queue(desk, reference)
    work.open_dossier(desk, reference)
    assert desk.download("giấy chứng sinh.pdf") == pdf("1")
    due = work.receive(desk)
    work.ask_supplement(desk, ASKED)
    return due


def _decide(journey: Journey, desk: Window, reference: str, *, city_decides: bool) -> None:
    """The ward passes it to the city, which decides itself or passes it back for the ward to decide."""
    work.open_dossier(desk, reference)
    assert desk.download("bản chụp rõ.pdf") == pdf("3")
    work.pass_on(desk, "Thành phố Vũng Tàu")
    city = journey.window()
    work.open_desk(city, work.CITY)
    work.open_dossier(city, reference)
    if city_decides:
        work.resolve(city)
        return
    work.pass_on(city, "Phường 1")
    ward = journey.window()
    work.open_desk(ward, work.CIVIL_STATUS)
    work.open_dossier(ward, reference)
    work.resolve(ward)


def _return(desk: Window, reference: str) -> None:
    work.open_dossier(desk, reference)
    work.return_result(desk)


def _fetch_result(person: Window, reference: str, due: str) -> None:
    person.open(f"/dossiers/{reference}", "citizen-returned")
    assert person.download("giấy khai sinh.pdf") == pdf("ket qua")
    receipt = _words(person.download("Tải giấy tiếp nhận (PDF có mã QR)"))
    assert reference in receipt
    assert due.partition(",")[0] in receipt or due in person.text()
    for details in person.page.locator("main details").all():
        details.locator("summary").first.click()
    person.see("citizen-unfolded")
    person.shows("Nguyễn Mẫu Hải Đăng")
    person.shows(work.RECEIVER)


def _look_up(visitor: Window, reference: str, citizen: Citizen) -> None:
    """Without signing in; a wrong proof and an unknown dossier get the same answer."""
    visitor.open("/track", "track")
    answers = [_track(visitor, *wrong) for wrong in ((reference, "0000"), ("H06.31.01-200101-9999", "0000"))]
    assert answers[0].replace(reference, "") == answers[1].replace("H06.31.01-200101-9999", "")
    visitor.see("track-none", status=404)
    _track(visitor, reference, citizen.national_id[-4:])
    visitor.see("tracked")
    assert "Nguyễn Mẫu Hải Đăng" not in visitor.text()
    assert citizen.name not in visitor.text()


def _see_in_public(visitor: Window, live_server: LiveServer, reference: str, *, passed: int) -> None:
    """The list, the dossier's own page, the feeds, and the log itself, for a visitor who never signed in."""
    outsider = Outsider(live_server.url)
    acts = outsider.acts_of(reference, last="returned")
    asked = ["filed", "received", "supplement_asked", "supplement_given"]
    assert [entry["act"] for entry in acts] == asked + ["passed"] * passed + ["resolved", "returned"]
    assert acts[1]["due"] and acts[-2]["outcome"] == "granted"
    visitor.open("/ledger", "ledger")
    visitor.page.get_by_label("Mã hồ sơ").fill(reference)
    visitor.click("Tìm hồ sơ")
    visitor.see("ledger-found")
    visitor.follow(reference, exact=False)
    visitor.see("ledger-dossier")
    for words in ("Nguyễn", "giấy khai sinh", ASKED):
        assert words not in visitor.text()
    visitor.open("/ledger/verify", "ledger-verify")
    _read_feeds(outsider, reference, acts)


def _read_feeds(outsider: Outsider, reference: str, acts: list[dict[str, Any]]) -> None:
    """Every act is in the whole feed and in that of the ward, which received the dossier; in no other ward's."""
    for path, wanted in (("", acts), ("?unit=H06.31.01&procedure=1.001193", acts), ("?unit=H06.31.02", [])):
        feed = outsider.atom(f"/ledger/feed.atom{path}")
        mine = [entry for entry in feed.entries if reference in f"{entry.title} {entry.link} {entry.summary}"]
        assert len(mine) == len({entry.id for entry in mine}) == len(wanted)
    items = outsider.get("/ledger/feed.json").json()["items"]
    assert sum(reference in json.dumps(item) for item in items) == len(acts)


def _track(visitor: Window, reference: str, proof: str) -> str:
    visitor.fill("Mã hồ sơ", reference)
    visitor.fill("Bốn số cuối của giấy tờ, hoặc mã tra cứu", proof)
    visitor.click("Tra cứu")
    return visitor.text()


def _words(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
