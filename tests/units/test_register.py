"""The files as such: what they must hold, and how broken ones are told."""

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from portal.errors import Invalid
from portal.units import rules
from portal.units.register import Register, packaged, read

IN_2020 = date(2020, 6, 1)


@pytest.fixture(scope="module")
def register() -> Register:
    return read(packaged())


def kinds_on(register: Register, day: date, level: str) -> Counter[str]:
    return Counter(fact.kind for fact in register.facts if fact.holds_on(day) and fact.level == level)


def test_the_packaged_register_breaks_no_rule(register: Register) -> None:
    assert rules.problems(register) == ()


def test_2020_has_8_districts_and_82_communes_of_29_wards_6_townships_47_communes(register: Register) -> None:
    assert kinds_on(register, IN_2020, "district") == {"city": 2, "district": 5, "town": 1}
    assert kinds_on(register, IN_2020, "commune") == {"ward": 29, "township": 6, "commune": 47}


def test_2020_has_22_departments_under_the_province(register: Register) -> None:
    departments = [fact for fact in register.facts if fact.kind == "department" and fact.holds_on(IN_2020)]
    assert len(departments) == 22
    assert {fact.parent for fact in departments} == {"H06"}


@pytest.mark.parametrize(
    ("day", "districts", "communes"),
    [
        (date(2024, 12, 31), {"city": 2, "town": 1, "district": 5}, {"commune": 47, "ward": 29, "township": 6}),
        (date(2025, 1, 1), {"city": 2, "town": 1, "district": 4}, {"commune": 42, "ward": 28, "township": 7}),
        (date(2025, 3, 1), {"city": 3, "district": 4}, {"commune": 40, "ward": 30, "township": 7}),
        (date(2025, 6, 30), {"city": 3, "district": 4}, {"commune": 40, "ward": 30, "township": 7}),
        (date(2025, 7, 1), {}, {"commune": 18, "ward": 11, "special_zone": 1}),
    ],
)
def test_the_reforms_of_2025_give_the_counts_of_the_resolutions(
    register: Register, day: date, districts: dict[str, int], communes: dict[str, int]
) -> None:
    assert kinds_on(register, day, "district") == districts
    assert kinds_on(register, day, "commune") == communes


def test_every_commune_that_ended_has_exactly_one_successor_that_took_the_whole(register: Register) -> None:
    taken = Counter(one.old for one in register.successions)
    last = {fact.unit: fact for fact in sorted(register.facts, key=lambda fact: fact.valid_from)}
    ended = {name for name, fact in last.items() if fact.level == "commune" and fact.valid_to is not None}
    assert {name: taken[name] for name in ended} == dict.fromkeys(ended, 1)
    assert all(one.share == 1 for one in register.successions)


def test_a_statistical_code_is_no_identity(register: Register) -> None:
    bearers = {fact.code: set() for fact in register.facts}  # type: dict[str | None, set[str]]
    for fact in register.facts:
        bearers[fact.code].add(fact.name)
    assert bearers["753"] == {"Huyện Đất Đỏ", "Huyện Long Đất"}
    assert bearers["26632"] == {"Xã Bông Trang", "Xã Xuyên Mộc"}
    assert bearers["26641"] == {"Xã Hòa Bình", "Xã Hòa Hội"}


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[str, str, str], list[str]]:
    """Change one text in one file of a copy; the codes of the problems that come of it."""

    def change(name: str, old: str, new: str) -> list[str]:
        folder = shutil.copytree(packaged(), tmp_path / "data")
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        try:
            return [problem.code for problem in rules.problems(read(folder))]
        except Invalid as error:
            return [getattr(problem, "code", "") for problem in error.problems]

    return change


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("communes.csv", "H06.31.01,26506,", "H06.31.01,26508,", "code_of_another_unit"),
        ("communes.csv", "H06.31.02,26508,H06.31.02", "H06.31.02,26508,H06.31.01", "agency_code_of_another_unit"),
        ("communes.csv", ",H06.31,2020-01-01", ",H06.99,2020-01-01", "unknown_parent"),
        ("communes.csv", ",H06.31,2020-01-01", ",H06.39,2020-01-01", "parent_not_in_force"),
        ("communes.csv", ",ward,commune,H06.31,", ",ward,commune,H06.31.02,", "parent_not_above"),
        ("communes.csv", "2020-01-01,2025-07-01", "2020-02-30,2025-07-01", "not_a_day"),
        ("communes.csv", "2020-01-01,2025-07-01", "2025-07-01,2025-07-01", "ends_before_it_begins"),
        ("communes.csv", "H06.33,2020-01-01,2025-01-01", "H06.33,2020-01-01,2025-01-02", "two_facts_at_a_time"),
        ("communes.csv", "agency_code,name,", "name,agency_code,", "wrong_columns"),
        ("communes.csv", "Phường Thắng Tam", '"Phường" Thắng Tam', "not_csv"),
        ("communes.csv", ",ward,commune,", ",hamlet,commune,", "wrong_kind_or_level"),
        ("communes.csv", "Phường Thắng Tam", "Phu\u031bo\u031b\u0300ng Tha\u0306\u0301ng Tam", "not_nfc"),
        (
            "communes.csv",
            "Phường Thắng Tam,Thang Tam Ward",
            "Phường Thắng Tam,Thang Tam, Ward",
            "wrong_number_of_cells",
        ),
        ("communes.csv", "Phường Thắng Tam,Thang Tam Ward", "Phường Thắng Tam,", "missing"),
        ("districts.csv", "H06.31,747,H06.31", "H06.31,747,h06.31", "not_an_agency_code"),
        ("districts.csv", "H06.31,747,H06.31", "H06.31,747,H06.98", "not_named_by_its_first_code"),
        ("successions.csv", "H06.35,H06.39,1", "H06.35,H06.39,2", "wrong_share"),
        ("successions.csv", "H06.35,H06.39,1", "H06.35,H06.39,whole", "not_a_number"),
        ("successions.csv", "H06.35,H06.39,1", "H06.35,H06.77,1", "unknown_unit"),
        ("successions.csv", "1,2025-01-01", "1,2024-06-01", "successor_not_in_force"),
        ("successions.csv", "1,2025-01-01", "1,2025-02-01", "predecessor_not_in_force"),
        ("successions.csv", "H06.36,H06.39,1", "H06.35,H06.39,1", "more_than_the_whole"),
    ],
)
def test_a_broken_line_is_told(
    broken: Callable[[str, str, str], list[str]], name: str, old: str, new: str, code: str
) -> None:
    assert code in broken(name, old, new)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as raised:
        read(tmp_path)
    assert [str(problem) for problem in raised.value.problems] == [
        "authorities.csv:1: no_such_file",
        "districts.csv:1: no_such_file",
        "communes.csv:1: no_such_file",
        "successions.csv:1: no_such_file",
    ]


def test_a_unit_that_goes_on_cannot_have_been_taken_over_whole(broken: Callable[[str, str, str], list[str]]) -> None:
    assert broken("successions.csv", "H06.35,H06.39,1,2025-01-01", "H06.37,H06.39,1,2025-01-01") == [
        "predecessor_goes_on"
    ]
