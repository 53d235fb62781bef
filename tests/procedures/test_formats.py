"""One typed value at a time."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.procedures import formats
from portal.procedures.formats import Refusal


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("1234567", 1234567),
        ("1.234.567", 1234567),
        ("1 234 567", 1234567),
        ("1,234,567", 1234567),
        ("12.000", 12000),
        ("-5", -5),
    ],
)
def test_whole_numbers_as_they_are_written_in_viet_nam(typed: str, number: int) -> None:
    assert formats.integer(typed) == number


@pytest.mark.parametrize(
    "typed", ["1,5", "1,234", "1.5", "12.34.567", "1.2345", "một", "1e5", "0x1f", "१२", "１２", "--1", "1-", "+1", "½"]
)
def test_what_is_not_a_whole_number(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        formats.integer(typed)
    assert refused.value.code == "not_a_number"


@pytest.mark.parametrize("typed", ["9" * 16, "9" * 5000, "-" + "9" * 30])
def test_a_number_beyond_all_use_is_out_of_range(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        formats.integer(typed)
    assert refused.value.code == "out_of_range"


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_numbers_are_read_as_they_are_shown(number: int) -> None:
    shown = f"{number:,}".replace(",", ".")
    assert formats.integer(shown) == number


@pytest.mark.parametrize("typed", ["50000", "50.000", "50.000 đ", "50.000đ", "50.000 đồng", "50.000 VND", "50 000 ₫"])
def test_money_with_and_without_its_name(typed: str) -> None:
    assert formats.money(typed) == 50000


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("077095001234", "077095001234"), ("077 095 001 234", "077095001234"), ("273456789", "273456789")],
)
def test_identity_numbers(typed: str, kept: str) -> None:
    assert formats.national_id(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0312345678", "0312345678"),
        ("0312345678-001", "0312345678-001"),
        ("0312345678001", "0312345678-001"),
        ("03 1234 5678", "0312345678"),
    ],
)
def test_tax_codes(typed: str, kept: str) -> None:
    assert formats.tax_code(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0912345678", "0912345678"),
        ("0912 345 678", "0912345678"),
        ("0912.345.678", "0912345678"),
        ("+84 912 345 678", "0912345678"),
        ("84912345678", "0912345678"),
        ("0084912345678", "0912345678"),
        ("+84 (0)912 345 678", "0912345678"),
        ("(0254) 3852 123", "02543852123"),
        ("+84 254 3852 123", "02543852123"),
        ("024 3825 1234", "02438251234"),
    ],
)
def test_vietnamese_telephones(typed: str, kept: str) -> None:
    assert formats.phone(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("an@vidu.vn", "an@vidu.vn"),
        ("An.Nguyen+hs@Mail.VIDU.com.vn", "An.Nguyen+hs@mail.vidu.com.vn"),
        ("o'brien@example.org", "o'brien@example.org"),
    ],
)
def test_email_addresses(typed: str, kept: str) -> None:
    assert formats.email(typed) == kept


@pytest.mark.parametrize(
    ("read", "code", "typed"),
    [
        (formats.national_id, "not_an_id", ["07709500123", "0770950012345", "07709500123a", "٠٧٧٠٩٥٠٠١٢٣٤", "1" * 10]),
        (formats.tax_code, "not_a_tax_code", ["031234567", "0312345678-01", "0312345678-0011", "O312345678"]),
        (formats.phone, "not_a_phone", ["0112345678", "091234567", "09123456789", "+1 212 555 0100", "gọi tôi", "113"]),
        (
            formats.email,
            "not_an_email",
            [
                "an",
                "an@vidu",
                "@vidu.vn",
                "an@@vidu.vn",
                "an vidu@x.vn",
                "an@vidu..vn",
                "an@-vidu.vn",
                ".an@vidu.vn",
                "a@b.c",
                "x" * 65 + "@vidu.vn",
                "an@" + "a" * 250 + ".vn",
                "an@vidu.vn>",
            ],
        ),
    ],
)
def test_what_is_refused_and_as_what(read: Callable[[str], str], code: str, typed: list[str]) -> None:
    for text in typed:
        with pytest.raises(Refusal) as refused:
            read(text)
        assert refused.value.code == code, text


@pytest.mark.parametrize(
    ("parts", "day"),
    [
        (("1", "2", "2020"), date(2020, 2, 1)),
        (("01", "02", "2020"), date(2020, 2, 1)),
        (("29", "02", "2020"), date(2020, 2, 29)),
        (("31", "12", "1899"), date(1899, 12, 31)),
    ],
)
def test_real_days(parts: tuple[str, str, str], day: date) -> None:
    assert formats.day(parts) == day


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        (("29", "02", "2021"), ["day"]),
        (("31", "04", "2020"), ["day"]),
        (("32", "01", "2020"), ["day"]),
        (("0", "01", "2020"), ["day"]),
        (("1", "13", "2020"), ["month"]),
        (("1", "1", "20"), ["year"]),
        (("1", "1", "0020"), ["year"]),
        (("a", "b", "c"), ["day", "month", "year"]),
        (("", "1", "2020"), ["day"]),
        (("1", "", ""), ["month", "year"]),
        (("001", "1", "2020"), ["day"]),
        (("１", "1", "2020"), ["day"]),
    ],
)
def test_days_that_are_none_say_which_part(parts: tuple[str, str, str], wrong: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        formats.day(parts)
    assert (refused.value.code, refused.value.facts["parts"]) == ("not_a_date", wrong)


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2199, 12, 31)))
def test_every_day_there_is_can_be_typed(day: date) -> None:
    assert formats.day((str(day.day), str(day.month), str(day.year))) == day
