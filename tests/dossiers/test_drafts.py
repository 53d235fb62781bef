import json
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import attachments, commands, drafts, queries, upkeep
from portal.dossiers.draft_views import Draft
from portal.errors import Invalid, NotFound, Refused
from portal.people.queries import Person
from portal.procedures import commands as procedure_commands
from portal.procedures import queries as procedure_queries
from portal.procedures.definition import Problem
from portal.transaction import unit_of_work
from portal.units import queries as units
from tests.dossiers.counting import statements
from tests.dossiers.making import AT, CODE, ON, make_dossier, make_draft, pdf
from tests.signing_in import make_citizen


@pytest.fixture
def person(session: Session) -> Person:
    return make_citizen(session)


@pytest.fixture
def token(session: Session, person: Person) -> UUID:
    with unit_of_work(session):
        return drafts.begin(session, person_id=person.id, code=CODE, at=AT)


def see(session: Session, token: UUID, person: Person) -> Draft:
    found = queries.draft(session, token, person_id=person.id)
    assert found is not None
    return found


def save(session: Session, token: UUID, person: Person, section: str, raw: dict[str, list[str]]) -> tuple[Problem, ...]:
    with unit_of_work(session):
        return drafts.save(session, token=token, person_id=person.id, section=section, raw=raw, at=AT, on=ON)


def test_what_was_typed_is_kept_as_typed_right_or_wrong(session: Session, person: Person, token: UUID) -> None:
    typed = {
        "child_name": ["<b>Bé</b> 👶"],
        "child_born_on-day": ["31"],
        "child_born_on-month": ["2"],
        "child_born_on-year": ["2020"],
        "not_of_this_form": ["x"],
        "mother_name": ["of another section"],
    }
    found = save(session, token, person, "child", typed)
    assert ("child_born_on", "not_a_date") in {(problem.field, problem.code) for problem in found}
    assert not {problem.field for problem in found} & {"child_name", "mother_name", "declared"}
    kept = see(session, token, person).raw
    assert kept == {name: values for name, values in typed.items() if name.startswith("child_")}


def test_sections_are_saved_one_by_one_and_the_last_word_counts(session: Session, person: Person, token: UUID) -> None:
    save(session, token, person, "child", {"child_name": ["Nguyễn Thị A"], "child_sex": ["female"]})
    save(session, token, person, "parents", {"mother_name": ["Trần Thị B"]})
    save(session, token, person, "child", {"child_name": ["Nguyễn Thị C"]})
    assert see(session, token, person).raw == {"child_name": ["Nguyễn Thị C"], "mother_name": ["Trần Thị B"]}


def test_typed_text_reaches_the_dossier_in_one_form_of_unicode(session: Session, person: Person) -> None:
    token = make_draft(session, person)
    raw = dict(see(session, token, person).raw) | {"child_name": [unicodedata.normalize("NFD", "Nguyễn Thị Đỏ")]}
    assert save(session, token, person, "child", raw) == ()
    with unit_of_work(session):
        done = commands.submit(session, token=token, person_id=person.id, language="vi", at=AT, on=ON)
    dossier = queries.owned(session, done.reference, person_id=person.id)
    assert dossier is not None
    assert dossier.answers["child_name"] == "Nguyễn Thị Đỏ"


def test_what_is_beyond_all_measure_is_left_out_and_the_rest_is_kept(
    session: Session, person: Person, token: UUID
) -> None:
    huge = "x" * drafts.MAX_ANSWER_BYTES
    problems = save(session, token, person, "child", {"child_name": [huge], "child_home": ["Châu Đức"]})
    assert [(p.code, p.facts["length"]) for p in problems if p.field == "child_name"] == [("too_long", len(huge))]
    assert see(session, token, person).raw == {"child_home": ["Châu Đức"]}


def test_a_section_beyond_all_measure_without_a_long_answer_is_refused(
    session: Session, person: Person, token: UUID
) -> None:
    before = {"mother_name": ["y" * (drafts.MAX_ANSWER_BYTES - 100)]}
    save(session, token, person, "parents", before)
    with pytest.raises(Invalid):
        save(session, token, person, "child", {"child_name": ["x" * 99], "child_home": ["x" * 99]})
    assert see(session, token, person).raw == before


