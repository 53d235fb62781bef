"""Search: without marks, names first, typing errors forgiven, nothing hostile gets through."""

import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.procedures import commands, queries
from portal.procedures.indexing import one_letter_less, question
from portal.procedures.queries import Filters
from portal.transaction import unit_of_work
from tests.dossiers.counting import statements
from tests.procedures.files import content, write

AT = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
BIRTH = "1.001193"


def codes(session: Session, q: str, **options: Any) -> list[str]:
    return [row.code for row in queries.search(session, q=q, at=AT, **options).rows]


@pytest.mark.parametrize(
    "q",
    [
        "dang ky khai sinh",
        "đăng ký khai sinh",
        unicodedata.normalize("NFD", "Đăng ký khai sinh"),
        "ĐĂNG KÝ KHAI SINH",
        "  khai   sinh ",
        "khai sin",
        "khai sinh đăng ký",
        "birth registration",
        "Birth REG",
        "1.001193",
        "001193",
        "khai-sinh!",
        "giấy khai sinh cho em bé sơ sinh",
    ],
)
def test_the_birth_registration_is_found_first(session: Session, q: str) -> None:
    assert codes(session, q)[0] == BIRTH


@pytest.mark.parametrize(
    ("q", "first", "way"),
    [
        ("khai sinh", BIRTH, 0),
        ("khai sihn", BIRTH, 1),
        ("kahi sinh", BIRTH, 1),
        ("khaii sinh", BIRTH, 1),
        ("dang ki khai sinh", BIRTH, 0),
        ("dang ki khai sinhh", BIRTH, 1),
        ("marrige", "1.000894", 1),
        ("toi muon dang ky khai sinh cho con cua toi o xa", BIRTH, 2),
    ],
)
def test_a_typing_error_or_a_word_too_much_is_forgiven(session: Session, q: str, first: str, way: int) -> None:
    page = queries.search(session, q=q, at=AT)
    assert (page.rows[0].code, page.way) == (first, way)


def test_names_come_before_what_only_mentions_it(session: Session) -> None:
    found = queries.search(session, q="kết hôn", at=AT).rows
    in_name = ["kết hôn" in row.name.vi.lower() for row in found]
    assert in_name == sorted(in_name, reverse=True)
    assert True in in_name
    assert False in in_name


def test_the_beginning_of_a_code_is_enough(session: Session) -> None:
    found = codes(session, "1.00")
    assert found
    assert all(code.startswith("1.00") for code in found)


HOSTILE = [
    "'",
    '"',
    "%",
    "_",
    "\\",
    "';--",
    "😀",
    "👨‍👩‍👧",
    "&",
    "|",
    "!",
    ":*",
    "<->",
    "()",
    "\u202e",
    "%%%",
    "$$",
    "\x07",
]


@pytest.mark.parametrize("q", HOSTILE)
def test_nothing_searchable_finds_nothing(session: Session, q: str) -> None:
    page = queries.search(session, q=q, at=AT)
    assert (page.rows, page.after) == ((), None)
    assert queries.facets(session, q=q, filters=Filters(), at=AT).total == 0


@pytest.mark.parametrize("q", [f"khai{hostile}sinh" for hostile in HOSTILE])
def test_hostile_characters_between_words_only_divide_them(session: Session, q: str) -> None:
    assert BIRTH in codes(session, q)


@pytest.mark.parametrize("q", ["", " ", "   \u00a0\t "])
def test_an_empty_question_is_answered_by_everything_in_order(session: Session, q: str) -> None:
    found = queries.search(session, q=q, at=AT, limit=100).rows
    assert len(found) >= 24
    names = [row.name.vi for row in found]
    assert names.index("Chứng thực chữ ký") < names.index("Đăng ký kết hôn") < names.index("Đăng ký khai sinh")


def test_ten_thousand_characters_cost_no_more_than_two_hundred(session: Session) -> None:
    assert question("khai sinh " * 1000).words == ("khai", "sinh")
    assert len(question(" ".join(f"w{n}" for n in range(5000))).words) == 12
    assert codes(session, "khai sinh " * 1000)[0] == BIRTH
    assert codes(session, "x" * 10_000) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.text(max_size=300).filter(lambda text: "\x00" not in text))
def test_any_question_is_answered(session: Session, q: str) -> None:
    page = queries.search(session, q=q, at=AT)
    assert queries.facets(session, q=q, filters=Filters(), way=page.way, at=AT).total >= len(page.rows)


