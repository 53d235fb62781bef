"""A citizen's open draft when the procedure gets a new revision: they see what changed, and lose nothing."""

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.people.queries import Person
from portal.procedures import commands, queries
from portal.transaction import unit_of_work
from tests import filing
from tests.signing_in import make_citizen, sign_in_as

CODE = filing.BIRTH
Publish = Callable[[dict[str, Any]], None]


@pytest.fixture
def person(session: Session, client: FlaskClient) -> Person:
    made = make_citizen(session)
    sign_in_as(client, made)
    return made


@pytest.fixture
def content(session: Session) -> dict[str, Any]:
    [(_code, _number, found)] = queries.contents(session, codes=[CODE])
    return copy.deepcopy(found)


@pytest.fixture
def publish(session: Session, tmp_path: Path) -> Publish:
    """Publish as the next revision, in force from today."""

    def publish_one(changed: dict[str, Any]) -> None:
        number = len(queries.history(session, CODE)) + 1
        today = clock.local_day(clock.now()) - timedelta(days=10 - number)
        path = tmp_path / f"{CODE}.yaml"
        path.write_text(json.dumps(changed | {"revision": number, "valid_from": today.isoformat()}), encoding="utf-8")
        with unit_of_work(session):
            commands.load(session, [path], at=clock.now())

    return publish_one


@pytest.fixture
def address(client: FlaskClient, person: Person) -> str:
    begun = client.post(f"/procedures/{CODE}/apply").location
    client.post(f"{begun}/sections/child", data={"child_name": "Nguyễn Thị Mẫu Út", "then": "later"})
    return str(begun)


def section(content: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(part for part in content["form"]["sections"] if part["key"] == key)
    return found


def without_the_name_and_with_a_nickname(content: dict[str, Any]) -> dict[str, Any]:
    part = section(content, "child")
    part["fields"] = [field for field in part["fields"] if field["key"] != "child_name"]
    label = {"vi": "Tên thường gọi của trẻ", "en": "What the child is called"}
    part["fields"].insert(0, {"key": "nickname", "type": "text", "label": label, "required": True})
    return content


def test_every_page_of_an_outdated_draft_leads_to_what_changed(
    client: FlaskClient, address: str, content: dict[str, Any], publish: Publish
) -> None:
    publish(without_the_name_and_with_a_nickname(content))
    for path in ("", "/unit", "/sections/child", "/review"):
        response = client.get(f"{address}{path}")
        assert (response.status_code, response.location) == (303, f"{address}/changes"), path
    page = client.get(f"{address}/changes").text
    assert "Mẫu đơn đã thay đổi" in page
    assert "Tên thường gọi của trẻ" in page
    assert "Nguyễn Thị Mẫu Út" in page


def test_going_on_keeps_every_answer_and_shows_the_new_form(
    client: FlaskClient, session: Session, address: str, content: dict[str, Any], publish: Publish
) -> None:
    client.post(f"{address}/sections/parents", data={"mother_name": "Trần Thị Mẫu Mẹ", "then": "later"})
    publish(without_the_name_and_with_a_nickname(content))
    following = queries.published(session, CODE, at=clock.now())
    assert following is not None
    done = client.post(f"{address}/changes", data={"revision": following.revision_id})
    assert (done.status_code, done.location) == (303, address)
    assert "xem những gì khác đi" in client.get(address).text
    assert "Tên thường gọi của trẻ" in client.get(f"{address}/sections/child").text
    assert "Trần Thị Mẫu Mẹ" in client.get(f"{address}/sections/parents").text
    assert "Nguyễn Thị Mẫu Út" in client.get(f"{address}/changes").text


def test_what_is_typed_while_the_form_changes_is_kept_before_the_change_is_shown(
    client: FlaskClient, address: str, content: dict[str, Any], publish: Publish
) -> None:
    publish(without_the_name_and_with_a_nickname(content))
    saved = client.post(f"{address}/sections/child", data={"child_name": "Nguyễn Thị Mẫu Hai", "then": "next"})
    assert (saved.status_code, saved.location) == (303, f"{address}/changes")
    assert "Nguyễn Thị Mẫu Hai" in client.get(f"{address}/changes").text


def test_submitting_an_outdated_draft_files_nothing_and_shows_the_change(
    client: FlaskClient, session: Session, address: str, content: dict[str, Any], publish: Publish
) -> None:
    publish(content)
    response = client.post(f"{address}/review")
    assert (response.status_code, response.location) == (303, f"{address}/changes")
    assert session.execute(text("select count(*) from dossier")).scalar() == 0


def test_a_form_that_changed_once_more_is_shown_before_one_goes_on(
    client: FlaskClient, session: Session, address: str, content: dict[str, Any], publish: Publish
) -> None:
    publish(without_the_name_and_with_a_nickname(content))
    seen = queries.published(session, CODE, at=clock.now())
    assert seen is not None
    publish(content)
    response = client.post(f"{address}/changes", data={"revision": seen.revision_id})
    assert (response.status_code, response.location) == (303, f"{address}/changes")


def test_a_procedure_that_takes_no_more_applications_says_so_and_still_shows_what_was_typed(
    client: FlaskClient, address: str, content: dict[str, Any], publish: Publish
) -> None:
    publish(content | {"service_level": "information"})
    page = client.get(f"{address}/changes").text
    assert "không còn nhận hồ sơ trực tuyến" in page
    assert "Nguyễn Thị Mẫu Út" in page
    assert client.get(f"{address}/discard").status_code == 200


@pytest.mark.parametrize("revision", ["", "x", "9" * 30])
def test_a_revision_that_is_none_is_a_bad_request(client: FlaskClient, address: str, revision: str) -> None:
    assert client.post(f"{address}/changes", data={"revision": revision}).status_code == 400


def test_a_draft_in_force_has_nothing_to_show_and_a_foreign_one_is_not_found(
    client: FlaskClient, session: Session, address: str
) -> None:
    assert client.get(f"{address}/changes").location == address
    sign_in_as(client, make_citizen(session))
    assert client.get(f"{address}/changes").status_code == 404
    assert client.post(f"{address}/changes", data={"revision": "1"}).status_code == 404