def test_the_review_lists_everything_that_is_still_missing(session: Session, person: Person, token: UUID) -> None:
    save(session, token, person, "child", {"birth_proof": ["hospital"]})
    draft = see(session, token, person)
    procedure = procedure_queries.revision(session, draft.revision_id)
    assert procedure is not None
    found = {
        (problem.field, problem.code)
        for problem in drafts.check(
            session, draft=draft, procedure=procedure, person_id=person.id, at=AT, on=ON
        ).problems
    }
    assert {("unit", "missing"), ("birth_paper", "missing"), ("child_name", "missing")} <= found


def test_only_a_unit_that_receives_the_procedure_can_be_chosen(session: Session, person: Person, token: UUID) -> None:
    district = units.units_on(session, on=ON, level="district")[0]
    commune = units.units_on(session, on=ON, level="commune")[0]
    for unit_id in (district.id, 10**9, 2**63, -1):
        with pytest.raises(Invalid), unit_of_work(session):
            drafts.choose_unit(session, token=token, person_id=person.id, unit_id=unit_id, on=ON, at=AT)
    with unit_of_work(session):
        drafts.choose_unit(session, token=token, person_id=person.id, unit_id=commune.id, on=ON, at=AT)
    assert see(session, token, person).unit_id == commune.id


def test_files_are_bounded_by_the_question(session: Session, person: Person, token: UUID) -> None:
    with unit_of_work(session):
        for _ in range(3):
            drafts.attach(session, token=token, person_id=person.id, field="birth_paper", file=pdf(), at=AT)
    for field, code in (
        ("birth_paper", "too_many_files"),
        ("child_name", "not_a_file_field"),
        ("x", "not_a_file_field"),
    ):
        with pytest.raises(Invalid) as refusal, unit_of_work(session):
            drafts.attach(session, token=token, person_id=person.id, field=field, file=pdf(), at=AT)
        assert [problem.code for problem in refusal.value.problems] == [code]  # type: ignore[attr-defined]
    draft = see(session, token, person)
    assert len(draft.files_of("birth_paper")) == 3
    with unit_of_work(session):
        drafts.detach(session, token=token, person_id=person.id, file_id=draft.files[1].id, at=AT)
    assert [file.id for file in see(session, token, person).files] == [draft.files[0].id, draft.files[2].id]


def test_a_person_has_a_bounded_number_of_drafts(session: Session, person: Person, token: UUID) -> None:
    with unit_of_work(session):
        for _ in range(drafts.MAX_DRAFTS - 1):
            drafts.begin(session, person_id=person.id, code=CODE, at=AT)
    with pytest.raises(Refused) as refusal, unit_of_work(session):
        drafts.begin(session, person_id=person.id, code=CODE, at=AT)
    assert refusal.value.code == "too_many_drafts"
    assert len(queries.drafts_of(session, person_id=person.id)) == drafts.MAX_DRAFTS
    assert token in {row.token for row in queries.drafts_of(session, person_id=person.id)}


def test_an_unknown_procedure_has_no_draft(session: Session, person: Person) -> None:
    with pytest.raises(NotFound), unit_of_work(session):
        drafts.begin(session, person_id=person.id, code="9.999999", at=AT)


def test_nobody_reaches_the_draft_of_another(session: Session, person: Person) -> None:
    token = make_draft(session, person)
    file_id = see(session, token, person).files[0].id
    stranger = make_citizen(session)
    mine = make_draft(session, stranger)
    whose: dict[str, Any] = {"token": token, "person_id": stranger.id}
    attempts: list[Callable[[], object]] = [
        lambda: drafts.save(session, **whose, section="child", raw={}, at=AT, on=ON),
        lambda: drafts.choose_unit(session, **whose, unit_id=1, on=ON, at=AT),
        lambda: drafts.attach(session, **whose, field="birth_paper", file=pdf(), at=AT),
        lambda: drafts.detach(session, **whose, file_id=file_id, at=AT),
        lambda: drafts.detach(session, token=mine, person_id=stranger.id, file_id=file_id, at=AT),
        lambda: drafts.detach(session, token=mine, person_id=stranger.id, file_id=2**63, at=AT),
        lambda: drafts.renew(session, **whose, revision_id=1, at=AT),
        lambda: drafts.discard(session, **whose),
        lambda: drafts.discard(session, token=uuid4(), person_id=stranger.id),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound), unit_of_work(session):
            attempt()
    assert queries.draft(session, token, person_id=stranger.id) is None
    assert queries.file_of_person(session, file_id, person_id=stranger.id, at=clock.now()) is None
    assert queries.file_of_person(session, file_id, person_id=person.id, at=clock.now()) is not None
    assert [row.token for row in queries.drafts_of(session, person_id=stranger.id)] == [mine]
    assert len(see(session, token, person).files) == 1


