from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.dossiers import references
from portal.dossiers.references import Reference

DAYS = st.dates(date(2000, 1, 1), date(2068, 12, 31))


def test_a_code_is_agency_day_and_serial() -> None:
    assert references.compose("H06.30.01", date(2020, 6, 15), 7) == "H06.30.01-200615-0007"


def test_the_serial_grows_past_four_digits() -> None:
    assert references.compose("H06", date(2020, 6, 15), 9999) == "H06-200615-9999"
    assert references.compose("H06", date(2020, 6, 15), 10000) == "H06-200615-10000"


@given(st.sampled_from(["H06", "H06.30", "H06.30.01", "H37.DN.001"]), DAYS, st.integers(1, 9_999_999))
def test_what_is_composed_is_read_again(agency: str, day: date, serial: int) -> None:
    assert references.parse(references.compose(agency, day, serial)) == Reference(agency, day, serial)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("000.00.16.H06-200615-0007", Reference("000.00.16.H06", date(2020, 6, 15), 7)),
        ("G09.20-20260609-0092637", Reference("G09.20", date(2026, 6, 9), 92637)),
        ("H15.50.05.13-261008-0975", Reference("H15.50.05.13", date(2026, 10, 8), 975)),
        (" h06.30.01 – 200615 – 0007 ", Reference("H06.30.01", date(2020, 6, 15), 7)),
    ],
)
def test_codes_of_other_systems_and_other_hands_are_understood(text: str, expected: Reference) -> None:
    assert references.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "H06.30.01-200615-007",
        "H06.30.01-200631-0007",
        "H06.30.01-200615-0000",
        "H06.30.01-200615-00000007",
        "H06.30.01.01.01-200615-0007",
        "H06_30-200615-0007",
        "H06-200615-٠٠٠٧",
        "H06-200615-0007\x00",
        "H06-200615-0007'; drop table dossier",
        "H" * 100_000,
    ],
)
def test_what_is_no_code_is_no_code(text: str) -> None:
    assert references.parse(text) is None


@pytest.mark.parametrize(("agency", "serial"), [("h06", 1), ("H06-1", 1), ("", 1), ("H06", 0), ("H06\n", 1)])
def test_no_malformed_code_is_ever_given(agency: str, serial: int) -> None:
    with pytest.raises(ValueError, match="parts of a reference"):
        references.compose(agency, date(2020, 6, 15), serial)
