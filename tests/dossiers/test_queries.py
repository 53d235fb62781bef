from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands, queries
from portal.dossiers.life import State
from portal.dossiers.views import DossierRow, Page
from portal.errors import NotFound
from portal.people.queries import Officer, Person
from portal.transaction import unit_of_work
from portal.units import queries as units
from tests.dossiers.counting import statements
from tests.dossiers.making import AT, ON, Made, bring_to, make_dossier, staff
from tests.signing_in import make_citizen, make_officer

LATER = AT + timedelta(days=30)


@pytest.fixture
def person(session: Session) -> Person:
    return make_citizen(session)


@pytest.fixture
def many(session: Session, person: Person) -> list[Made]:
    """One dossier in every state, all with the same commune."""
    first = make_dossier(session, person)
    by = staff(session, first.unit)
    rest = [make_dossier(session, person, at=AT + timedelta(minutes=n)) for n in range(1, len(State))]
    return [bring_to(session, made, state, by=by) for made, state in zip([first, *rest], State, strict=True)]


def all_pages(page: Callable[[str | None], Page[DossierRow]]) -> list[DossierRow]:
    rows: list[DossierRow] = []
    after: str | None = None
    while True:
        found = page(after)
        rows += found.rows
        assert len(rows) <= 100, "the pages never end"
        after = found.after
        if after is None:
            return rows


def references(rows: Any) -> list[str]:
    return [row.reference for row in rows]


def test_a_person_sees_their_dossiers_newest_first_and_nobody_elses(
    session: Session, person: Person, many: list[Made]
) -> None:
    make_dossier(session, make_citizen(session))
    rows = all_pages(lambda after: queries.of_person(session, person_id=person.id, after=after, limit=2))
    assert references(rows) == [made.reference for made in reversed(many)]
    assert {row.state for row in rows} == set(State)


def test_the_queue_shows_what_is_to_be_done_most_urgent_first(session: Session, many: list[Made]) -> None:
    unit_ids = [many[0].unit.id]
    rows = all_pages(lambda after: queries.queue(session, unit_ids=unit_ids, at=LATER, after=after, limit=1))
    assert {row.state for row in rows} == {
        State.FILED,
        State.IN_PROGRESS,
        State.AWAITING_SUPPLEMENT,
        State.AWAITING_DUTY,
        State.RESOLVED,
    }
    urgent = [row.due_at or row.filed_at for row in rows]
    assert urgent == sorted(urgent)
    assert len(references(rows)) == len(set(references(rows)))
    assert {row.applicant for row in rows} == {"Nguyễn Văn Thử"}


def test_the_queue_is_filtered_by_state_lateness_and_reference(session: Session, many: list[Made]) -> None:
    unit_ids = [many[0].unit.id]

    def found(**filters: Any) -> list[str]:
        return references(queries.queue(session, unit_ids=unit_ids, at=LATER, **filters).rows)

    by_state = dict(zip(State, (made.reference for made in many), strict=True))
    assert found(states={State.AWAITING_SUPPLEMENT}) == [by_state[State.AWAITING_SUPPLEMENT]]
    assert found(states={State.WITHDRAWN, State.RETURNED}) == [by_state[State.WITHDRAWN], by_state[State.RETURNED]]
    assert found(late=True) == [by_state[State.IN_PROGRESS]]
    assert references(queries.queue(session, unit_ids=unit_ids, at=AT, late=True).rows) == []
    assert found(q=by_state[State.FILED].lower()) == [by_state[State.FILED]]
    assert found(q=by_state[State.RESOLVED][-4:]) == [by_state[State.RESOLVED]]
    for nothing in ("%", "_", "0099", "'", "x" * 1000, "H06.30.01-200615-9999"):
        assert found(q=nothing) == []


