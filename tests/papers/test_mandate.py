"""The mandate as PDF: what it says in both languages, and that an ended one says so."""

import dataclasses
import io
from datetime import UTC, date, datetime

import pypdf
import pytest

from portal.papers import MandateFacts, mandate

FACTS = MandateFacts(
    number="12",
    granter="Nguyễn Thị Mẫu An",
    granter_kind="citizen",
    granter_number="099190000001",
    agent="Trần Văn Mẫu Bình",
    agent_number="099085000002",
    procedures=("Đăng ký khai sinh (1.001193)", "#strong[hiểm] $x$ (1.0)"),
    from_on=date(2020, 6, 15),
    until_on=date(2020, 9, 1),
    offered_at=datetime(2020, 6, 15, 2, 0, tzinfo=UTC),
    accepted_at=datetime(2020, 6, 15, 3, 0, tzinfo=UTC),
    printed_at=datetime(2020, 6, 16, 2, 0, tzinfo=UTC),
)
ENDED = dataclasses.replace(
    FACTS, ended_at=datetime(2020, 6, 15, 8, 30, tzinfo=UTC), ending="Bên ủy quyền đã chấm dứt."
)


def words(facts: MandateFacts, lang: str = "vi") -> str:
    reader = pypdf.PdfReader(io.BytesIO(mandate(facts, lang=lang)), strict=True)
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize(
    "said",
    [
        "GIẤY ỦY QUYỀN NỘP HỒ SƠ",
        "Số: 12",
        "Họ và tên: Nguyễn Thị Mẫu An",
        "Số CCCD/CMND: 099190000001",
        "Họ và tên: Trần Văn Mẫu Bình",
        "Đăng ký khai sinh (1.001193)",
        "#strong[hiểm] $x$ (1.0)",
        "Từ: Ngày 15 tháng 06 năm 2020",
        "Đến hết: Ngày 01 tháng 09 năm 2020",
        "nhận lời lúc 10 giờ 00 phút, ngày 15 tháng 06 năm 2020",
    ],
)
def test_it_names_both_sides_scope_days_and_how_it_was_accepted(said: str) -> None:
    assert said in words(FACTS)


def test_in_english_it_says_the_same() -> None:
    found = words(FACTS, "en")
    for said in ("MANDATE TO FILE APPLICATIONS", "accepted at 10:00, 15 June 2020", "From: 15 June 2020"):
        assert said in found


def test_one_that_ended_says_so_and_one_that_ran_out_too() -> None:
    assert "ĐÃ CHẤM DỨT" not in words(FACTS)
    assert "Chấm dứt lúc 15 giờ 30 phút, ngày 15 tháng 06 năm 2020. Bên ủy quyền đã chấm dứt." in words(ENDED)
    assert "Đã hết hạn" in words(dataclasses.replace(FACTS, expired=True))


def test_one_that_nobody_accepted_says_that_it_does_not_hold() -> None:
    assert "Giấy này chưa có hiệu lực" in words(dataclasses.replace(FACTS, accepted_at=None))


def test_of_an_organisation_it_gives_the_tax_code() -> None:
    company = dataclasses.replace(
        FACTS, granter="Công ty Mẫu", granter_kind="organisation", granter_number="3500000000"
    )
    assert "Tên tổ chức: Công ty Mẫu" in words(company)
    assert "Mã số thuế: 35000000" in words(company)


def test_every_procedure_is_one_line() -> None:
    assert "Mọi thủ tục nộp trực tuyến" in words(dataclasses.replace(FACTS, procedures=None))


def test_it_is_the_same_twice() -> None:
    assert mandate(FACTS, lang="vi") == mandate(FACTS, lang="vi")