def test_words_too_short_to_tell_apart_are_not_guessed() -> None:
    assert one_letter_less("sinh") == ["inh", "snh", "sih", "sin"]
    assert one_letter_less("tam") == one_letter_less("2020") == []


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("q", ["", "dang ky", "kinh doanh khai sinh"])
def test_pages_follow_each_other_without_gap_or_repeat(session: Session, lang: str, q: str) -> None:
    whole = codes(session, q, limit=100, lang=lang)
    found: list[str] = []
    after = None
    for _page in range(len(whole)):
        page = queries.search(session, q=q, after=after, limit=3, lang=lang, at=AT)
        found += [row.code for row in page.rows]
        after = page.after
        if after is None:
            break
    assert found == whole
    assert len(set(whole)) == len(whole)


@pytest.mark.parametrize(
    "after", ["", "x", "=", "é", "bnVsbA", "W10", "WzAsMCwiYSIsbnVsbF0", "WzksMCwiYSIsMV0", "W1tbW1tb", "A" * 5000]
)
def test_a_key_that_is_none_is_the_beginning(session: Session, after: str) -> None:
    assert codes(session, "", after=after) == codes(session, "")


def test_filters_narrow_and_go_together(session: Session) -> None:
    everything = queries.search(session, at=AT, limit=100).rows
    civil = queries.search(session, field="ho-tich", at=AT, limit=100).rows
    assert {row.code for row in civil} == {row.code for row in everything if row.field == "ho-tich"}
    district = queries.search(session, field="ho-tich", level="district", at=AT).rows
    assert {row.level for row in district} == {"district"}
    firms = queries.search(session, audience="organisation", at=AT, limit=100).rows
    assert all("organisation" in row.audience for row in firms)
    assert 0 < len(firms) < len(everything)
    assert BIRTH in codes(session, "", life_event="birth")
    assert BIRTH not in codes(session, "", life_event="death")


def test_an_agency_is_offered_what_its_kind_or_itself_receives(session: Session) -> None:
    ward = codes(session, "", agency="H06.01.01", agency_kind="ward", limit=100)
    justice = codes(session, "", agency="H06.05", agency_kind="department", limit=100)
    assert BIRTH in ward
    assert BIRTH not in justice
    assert not set(ward) & set(justice)


def test_counts_are_what_each_choice_would_give(session: Session) -> None:
    filters = Filters(field="ho-tich", audience="citizen")
    counts = queries.facets(session, q="dang ky", filters=filters, at=AT)
    assert counts.total == len(codes(session, "dang ky", field="ho-tich", audience="citizen", limit=100))
    for level, number in counts.level.items():
        assert number == len(codes(session, "dang ky", field="ho-tich", audience="citizen", level=level, limit=100))
    for field, number in counts.field.items():
        assert number == len(codes(session, "dang ky", field=field, audience="citizen", limit=100))
    for event, number in counts.life_event.items():
        found = codes(session, "dang ky", field="ho-tich", audience="citizen", life_event=event, limit=100)
        assert number == len(found)
    for audience, number in counts.audience.items():
        assert number == len(codes(session, "dang ky", field="ho-tich", audience=audience, limit=100))


def test_a_filter_that_leaves_nothing_does_not_make_the_search_guess(session: Session) -> None:
    page = queries.search(session, q="khai sinh", level="province", at=AT)
    assert (page.rows, page.way) == ((), 0)


def test_only_what_is_in_force_is_found(session: Session, tmp_path: Path) -> None:
    write(tmp_path, content("9.000001", valid_to="2025-01-01"))
    write(tmp_path, content("9.000002", valid_from="2030-01-01"))
    write(tmp_path, content("9.000003"))
    with unit_of_work() as work:
        commands.load(work, [tmp_path], at=AT)
    assert [code for code in codes(session, "khai sinh") if code.startswith("9.")] == ["9.000003"]


@pytest.mark.parametrize(
    ("q", "level", "number"),
    [("", None, 1), ("khai sinh", None, 2), ("zzzzq xxxxq", None, 4), ("zzzzq xxxxq", "commune", 7)],
)
def test_a_search_takes_a_fixed_number_of_statements(session: Session, q: str, level: str | None, number: int) -> None:
    with statements(session) as sent:
        page = queries.search(session, q=q, level=level, at=AT)
    assert len(sent) == number
    with statements(session) as sent:
        queries.facets(session, q=q, asked=page.asked, filters=Filters(level=level), at=AT)
    assert len(sent) == 1


@pytest.mark.parametrize("read", [queries.published, queries.latest])
def test_a_procedure_takes_one_statement(session: Session, read: Any) -> None:
    with statements(session) as sent:
        assert read(session, BIRTH, at=AT) is not None
    assert len(sent) == 1
