"""What is somebody's own is found by them and by nobody else, at every private address that names a thing.

One dossier with all that hangs on it, a draft, a mandate, a change of the calendar: each private address is built from
their real keys. Those whom the thing belongs to open it (so the keys are right). For strangers with the very same roles
elsewhere, and for officers of the same unit whose roles open no dossier, there is no such thing, whatever the method,
and nothing moves.

The studio is not here: all editors of the province work on one catalogue.
"""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Audience, audience_of
from portal.dossiers import commands, paper_signing
from portal.people import api_tokens
from portal.people.api_tokens import Scope
from portal.people.queries import Officer, Person
from portal.queues import saved
from portal.transaction import unit_of_work
from tests import filing
from tests.calendars import entering
from tests.counter.standing import begin, file_at_counter, shown
from tests.filing import WARD_1, officer_of, unit_id_of
from tests.representing import represent
from tests.result_templates import making as result_templates
from tests.routes import Door, doors, posted_only
from tests.signatures.installed import signing
from tests.signing_in import make_citizen, make_officer, make_organisation, sign_in_as
from tests.standing_in import stand_in

CITY, WARD_2 = "H06.31", "H06.31.02"
PRIVATE = (Audience.PERSON, Audience.WRITER, Audience.OFFICER, Audience.ADMINISTRATOR)
OPENS_NO_OBJECT_OF_SOMEBODY = frozenset(
    ("submission.apply", "submission.begin", "admin_units.unit", "admin_units.hand_over", "admin_units.share")
)
# Addresses that even the owner finds empty here: they show a scan, a new form, a rule that stops, a picture's preview.
EMPTY = frozenset(
    (
        *("desk.mandate_scan", "account.mandate_scan", "submission.changes", "submission.stop"),
        *("submission.preview", "account.preview"),
    )
)
# Where the addresses lead that end one thing of a list: everybody sees a list of their own.
LISTS = frozenset(("/account/tokens", "/admin/calendar", "/desk/lists", "/desk/stand-ins"))
FILE = {"filename": "a.pdf", "filetype": "application/pdf", "field": "birth_paper", "modified": "1700000000000"}
SENT = {"revision": "1", "seen": "1", "wished_way": "counter"}
UPLOAD = {
    "Tus-Resumable": "1.0.0",
    "Upload-Length": "10",
    "Upload-Offset": "0",
    "Content-Type": "application/offset+octet-stream",
    "Upload-Metadata": ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in FILE.items()),
}


@dataclass(frozen=True)
class World:
    """The keys of real things by the names that addresses give them, whose they are, and who else there is."""

    app: Flask
    session: Session
    values: Mapping[str, object]
    owners: Mapping[str, Sequence[Person | Officer]]
    strangers: Mapping[Audience, Sequence[Person | Officer]]

    def doors(self) -> Iterator[tuple[Door, Audience]]:
        for door in doors(self.app, self.values):
            who = audience_of(self.app, door.rule.endpoint)
            if who in PRIVATE and door.rule.arguments and door.rule.endpoint not in OPENS_NO_OBJECT_OF_SOMEBODY:
                yield door, who

    def browser(self, who: Person | Officer) -> FlaskClient:
        browser = self.app.test_client()
        sign_in_as(browser, who)
        return browser

    def led(self, who: Person | Officer, address: str) -> tuple[int, str]:
        """Where somebody ends who opens an address: the status there, and the path."""
        answer = self.browser(who).get(address, follow_redirects=True)
        answer.close()
        return answer.status_code, answer.request.path

    def standing(self) -> tuple[object, ...]:
        """What a stranger's visit must leave as it was."""
        found = self.session.execute(
            text(
                "select (select sum(steps) from dossier), (select count(*) from draft), "
                "(select count(*) from attachment), (select count(*) from dossier_view), "
                "(select count(*) from mandate where ended_at is null), "
                "(select count(*) from opinion where given_at is null), (select count(*) from api_token), "
                "(select count(*) from queue_list), (select count(*) from stand_in where ended_at is null), "
                "(select string_agg(md5(wished_ways), ',' order by dossier_id) from dossier_content), "
                "(select count(*) from draft where wished_way is not null)"
            )
        ).one()
        self.session.rollback()
        return tuple(found)