def test_a_submitted_draft_says_which_dossier_it_became(session: Session, person: Person) -> None:
    token = make_draft(session, person)
    with unit_of_work(session):
        done = commands.submit(session, token=token, person_id=person.id, language="vi", at=AT, on=ON)
    with pytest.raises(Refused) as refusal:
        save(session, token, person, "child", {})
    assert (refusal.value.code, refusal.value.facts["reference"]) == ("already_submitted", done.reference)


def test_a_discarded_draft_is_gone_and_its_bytes_go_with_the_sweep(session: Session, person: Person) -> None:
    token = make_draft(session, person)
    kept = make_dossier(session, person)
    with unit_of_work(session):
        drafts.discard(session, token=token, person_id=person.id)
    assert queries.draft(session, token, person_id=person.id) is None
    before = stored()
    cleared = upkeep.run(at=AT.replace(year=2100))
    assert cleared.files >= 1
    dossier = queries.owned(session, kept.reference, person_id=person.id)
    assert dossier is not None
    file = queries.file_of_person(session, dossier.files[0].id, person_id=person.id, at=clock.now())
    assert file is not None
    assert b"".join(attachments.read(file)).startswith(b"%PDF")
    assert file.key in stored() <= before


def test_forgotten_drafts_are_cleared_away_and_others_are_not(session: Session, person: Person, token: UUID) -> None:
    with unit_of_work(session):
        fresh = drafts.begin(session, person_id=person.id, code=CODE, at=AT + timedelta(days=60))
    with unit_of_work(session):
        session.execute(text("insert into look_up_attempt values ('\\x01', :h, 3)"), {"h": AT})
    cleared = upkeep.run(at=AT + upkeep.DRAFT_AGE + timedelta(seconds=1))
    assert (cleared.drafts, cleared.attempts) == (1, 1)
    assert [row.token for row in queries.drafts_of(session, person_id=person.id)] == [fresh]
    assert queries.draft(session, token, person_id=person.id) is None


def test_a_draft_moves_to_a_new_revision_and_keeps_what_was_typed(
    session: Session, person: Person, token: UUID, tmp_path: Path
) -> None:
    save(session, token, person, "child", {"child_name": ["Nguyễn Thị A"]})
    old = see(session, token, person).revision_id
    [(_, _, content)] = procedure_queries.contents(session, codes=[CODE])
    file = tmp_path / f"{CODE}.yaml"
    file.write_text(json.dumps(content | {"revision": 2, "valid_from": "2020-06-10"}), encoding="utf-8")
    with unit_of_work(session):
        procedure_commands.load(session, [file], at=AT)
        following = procedure_queries.published(session, CODE, at=AT)
        assert following is not None
        drafts.renew(session, token=token, person_id=person.id, revision_id=following.revision_id, at=AT)
    draft = see(session, token, person)
    assert draft.revision_id != old
    assert draft.earlier_revisions == (old,)
    assert draft.raw == {"child_name": ["Nguyễn Thị A"]}
    renewed = procedure_queries.revision(session, draft.revision_id)
    assert renewed is not None
    assert renewed.number == 2


def test_a_draft_moves_only_to_the_revision_that_was_seen(session: Session, person: Person, token: UUID) -> None:
    begun_under = see(session, token, person).revision_id
    with pytest.raises(Refused) as refusal, unit_of_work(session):
        drafts.renew(session, token=token, person_id=person.id, revision_id=begun_under + 1, at=AT)
    assert refusal.value.code == "procedure_changed"
    with unit_of_work(session):
        drafts.renew(session, token=token, person_id=person.id, revision_id=begun_under, at=AT)
    draft = see(session, token, person)
    assert (draft.revision_id, draft.earlier_revisions) == (begun_under, ())


def test_pages_of_drafts_take_a_fixed_number_of_statements(session: Session, person: Person, token: UUID) -> None:
    with statements(session) as sent:
        see(session, token, person)
    assert len(sent) == 2
    with statements(session) as sent:
        queries.drafts_of(session, person_id=person.id)
    assert len(sent) == 1


def stored() -> set[str]:
    folder: Path = attachments.installed().clean.folder
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
