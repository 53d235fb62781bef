import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal import sealing
from portal.errors import Forbidden, NotFound
from portal.people import commands, queries, register
from portal.people.claims import Claims
from portal.people.models import Identity, Person, SignInSession
from portal.people.register import OfficerEntry, RoleEntry
from portal.people.tokens import digest
from portal.transaction import unit_of_work
from portal.units import queries as units
from tests.dossiers.counting import statements
from tests.signing_in import make_citizen, make_officer, make_organisation

NOON = datetime(2020, 6, 15, 5, 0, tzinfo=UTC)
AN = Claims(subject="tech-an", kind="citizen", name="Nguyễn Thị Mẫu An", national_id="099190000001")


def sign_in(session: Session, claims: Claims = AN, *, provider: str = "citizen", at: datetime = NOON) -> str:
    with unit_of_work(session):
        return commands.sign_in(session, provider=provider, claims=claims, at=at, hours=8)


def test_the_first_visit_enters_the_person_and_the_second_finds_them_again(session: Session) -> None:
    once, again = sign_in(session), sign_in(session)
    first, second = (queries.account(session, token, at=NOON) for token in (once, again))
    assert once != again
    assert first is not None and second is not None
    assert first.person_id == second.person_id
    assert (first.kind, first.name, first.is_officer) == ("citizen", "Nguyễn Thị Mẫu An", False)


def test_the_same_subject_at_another_provider_is_somebody_else(session: Session) -> None:
    here = queries.account(session, sign_in(session), at=NOON)
    there = queries.account(session, sign_in(session, provider="elsewhere"), at=NOON)
    assert here is not None and there is not None
    assert here.person_id != there.person_id


def test_an_equal_id_number_joins_nobody(session: Session) -> None:
    other = Claims(subject="tech-impostor", kind="citizen", name=AN.name, national_id=AN.national_id)
    one = queries.account(session, sign_in(session), at=NOON)
    two = queries.account(session, sign_in(session, other), at=NOON)
    assert one is not None and two is not None
    assert one.person_id != two.person_id


def test_the_provider_keeps_the_name_current_and_our_contact_data_win(session: Session) -> None:
    account = queries.account(session, sign_in(session), at=NOON)
    assert account is not None and account.person_id is not None
    with unit_of_work(session):
        commands.update_contact(session, account.person_id, email="moi@example.test", phone=None, address=None)
    renamed = Claims(
        subject=AN.subject,
        kind="citizen",
        name="Nguyễn Thị Mẫu Ân",
        email="cu@example.test",
        phone="0900000009",
        born_on=date(1990, 5, 17),
    )
    sign_in(session, renamed)
    person = queries.person(session, account.person_id)
    assert person == queries.Person(
        id=account.person_id,
        kind="citizen",
        name="Nguyễn Thị Mẫu Ân",
        national_id="099190000001",
        tax_code=None,
        born_on=date(1990, 5, 17),
        email="moi@example.test",
        phone="0900000009",
        address=None,
    )


def test_contact_data_of_nobody_are_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        commands.update_contact(session, 999, email=None, phone=None, address=None)


def test_a_sign_in_ends_at_its_hour_and_not_before(session: Session) -> None:
    token = sign_in(session)
    last = NOON + timedelta(hours=8)
    assert queries.account(session, token, at=last - timedelta(microseconds=1)) is not None
    assert queries.account(session, token, at=last) is None


def test_signing_out_ends_the_sign_in_once_and_gives_the_way_out_once(session: Session) -> None:
    with unit_of_work(session):
        token = commands.sign_in(
            session, provider="citizen", claims=AN, at=NOON, hours=8, leave_url="https://sso.example/out"
        )
    assert commands.sign_out(session, token, at=NOON) == "https://sso.example/out"
    assert commands.sign_out(session, token, at=NOON) is None
    assert queries.account(session, token, at=NOON) is None
    assert commands.sign_out(session, "nobody's token", at=NOON) is None


def test_other_sign_ins_of_mine_end_and_others_people_s_stay(session: Session) -> None:
    mine, older, other = sign_in(session), sign_in(session), sign_in(session, Claims("tech-b", "citizen", "Mẫu Bình"))
    me = queries.account(session, mine, at=NOON)
    assert me is not None
    assert [shown.is_this_one for shown in queries.open_sessions(session, me, at=NOON)].count(True) == 1
    assert len(queries.open_sessions(session, me, at=NOON)) == 2
    assert commands.sign_out_elsewhere(session, me, at=NOON) == 1
    assert [queries.account(session, token, at=NOON) is None for token in (mine, older, other)] == [False, True, False]


def test_ended_and_expired_sign_ins_are_forgotten_and_open_ones_kept(session: Session) -> None:
    sign_in(session, at=NOON - timedelta(days=40))
    ended, still_open = sign_in(session), sign_in(session)
    commands.sign_out(session, ended, at=NOON - timedelta(days=31))
    assert commands.forget_ended(session, before=NOON - timedelta(days=30)) == 2
    assert queries.account(session, still_open, at=NOON) is not None