def test_a_queue_belongs_to_its_units(session: Session, many: list[Made]) -> None:
    other = next(unit for unit in units.units_on(session, on=ON, level="district"))
    assert queries.queue(session, unit_ids=[other.id], at=LATER).rows == ()
    assert queries.queue(session, unit_ids=[], at=LATER).rows == ()
    by = staff(session, many[0].unit)
    made = many[list(State).index(State.IN_PROGRESS)]
    with unit_of_work(session):
        commands.pass_on(
            session, reference=made.reference, by=by, seen=made.steps, at=LATER, on=ON, to_unit_id=other.id
        )
    assert references(queries.queue(session, unit_ids=[other.id], at=LATER).rows) == [made.reference]
    mine = [many[0].unit.id]
    assert made.reference not in references(queries.queue(session, unit_ids=mine, at=LATER).rows)
    assert references(queries.queue(session, unit_ids=mine, at=LATER, elsewhere=True).rows) == [made.reference]
    both = queries.queue(session, unit_ids=[*mine, other.id], at=LATER).rows
    assert made.reference in references(both)
    assert len(both) == 5


@pytest.mark.parametrize("after", ["", "x", "1-2-3", "20200615T020000.000000-", "20209915T020000.000000-1", "9" * 40])
def test_a_page_key_that_is_none_of_ours_shows_the_first_page(session: Session, many: list[Made], after: str) -> None:
    unit_ids = [many[0].unit.id]
    first = queries.queue(session, unit_ids=unit_ids, at=LATER, limit=2)
    assert queries.queue(session, unit_ids=unit_ids, at=LATER, after=after, limit=2) == first


def test_counts_tell_what_the_queue_shows(session: Session, many: list[Made]) -> None:
    with statements(session) as sent:
        found = queries.counts(session, unit_ids=[many[0].unit.id], at=LATER)
    assert len(sent) == 1
    assert {state: found.of(state) for state in State} == {
        **dict.fromkeys(State, 0),
        State.FILED: 1,
        State.IN_PROGRESS: 1,
        State.AWAITING_SUPPLEMENT: 1,
        State.AWAITING_DUTY: 1,
        State.RESOLVED: 1,
    }
    assert found.late == 1
    assert queries.counts(session, unit_ids=[many[0].unit.id], at=AT).late == 0


def test_a_desk_sees_what_it_holds_or_received_and_nothing_else(session: Session, many: list[Made]) -> None:
    made, other = many[0], units.units_on(session, on=ON, level="district")[0]
    seen = queries.for_desk(session, made.reference, unit_ids=[made.unit.id])
    assert seen is not None
    assert seen.reference == made.reference
    assert queries.for_desk(session, made.reference, unit_ids=[other.id]) is None
    assert queries.for_desk(session, made.reference, unit_ids=[]) is None
    assert queries.file_for_desk(session, seen.files[0].id, unit_ids=[made.unit.id]) is not None
    assert queries.file_for_desk(session, seen.files[0].id, unit_ids=[other.id]) is None


def test_an_owner_sees_only_their_own(session: Session, person: Person, many: list[Made]) -> None:
    stranger = make_citizen(session)
    found = queries.owned(session, many[0].reference, person_id=person.id)
    assert found is not None
    assert queries.owned(session, many[0].reference.lower(), person_id=person.id) == found
    assert queries.owned(session, many[0].reference, person_id=stranger.id) is None
    assert queries.owned(session, "H06.30.01-200615-9999", person_id=person.id) is None
    assert queries.file_of_person(session, found.files[0].id, person_id=stranger.id, at=clock.now()) is None


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30])
def test_a_number_that_no_row_can_have_is_simply_not_found(session: Session, number: int) -> None:
    assert queries.file_of_person(session, number, person_id=1, at=clock.now()) is None
    assert queries.file_for_desk(session, number, unit_ids=[1]) is None


