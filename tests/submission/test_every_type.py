"""A form that asks for everything, filled through its pages as a browser without scripts does it."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import queries
from portal.people.queries import Person
from portal.procedures import commands, sources
from portal.transaction import unit_of_work
from tests import filing
from tests.procedures import every_type
from tests.signing_in import make_citizen, sign_in_as

YEAR = {"born-year": "1990", "born-month": "5", "born-day": ""}
PERSON = {"name": "Nguyễn Văn Thử", "national_id": "099190000069", **YEAR, "age": "34"}
HOME = {"home": "H06.31.01", "home-street": "12 Lê Lợi"}
STALL = {"kind": "food", "days": "sat", "gas": "no", "area": "2,5", "plate": "72-A12345"}
ROWS = {"goods-0-name": "Bánh khọt", "goods-0-count": "30", "goods-0-price": "10.000"}
PLOT = "10,346 107,084\n10,346 107,085\n10,347 107,085"
PLACE = {"spot": "10°20'45\"N 107°05'03\"E", "ground": PLOT, "ward": "H06.31.01", "true": "yes"}


@pytest.fixture
def person(session: Session, client: FlaskClient) -> Person:
    made = make_citizen(session, name="Nguyễn Văn Thử")
    sign_in_as(client, made)
    return made


@pytest.fixture
def address(session: Session, client: FlaskClient, person: Person, tmp_path: Path) -> str:
    """A draft of the sample procedure, its receiving unit chosen."""
    publish(session, tmp_path)
    begun = client.post(f"/procedures/{every_type.CODE}/apply")
    assert begun.status_code == 303, begun.text
    assert client.post(f"{begun.location}/unit", data={"unit": str(filing.unit_id_of(session, filing.WARD_1))})
    return begun.location


def publish(session: Session, folder: Path, **changes: Any) -> None:
    folder.mkdir(exist_ok=True)
    sources.write(every_type.procedure(**changes), folder, newest=True)
    with unit_of_work(session):
        commands.load(session, [folder], at=datetime(2026, 6, 1, tzinfo=UTC))


def save(client: FlaskClient, address: str, section: str, data: dict[str, str], then: str = "next") -> Any:
    return client.post(f"{address}/sections/{section}", data={**data, "then": then})


def fill(client: FlaskClient, address: str, **changed: dict[str, str]) -> None:
    for key, data in {"person": {**PERSON, **HOME}, "stall": STALL, "goods": ROWS, "place": PLACE}.items():
        saved = save(client, address, key, {**data, **changed.get(key, {})})
        assert saved.status_code == 303, re.findall(r'class="govuk-error-message".*?</p>', saved.text)


def test_everything_is_filed_shown_and_committed_to(
    client: FlaskClient, session: Session, address: str, person: Person
) -> None:
    fill(client, address, person={"name": "Nguyễn Văn Thư", "name-reason": "Thẻ mới ghi Thư"})
    review = client.get(f"{address}/review").text
    for words in ("2,5 m²", "Bánh khọt; Số lượng: 30; Đơn giá: 10.000 đ", "300.000 đ", "05/1990", "Khu vực khoảng"):
        assert words in review, words
    assert "12 Lê Lợi, Phường 1, Thành phố Vũng Tàu, Tỉnh Bà Rịa - Vũng Tàu" in review
    done = client.post(f"{address}/review")
    assert done.status_code == 303, done.text
    page = client.get(done.location).text
    assert "Lý do sửa: Thẻ mới ghi Thư" in page
    reference = done.location.split("/")[-1].split("?")[0]
    dossier = queries.owned(session, reference, person_id=person.id)
    assert dossier is not None
    assert dossier.answers["total"] == "300000"
    assert dossier.answers["spot"] == {"type": "Point", "coordinates": [107.084167, 10.345833]}
    proof = client.get(f"/dossiers/{reference}/receipt.json")
    assert proof.status_code == 200
    assert "answer.spot" in page


def test_rows_are_added_and_taken_out_by_buttons_and_nothing_typed_is_lost(client: FlaskClient, address: str) -> None:
    wrong = {**ROWS, "goods-0-count": "ba chục", "about": "ghi chú dở"}
    added = save(client, address, "goods", wrong, then="add:goods")
    assert added.status_code == 303
    assert added.location.endswith("#f-goods-1-name")
    page = client.get(added.location).text
    assert "ba chục" in page
    assert "ghi chú dở" in page
    assert 'name="goods-1-name"' in page
    second = {**wrong, "goods-1-name": "Nước mía", "goods-1-count": "5", "goods-1-price": "9000"}
    taken = client.get(save(client, address, "goods", second, then="remove:goods:0").location).text
    assert "Nước mía" in taken
    assert "Bánh khọt" not in taken
    assert 'name="goods-1-name"' not in taken


def test_a_wrong_cell_is_told_beside_it(client: FlaskClient, address: str) -> None:
    page = save(client, address, "goods", {**ROWS, "goods-0-price": "rẻ"})
    assert page.status_code == 422
    assert 'href="#f-goods-0-price"' in page.text
    assert 'id="f-goods-0-price-error"' in page.text
    assert "Các mặt hàng, dòng 1, Đơn giá: hãy ghi một số nguyên" in page.text


def test_what_is_calculated_decides_what_is_asked_and_no_browser_can_set_it(client: FlaskClient, address: str) -> None:
    page = save(client, address, "goods", {**ROWS, "goods-0-price": "1.000.000", "total": "1"})
    assert page.status_code == 422
    assert 'id="f-deposit-error"' in page.text
    assert "30.000.000 đ" in page.text
    page = save(client, address, "goods", {**ROWS, "goods-0-price": "1.000.000", "deposit": "5.000.000"})
    assert page.status_code == 303


def test_a_reason_to_stop_is_shown_after_its_section_and_one_may_go_on(client: FlaskClient, address: str) -> None:
    saved = save(client, address, "stall", {"kind": "books", "area": "1"})
    assert saved.location.endswith("/sections/stall/stop")
    page = client.get(saved.location)
    assert page.status_code == 200
    assert "Sạp sách miễn phí dưới 2 m² không cần giấy phép." in page.text
    assert "Xem thủ tục: Đăng ký khai sinh" in page.text
    assert f'href="{address}/sections/goods"' in page.text
    assert 'value="1"' in client.get(f"{address}/sections/stall").text  # what was answered stays
    assert save(client, address, "stall", {"kind": "books", "area": "3"}).location.endswith("/sections/goods")
    assert client.get(f"{address}/sections/stall/stop").status_code == 303


def test_what_is_filled_in_is_marked_and_a_change_needs_its_reason(client: FlaskClient, address: str) -> None:
    page = client.get(f"{address}/sections/person").text
    assert "Đã điền sẵn: Nguyễn Văn Thử" in page
    refused = save(client, address, "person", {**PERSON, **HOME, "name": "Người Khác"})
    assert refused.status_code == 422
    assert 'href="#f-name-reason"' in refused.text
    assert "Người Khác" in refused.text


def test_a_patterns_own_words_are_said(client: FlaskClient, address: str) -> None:
    page = save(client, address, "stall", {**STALL, "plate": "xe của tôi"})
    assert "Biển số: ghi như 72-A12345." in page.text


def test_an_address_elsewhere_is_taken_as_it_is_typed(client: FlaskClient, address: str) -> None:
    elsewhere = {"home": "elsewhere", "home-street": "5 Phố Huế, Hà Nội"}
    assert save(client, address, "person", {**PERSON, **elsewhere}).status_code == 303


def test_earlier_answers_of_the_same_person_are_offered(
    client: FlaskClient, session: Session, address: str, person: Person, tmp_path: Path
) -> None:
    fill(client, address)
    assert client.post(f"{address}/review").status_code == 303
    again = client.post(f"/procedures/{every_type.CODE}/apply").location
    assert "72-A12345" not in client.get(f"{again}/sections/stall").text
    form = every_type.with_member("plate", prefill="earlier.plate")
    form = every_type.with_member("goods", form=form, prefill="earlier.goods")
    publish(session, tmp_path / "next", form=form, revision=2, valid_from=clock.local_day(clock.now()).isoformat())
    newer = client.post(f"/procedures/{every_type.CODE}/apply").location
    assert "Đã điền sẵn: 72-A12345" in client.get(f"{newer}/sections/stall").text
    assert 'value="Bánh khọt"' in client.get(f"{newer}/sections/goods").text
    stranger = make_citizen(session, name="Người Khác Mẫu")
    sign_in_as(client, stranger)
    theirs = client.post(f"/procedures/{every_type.CODE}/apply").location
    assert "72-A12345" not in client.get(f"{theirs}/sections/stall").text