def test_neither_the_token_nor_anything_of_the_person_rests_in_the_clear(session: Session) -> None:
    claims = Claims(
        subject="tech-canary",
        kind="citizen",
        name="CANARYNAME",
        national_id="099111111111",
        tax_code="9911111111",
        born_on=date(1977, 7, 7),
        email="canary@example.test",
        phone="0911111111",
        address="CANARYADDRESS",
    )
    with unit_of_work(session):
        token = commands.sign_in(
            session,
            provider="citizen",
            claims=claims,
            at=NOON,
            hours=8,
            leave_url="https://sso.example/?token=CANARYJWT",
        )
    stored = b"".join(
        part
        for table in ("person", "identity", "sign_in_session")
        for row in session.execute(text(f"select * from {table}"))
        for part in (bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for v in row)
    )
    for canary in (
        "CANARYNAME",
        "099111111111",
        "9911111111",
        "1977-07-07",
        "canary@",
        "0911111111",
        "CANARYADDRESS",
        "CANARYJWT",
        token,
    ):
        assert canary.encode() not in stored
    index = session.execute(select(Person.national_id_index)).scalar_one()
    assert index == sealing.blind_index("national_id", "099111111111")
    assert session.get(SignInSession, digest(token)) is not None


def test_an_officer_must_be_known_active_and_hold_a_role(session: Session) -> None:
    said = Claims(subject="officer-1", kind="citizen", name="Cán Bộ Mẫu")
    unit = units.by_agency_code(session, "H06.31.01")
    assert unit is not None

    def enter(*, active: bool = True, roles: tuple[RoleEntry, ...] = ()) -> None:
        with unit_of_work(session):
            entry = OfficerEntry("officer-1", "Cán Bộ Mẫu", "Chuyên viên", None, roles, active)
            register.enter_officers(session, [entry], at=NOON)

    cases: list[tuple[Callable[[], None], str]] = [
        (lambda: None, "unknown_officer"),
        (enter, "officer_without_role"),
        (lambda: enter(active=False, roles=(RoleEntry(unit.id, "receiver"),)), "inactive_officer"),
    ]
    for prepare, reason in cases:
        prepare()
        with pytest.raises(Forbidden) as caught:
            sign_in(session, said, provider="officer")
        assert caught.value.code == reason
    enter(roles=(RoleEntry(unit.id, "receiver"),))
    account = queries.account(session, sign_in(session, said, provider="officer"), at=NOON)
    assert account is not None
    assert (account.kind, account.person_id, account.is_officer) == ("officer", None, True)
    assert account.has_role(unit.id, "receiver") and not account.has_role(unit.id, "leader")
    assert session.execute(select(func.count()).select_from(Person)).scalar() == 0


def test_a_citizen_s_subject_opens_no_officer_s_account(session: Session) -> None:
    officer = make_officer(session, "H06.31.01")
    subject = session.execute(select(Identity.subject).where(Identity.officer_id == officer.id)).scalar_one()
    account = queries.account(session, sign_in(session, Claims(subject, "citizen", "Kẻ Lạ Mẫu")), at=NOON)
    assert account is not None and not account.is_officer


def test_an_officer_who_is_switched_off_is_out_at_the_next_request(session: Session) -> None:
    said = Claims(subject="officer-2", kind="citizen", name="Cán Bộ Mẫu")
    unit = units.by_agency_code(session, "H06.31")
    assert unit is not None
    role = (RoleEntry(unit.id, "receiver"),)
    with unit_of_work(session):
        register.enter_officers(session, [OfficerEntry("officer-2", "Mẫu", "", None, role)], at=NOON)
    token = sign_in(session, said, provider="officer")
    assert queries.account(session, token, at=NOON) is not None
    with unit_of_work(session):
        register.enter_officers(session, [OfficerEntry("officer-2", "Mẫu", "", None, role, active=False)], at=NOON)
    assert queries.account(session, token, at=NOON) is None


def test_people_made_for_tests_can_be_told_apart(session: Session) -> None:
    one, two = make_citizen(session), make_citizen(session)
    firm = make_organisation(session)
    assert len({one.id, two.id, firm.id}) == 3
    assert one.national_id != two.national_id
    assert (firm.kind, firm.national_id, firm.tax_code) == ("organisation", None, "3500000000")


def test_two_first_visits_at_once_make_one_person(session: Session) -> None:
    """The later of two insertions waits for the earlier, loses, and finds the winner's person."""
    engine = session.get_bind()
    tokens: list[str] = []

    def later() -> None:
        with Session(engine) as theirs:
            tokens.append(sign_in(theirs))

    with Session(engine) as ours, unit_of_work(ours):
        tokens.append(commands.sign_in(ours, provider="citizen", claims=AN, at=NOON, hours=8))
        thread = Thread(target=later)
        thread.start()
        _until_somebody_waits(session)
    thread.join(10)
    accounts = [queries.account(session, token, at=NOON) for token in tokens]
    assert len({account.person_id for account in accounts if account}) == 1
    assert len(tokens) == 2
    assert session.execute(select(func.count()).select_from(Person)).scalar() == 1


def _until_somebody_waits(session: Session) -> None:
    waiting = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = 'portal_test'")
    for _ in range(1200):
        if session.execute(waiting).scalar():
            return
        session.rollback()  # within one transaction PostgreSQL shows the same activity again
        time.sleep(0.05)
    raise AssertionError("the second visit never met the first")


def test_an_officer_s_account_with_its_roles_is_one_statement(session: Session) -> None:
    officer = make_officer(session, "H06.31.01", "receiver", "specialist")
    subject = session.execute(select(Identity.subject).where(Identity.officer_id == officer.id)).scalar_one()
    token = sign_in(session, Claims(subject, "citizen", "Mẫu"), provider="officer")
    with statements(session) as sent:
        account = queries.account(session, token, at=NOON)
    assert account is not None
    assert {role.role for role in account.roles} == {"receiver", "specialist"}
    assert len(sent) == 1