@pytest.mark.parametrize("reference", ["\x00", "H06\x00-200615-0001", "\ud800", "đ", "x" * 10_000, ""])
def test_a_reference_that_nobody_can_have_is_simply_not_found(session: Session, reference: str) -> None:
    assert queries.owned(session, reference, person_id=1) is None
    assert queries.for_desk(session, reference, unit_ids=[1]) is None
    assert queries.receipt_secret(session, reference, person_id=1) is None
    assert queries.queue(session, unit_ids=[1], at=AT, q=reference or "\x00").rows == ()


def test_an_officer_does_not_reach_the_files_of_drafts(session: Session, many: list[Made], person: Person) -> None:
    with unit_of_work(session):
        file_id = session.execute(
            text(
                "insert into draft select gen_random_uuid(), person_id, revision_id, procedure_code, procedure_vi,"
                " procedure_en, unit_id, '\\x00', filed_at, filed_at from dossier limit 1 returning token"
            )
        ).scalar_one()
        file_id = session.execute(
            text(
                "insert into attachment (draft_token, field, name, media_type, size, sha256, key, added_at)"
                " select :t, field, name, media_type, size, sha256, 'another', added_at from attachment limit 1"
                " returning id"
            ),
            {"t": file_id},
        ).scalar_one()
    assert queries.file_for_desk(session, file_id, unit_ids=[many[0].unit.id]) is None
    assert queries.file_of_person(session, file_id, person_id=person.id, at=clock.now()) is not None


def test_every_look_of_an_officer_is_shown_to_the_person(session: Session, person: Person, many: list[Made]) -> None:
    made = many[0]
    officer: Officer = make_officer(session, made.unit.agency_code, "receiver")
    dossier = queries.owned(session, made.reference, person_id=person.id)
    assert dossier is not None
    for file_id in (None, dossier.files[0].id):
        with unit_of_work(session):
            commands.record_view(
                session,
                dossier_id=dossier.id,
                officer_id=officer.id,
                unit_ids=[made.unit.id],
                at=LATER,
                file_id=file_id,
            )
    shown = queries.views_of(session, person_id=person.id).rows
    assert [(row.reference, row.officer_id, row.unit.code, row.file_id) for row in shown] == [
        (made.reference, officer.id, made.unit.agency_code, dossier.files[0].id),
        (made.reference, officer.id, made.unit.agency_code, None),
    ]
    assert queries.views_of_dossier(session, dossier_id=dossier.id) == shown
    assert queries.views_of(session, person_id=make_citizen(session).id).rows == ()
    first = queries.views_of(session, person_id=person.id, limit=1)
    assert queries.views_of(session, person_id=person.id, after=first.after, limit=1).rows == shown[1:]


def test_a_look_from_a_unit_that_the_dossier_does_not_concern_is_an_error(session: Session, many: list[Made]) -> None:
    other = units.units_on(session, on=ON, level="district")[0]
    officer = make_officer(session, other.agency_code)
    with pytest.raises(NotFound), unit_of_work(session):
        commands.record_view(session, dossier_id=1, officer_id=officer.id, unit_ids=[other.id], at=LATER)


def test_every_page_takes_a_fixed_number_of_statements(session: Session, person: Person, many: list[Made]) -> None:
    unit_ids = [many[0].unit.id]
    pages: dict[str, tuple[int, Callable[[], Any]]] = {
        "owned": (4, lambda: queries.owned(session, many[5].reference, person_id=person.id)),
        "desk": (4, lambda: queries.for_desk(session, many[5].reference, unit_ids=unit_ids)),
        "of_person": (2, lambda: queries.of_person(session, person_id=person.id)),
        "queue": (2, lambda: queries.queue(session, unit_ids=unit_ids, at=LATER)),
    }
    for name, (expected, page) in pages.items():
        with statements(session) as sent:
            assert page()
        assert len(sent) == expected, name


def test_a_list_row_carries_no_private_word_but_the_applicants_name() -> None:
    assert {field.name for field in fields(DossierRow)}.isdisjoint({"answers", "note", "person_id", "files"})
