from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import jobs, officer_fault_words
from portal.errors import Invalid
from portal.people import commands, officer_file, register
from portal.people.claims import Claims
from portal.people.models import Officer, OfficerRole, SignInSession
from portal.people.register import OfficerEntry, RoleEntry
from portal.pilot.identity_people import PEOPLE
from portal.transaction import unit_of_work
from portal.units import queries as units

MONDAY = datetime(2020, 6, 15, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def ward(session: Session) -> int:
    unit = units.by_agency_code(session, "H06.31.01")
    assert unit is not None
    return unit.id


def enter(session: Session, *roles: RoleEntry, at: datetime = MONDAY, name: str = "Mẫu") -> int:
    with unit_of_work(session):
        return register.enter_officers(session, [OfficerEntry("s-1", name, "", None, roles)], at=at)


def rows(session: Session) -> list[tuple[str, date, date | None]]:
    found = session.execute(
        select(OfficerRole.role, OfficerRole.valid_from, OfficerRole.valid_to).order_by(OfficerRole.id)
    )
    return [(row.role, row.valid_from, row.valid_to) for row in found]


def test_entering_the_same_again_changes_nothing(session: Session, ward: int) -> None:
    assert enter(session, RoleEntry(ward, "receiver")) == 1
    assert enter(session, RoleEntry(ward, "receiver"), at=MONDAY + DAY) == 0
    assert rows(session) == [("receiver", date(2020, 6, 15), None)]
    assert enter(session, RoleEntry(ward, "receiver"), at=MONDAY + DAY, name="Mẫu Mới") == 1


def test_a_role_no_longer_listed_ends_today_and_given_again_begins_anew(session: Session, ward: int) -> None:
    enter(session, RoleEntry(ward, "receiver", valid_from=date(2020, 1, 1)))
    assert enter(session, RoleEntry(ward, "leader")) == 1
    enter(session, RoleEntry(ward, "receiver", valid_from=date(2020, 1, 1)), at=MONDAY + 2 * DAY)
    assert rows(session) == [
        ("receiver", date(2020, 1, 1), date(2020, 6, 15)),
        ("leader", date(2020, 6, 15), date(2020, 6, 17)),
        ("receiver", date(2020, 6, 17), None),
    ]


def test_a_role_given_and_taken_on_one_day_leaves_no_row(session: Session, ward: int) -> None:
    enter(session, RoleEntry(ward, "receiver"))
    enter(session)
    assert rows(session) == []


def test_a_role_can_be_given_until_a_day(session: Session, ward: int) -> None:
    enter(session, RoleEntry(ward, "receiver"))
    assert enter(session, RoleEntry(ward, "receiver", valid_to=date(2020, 7, 1))) == 1
    assert rows(session) == [("receiver", date(2020, 6, 15), date(2020, 7, 1))]


GOOD = {"subject": "s", "name": "Mẫu", "roles": [{"unit": "H06", "role": "receiver"}]}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"subject": ""}, "not_a_text"),
        ({"name": 5}, "not_a_text"),
        ({"title": "x" * 201}, "not_a_text"),
        ({"active": "yes"}, "not_true_or_false"),
        ({"roles": "receiver"}, "not_a_list"),
        ({"roles": ["receiver"]}, "unit_unknown"),
        ({"roles": [{"unit": "H99", "role": "receiver"}]}, "unit_unknown"),
        ({"roles": [{"unit": "H06", "role": "boss"}]}, "role_unknown"),
        ({"roles": [{"unit": "H06", "role": "leader"}] * 2}, "role_twice"),
        ({"roles": [{"unit": "H06", "role": "leader", "valid_from": "soon"}]}, "not_days"),
        (
            {
                "roles": [
                    {"unit": "H06", "role": "leader", "valid_from": date(2020, 2, 1), "valid_to": date(2020, 1, 1)}
                ]
            },
            "ends_before_it_begins",
        ),
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_fault_of_a_file_is_named(app: Flask, language: str, change: dict[str, object], fault: str) -> None:
    with pytest.raises(Invalid) as caught:
        officer_file.read({"officers": [GOOD | change]}, unit_ids={"H06": 1})
    found = [problem for problem in caught.value.problems if isinstance(problem, officer_file.Fault)]
    assert fault in {problem.code for problem in found}
    with app.test_request_context("/"), force_locale(language):
        said = [officer_fault_words.line(problem) for problem in found]
    assert all(one.startswith("Cán bộ 1 (" if language == "vi" else "Officer 1 (") for one in said)


@pytest.mark.parametrize("data", [None, [], "x", {}, {"officers": {}}, {"officers": [GOOD, GOOD]}])
def test_a_file_of_another_shape_is_refused(data: object) -> None:
    assert officer_file.unit_codes(data) <= {"H06"}
    with pytest.raises(Invalid):
        officer_file.read(data, unit_ids={"H06": 1})


def test_the_pilot_s_officers_are_loaded_by_command_and_once(app: Flask, session: Session) -> None:
    first = app.test_cli_runner().invoke(args=["people", "import", str(PEOPLE)])
    assert first.exit_code == 0, first.output
    again = app.test_cli_runner().invoke(args=["people", "import", str(PEOPLE)])
    assert "0 new or changed" in again.output
    names = session.execute(select(Officer.name)).scalars().all()
    assert len(names) >= 10
    assert all("Mẫu" in name for name in names)


def test_a_wrong_file_loads_nobody_and_says_what_is_wrong(app: Flask, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "officers.yaml"
    file.write_text("officers: [{subject: a, name: Mẫu}, {subject: b, roles: [{unit: H99, role: boss}]}]")
    done = app.test_cli_runner().invoke(args=["people", "import", str(file)])
    assert done.exit_code == 1
    assert "Cán bộ 2 (b): không đơn vị nào mang mã định danh “H99”." in done.output
    in_english = app.test_cli_runner().invoke(args=["people", "import", str(file), "--lang", "en"])
    assert "Officer 2 (b): no unit has the agency code “H99”." in in_english.output
    assert session.execute(select(Officer.id)).first() is None
    file.write_text("a: [")
    assert app.test_cli_runner().invoke(args=["people", "import", str(file)]).exit_code == 1


def test_tidy_says_how_many_went(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["people", "tidy"])
    assert (done.exit_code, done.output.strip()) == (0, "Ended sign-ins deleted: 0.")


def test_the_nightly_job_is_one_the_worker_knows_and_clears(app: Flask, session: Session) -> None:
    with unit_of_work(session):
        claims = Claims("tech-old", "citizen", "Mẫu")
        commands.sign_in(session, provider="citizen", claims=claims, at=MONDAY, hours=8)
    job = jobs.tasks.tasks["people.upkeep"]
    job(timestamp=0)
    job(timestamp=0)
    assert session.execute(select(SignInSession.token_hash)).first() is None