@pytest.fixture
def world(app: Flask, session: Session, tmp_path: Path) -> Iterator[World]:
    granter, agent = make_citizen(session), make_citizen(session)
    receiver, specialist, leader = (officer_of(session, WARD_1, role) for role in ("receiver", "specialist", "leader"))
    city = officer_of(session, CITY, "specialist")
    pair = entering.pair(session)
    result_templates.publish(session)
    mandate_id = represent(session, granter, agent)
    with signing(tmp_path / "signing", session, receiver, leader):
        reference = filing.file_dossier(session, agent, mandate_id=mandate_id)
        filing.act(session, commands.receive, reference, receiver)
        paper_signing.sign_waiting(at=clock.now())
        draft = filing.draft(session, agent)
        upload = _upload(app, agent, draft)
        _ask(app, session, specialist, reference)
        with unit_of_work(session):
            api_tokens.create(session, person_id=agent.id, name="Máy", scopes=[Scope.ANSWERS], days=30, at=clock.now())
        asked = filing.act(session, commands.ask_supplement, reference, specialist, reason="Thiếu một tờ.")
        others = (make_citizen(session), make_organisation(session))
        ward_2 = make_officer(session, WARD_2, "receiver", "specialist", "leader")
        no_desk = [make_officer(session, code, "editor", "administrator") for code in (CITY, WARD_1)]
        waiting = begin(session, receiver)
        at_counter = file_at_counter(session, receiver, who=shown(national_id="099155000778"))
        yield World(
            app,
            session,
            {
                "reference": reference,
                "mandate_id": mandate_id,
                "act": "take-up",
                "outcome": "granted",
                "token": draft,
                "upload": upload,
                "key": "papers",
                "field": "birth_paper",
                "n": asked.steps - 1,
                "change_id": pair.enter(entering.STORM),
                "paper_id": _one(session, "select min(id) from signed_paper"),
                "opinion_id": _one(session, "select max(id) from opinion"),
                "token_id": _one(session, "select max(id) from api_token"),
                "list_id": _list(session, specialist),
                "stand_in_id": stand_in(session, leader, specialist),
                "submission.file_id": _one(session, "select min(id) from attachment where dossier_id is null"),
                "file_id": _one(session, "select min(id) from attachment where dossier_id is not null"),
                "desk.found.token": _search(app, specialist),
                "desk.counter_applicant.token": waiting,
                "desk.counter_correct.token": waiting,
                "desk.counter_filed.reference": at_counter,
                "desk.counter_receipt.reference": at_counter,
            },
            {"account": [agent], "submission": [agent], "desk": [specialist, city, receiver], "admin": [pair.other]},
            {
                Audience.PERSON: others,
                Audience.WRITER: [*others, ward_2, receiver],
                Audience.OFFICER: [ward_2, *no_desk],
                Audience.ADMINISTRATOR: [make_officer(session, WARD_2, "administrator")],
            },
        )


def _list(session: Session, officer: Officer) -> object:
    """A named list of the queue."""
    with unit_of_work(session):
        saved.save(session, officer_id=officer.id, name="Của tôi", filters={"show": "mine"}, at=clock.now())
    return _one(session, "select max(id) from queue_list")


def _search(app: Flask, officer: Officer) -> str:
    """The last part of the address of what somebody looked for."""
    browser = app.test_client()
    sign_in_as(browser, officer)
    return browser.post("/desk/find", data={"q": "Nguyễn"}).location.partition("?")[0].rpartition("/")[2]


def _one(session: Session, question: str) -> object:
    found = session.execute(text(question)).scalar_one()
    session.rollback()
    assert found is not None, question
    return found


def _sent(door: Door) -> dict[str, Any]:
    """What is sent there at the least, so that no refusal comes before the question whose it is."""
    uploads = "upload" in door.rule.endpoint
    return {"headers": UPLOAD} if uploads else {"data": SENT if door.method == "POST" else None}


def _ask(app: Flask, session: Session, specialist: Officer, reference: str) -> None:
    browser = app.test_client()
    sign_in_as(browser, specialist)
    page = browser.get(f"/desk/dossiers/{reference}").text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    (file_id,) = re.findall(r'name="ask-opinion-files"[^>]*value="(\d+)"', page)
    assert seen
    asked = {"to_unit": str(unit_id_of(session, CITY)), "question": "Có trong quy hoạch không?", "hours": "8"}
    form = {"seen": seen[1], **{f"ask-opinion-{name}": value for name, value in asked.items()}}
    form["ask-opinion-files"] = file_id
    assert browser.post(f"/desk/dossiers/{reference}/ask-opinion", data=form).status_code == 303


def _upload(app: Flask, person: Person, draft: object) -> str:
    """The last part of the address of a file on its way up."""
    browser = app.test_client()
    sign_in_as(browser, person)
    answer = browser.post(f"/drafts/{draft}/uploads", headers=UPLOAD)
    assert answer.status_code == 201, answer.text
    return answer.location.rpartition("/")[2]


def test_every_key_in_a_private_address_is_a_real_one(world: World) -> None:
    for door, _ in world.doors():
        assert door.rule.arguments <= set(world.values) | set(door.rule.defaults or ()), door.name


def test_whose_it_is_opens_it(world: World) -> None:
    closed = []
    for door, _ in world.doors():
        if door.method != "GET" or door.rule.endpoint in EMPTY:
            continue
        owners = world.owners[door.rule.endpoint.partition(".")[0]]
        statuses = {world.browser(owner).get(door.address).status_code for owner in owners}
        if statuses.isdisjoint({200, 303}):
            closed.append(f"{door.name} {door.address}: {sorted(statuses)}")
    assert not closed, "\n".join(closed)


def test_an_address_that_only_takes_leads_whose_it_is_to_its_page_and_strangers_to_none(world: World) -> None:
    takes_only = {door.address for door in posted_only(world.app, world.values)}
    wrong = []
    for door, who in world.doors():
        if door.method != "POST" or door.address not in takes_only:
            continue
        owners = world.owners[door.rule.endpoint.partition(".")[0]]
        led = {world.led(owner, door.address)[0] for owner in owners}
        lost = {end for end in (world.led(one, door.address) for one in world.strangers[who]) if end[1] not in LISTS}
        if 200 not in led or not {status for status, _ in lost} <= {403, 404}:
            wrong.append(f"{door.name} {door.address}: {sorted(led)} {sorted(lost)}")
    assert not wrong, "\n".join(wrong)


def test_for_strangers_there_is_no_such_thing_and_nothing_moves(world: World) -> None:
    before, opened = world.standing(), []
    for door, who in world.doors():
        for stranger in world.strangers[who]:
            answer = world.browser(stranger).open(door.address, method=door.method, **_sent(door))
            answer.close()
            if answer.status_code not in (403, 404):
                opened.append(f"{door.name} {door.address}: {answer.status_code} {answer.headers.get('Location', '')}")
            assert answer.headers["Cache-Control"] == "no-store", door.name
    assert not opened, "\n".join(opened)
    assert world.standing() == before
