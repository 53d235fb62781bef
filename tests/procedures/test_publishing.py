"""Publishing, withdrawing, recalling: by instant, in one transaction, all problems named, nothing half."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.errors import Invalid, NotFound, Refused
from portal.procedures import drafting, publishing, queries
from portal.procedures.findings import Finding
from portal.procedures.publishing import Decision
from portal.transaction import unit_of_work
from tests.dossiers.counting import statements
from tests.procedures.files import content
from tests.procedures.writing import AT, CODE, DECISION, approved, begin, editor, publish, published, read

HOUR = timedelta(hours=1)
NEXT_YEAR = datetime(2027, 1, 1, 2, 30, tzinfo=UTC)
OTHER = "1.000894"


def in_force(session: Session, at: datetime, code: str = CODE) -> int | None:
    found = queries.published(session, code, at=at)
    return found.number if found else None


def withdraw(
    session: Session,
    *,
    code: str = CODE,
    ends_at: datetime | None = None,
    successor: str | None = OTHER,
    decision: Decision = DECISION,
    at: datetime = AT + HOUR,
) -> None:
    who = editor(session)
    with unit_of_work(session):
        publishing.withdraw(
            session, code=code, decision=decision, ends_at=ends_at, successor=successor, officer_id=who, at=at
        )


def recall(session: Session, number: int, *, at: datetime = AT + HOUR, reason: str = "Sai lệ phí") -> None:
    who = editor(session)
    with unit_of_work(session):
        publishing.recall(session, code=CODE, number=number, reason=reason, officer_id=who, at=at)


def codes(error: pytest.ExceptionInfo[Invalid]) -> list[str]:
    assert all(isinstance(problem, Finding) for problem in error.value.problems)
    return [problem.code for problem in error.value.problems if isinstance(problem, Finding)]


def test_what_is_published_is_in_force_at_once(session: Session) -> None:
    done = published(session)
    assert (done.code, done.number, done.begins_at) == (CODE, 1, AT)
    found = queries.published(session, CODE, at=AT)
    assert found is not None
    assert found.sheet["decision"] == {"number": "12/QĐ-UBND", "on": "2026-05-20", "source": "https://example.test/12"}
    assert (found.valid_from, found.begins_at) == (date(2026, 6, 1), AT)
    assert in_force(session, AT - timedelta(microseconds=1)) is None


def test_the_manuscript_is_closed_and_leads_to_its_revision(session: Session) -> None:
    id = approved(session, content())
    publish(session, id)
    found = read(session, id)
    assert (found.state, found.published_number) == ("published", 1)
    assert [step.act for step in found.trail] == ["begun", "handed_in", "approved", "published"]


def test_publishing_is_one_transaction_of_few_statements(session: Session) -> None:
    id, who = approved(session, content()), editor(session)
    before = session.execute(text("select pg_current_xact_id()::text")).scalar_one()
    session.rollback()
    with statements(session) as sent, unit_of_work(session):
        publishing.publish(session, id=id, version=1, decision=DECISION, begins_at=None, officer_id=who, at=AT)
        assert read_by_somebody_else(session) == 0
    assert len(sent) <= 20
    assert read_by_somebody_else(session) == 1
    tables = ("revision", "manuscript", "publication")
    parts = [f"select max(xmin::text::bigint) from {table}" for table in tables]
    written = set(session.execute(text(" union all ".join(parts))).scalars())
    assert len(written) == 1
    assert written.pop() > int(before)


def read_by_somebody_else(session: Session) -> int:
    """How many revisions another connection sees."""
    with session.get_bind().engine.connect() as other:
        found = other.execute(text("select count(*) from revision where code = :code"), {"code": CODE})
        return int(found.scalar_one())


def test_two_revisions_of_one_day_follow_each_other(session: Session) -> None:
    published(session)
    published(session, at=AT + HOUR, keywords=["hai"])
    assert [in_force(session, AT + n * HOUR / 2) for n in (0, 1, 2, 3)] == [1, 1, 2, 2]
    first, second = reversed(queries.history(session, CODE))
    assert (first.valid_from, first.valid_to, second.valid_from) == (date(2026, 6, 1),) * 3
    assert first.ends_at == second.begins_at == AT + HOUR


def test_a_future_revision_comes_into_force_by_the_clock_alone(session: Session) -> None:
    published(session)
    published(session, begins_at=NEXT_YEAR, at=AT + HOUR, name={"vi": "Tên mới", "en": "New name"})
    moment = timedelta(microseconds=1)
    assert in_force(session, NEXT_YEAR - moment) == 1
    assert in_force(session, NEXT_YEAR) == 2
    found = queries.search(session, q="ten moi", at=NEXT_YEAR)
    assert [row.code for row in found.rows] == [CODE]
    assert CODE not in [row.code for row in queries.search(session, q="ten moi", at=NEXT_YEAR - moment).rows]


def test_the_stamp_changes_with_every_publication_and_when_its_instant_comes(session: Session) -> None:
    stamps = [queries.stamp(session, at=AT)]
    published(session)
    stamps.append(queries.stamp(session, at=AT))
    published(session, begins_at=NEXT_YEAR, at=AT + HOUR)
    stamps.append(queries.stamp(session, at=AT + HOUR))
    stamps.append(queries.stamp(session, at=NEXT_YEAR))
    recalled_at = NEXT_YEAR + HOUR
    withdraw(session, ends_at=NEXT_YEAR + 2 * HOUR, at=recalled_at)
    stamps.append(queries.stamp(session, at=recalled_at))
    stamps.append(queries.stamp(session, at=NEXT_YEAR + 2 * HOUR))
    assert len(set(stamps)) == 6
    assert queries.stamp(session, at=AT + 2 * HOUR) == queries.stamp(session, at=AT + 3 * HOUR)


def test_what_is_not_approved_is_not_published(session: Session) -> None:
    id = begin(session, editor(session), content=content())
    with pytest.raises(Refused, match="not_approved"):
        publish(session, id)
    assert queries.history(session, CODE) == ()


def test_publishing_with_errors_names_every_one_and_keeps_the_manuscript(session: Session) -> None:
    id = approved(session, content(received_by={"agencies": ["H06.05"]}))
    spoilt = "update manuscript set content = content || cast(:said as jsonb) where id = :id"
    said = '{"level": "x", "result": {"vi": "a", "en": ""}, "received_by": {"agencies": ["H06.99.98"]}, "steps": null}'
    session.execute(text(spoilt), {"said": said, "id": id})
    session.commit()
    before = read(session, id)
    with pytest.raises(Invalid) as refused:
        publish(session, id, begins_at=AT - HOUR, decision=Decision("  ", date(2026, 5, 20)))
    assert refused.value.code == "manuscript_invalid"
    assert {
        "decision_number_missing",
        "begins_in_the_past",
        "not_an_option",
        "missing_english",
        "agency_unknown",
    } <= set(codes(refused))
    assert read(session, id) == before
    assert queries.history(session, CODE) == ()


def test_a_revision_never_begins_before_one_that_is_to_come(session: Session) -> None:
    published(session, begins_at=NEXT_YEAR)
    id = approved(session, content(keywords=["x"]), at=AT + HOUR)
    with pytest.raises(Invalid) as refused:
        publish(session, id, at=AT + HOUR)
    assert codes(refused) == ["begins_before_another"]
    publish(session, id, begins_at=NEXT_YEAR + HOUR, at=AT + HOUR)
    assert [row.number for row in queries.history(session, CODE)] == [2, 1]


def test_a_manuscript_overtaken_by_another_revision_is_not_published_unseen(session: Session) -> None:
    id = approved(session, content())
    session.execute(
        text("insert into procedure (code) values (:code)"),
        {"code": CODE},
    )
    session.rollback()
    session.execute(text("update manuscript set code = '1.001193' where id = :id"), {"id": id})
    session.commit()
    with pytest.raises(Invalid) as refused:
        publish(session, id)
    assert "overtaken_by_revision" in codes(refused)


def test_a_withdrawn_procedure_ends_with_its_decision_and_its_successor(session: Session) -> None:
    published(session)
    withdraw(session)
    assert in_force(session, AT + HOUR) is None
    found = queries.latest(session, CODE, at=AT + HOUR)
    assert found is not None
    assert found.withdrawal is not None
    assert (found.withdrawal.successor, found.withdrawal.decision["number"]) == (OTHER, "12/QĐ-UBND")
    assert queries.history(session, CODE)[0].withdrawal == found.withdrawal


def test_a_withdrawal_comes_at_its_instant(session: Session) -> None:
    published(session)
    withdraw(session, ends_at=NEXT_YEAR, successor=None)
    assert in_force(session, NEXT_YEAR - HOUR) == 1
    assert in_force(session, NEXT_YEAR) is None
    with pytest.raises(Refused, match="already_withdrawn"):
        withdraw(session)


def test_a_withdrawn_procedure_may_be_published_again(session: Session) -> None:
    published(session)
    withdraw(session, ends_at=NEXT_YEAR)
    id = approved(session, content(), at=AT + 2 * HOUR)
    with pytest.raises(Invalid) as refused:
        publish(session, id, at=AT + 2 * HOUR)
    assert codes(refused) == ["withdrawal_to_come"]
    publish(session, id, at=NEXT_YEAR)
    assert in_force(session, NEXT_YEAR) == 2
    found = queries.published(session, CODE, at=NEXT_YEAR)
    assert found is not None
    assert found.withdrawal is None


@pytest.mark.parametrize(
    ("wish", "problem"),
    [
        ({"successor": CODE}, "successor_itself"),
        ({"successor": "9.999999"}, "successor_unknown"),
        ({"ends_at": AT}, "ends_in_the_past"),
        ({"decision": Decision(" ", date(2026, 5, 1))}, "decision_number_missing"),
        ({"decision": Decision("x" * 101, date(2026, 5, 1))}, "too_long"),
    ],
)
def test_a_withdrawal_with_an_error_is_refused(session: Session, wish: dict[str, object], problem: str) -> None:
    published(session)
    with pytest.raises(Invalid) as refused:
        withdraw(session, **wish)  # type: ignore[arg-type]
    assert codes(refused) == [problem]
    assert in_force(session, AT + HOUR) == 1


def test_what_is_not_in_force_cannot_be_withdrawn(session: Session) -> None:
    with pytest.raises(NotFound):
        withdraw(session, code="9.999999")
    published(session)
    published(session, begins_at=NEXT_YEAR, at=AT + HOUR)
    with pytest.raises(Refused, match="revision_to_come"):
        withdraw(session, at=AT + 2 * HOUR)


def test_a_recalled_revision_never_begins_and_stays_in_the_history(session: Session) -> None:
    published(session)
    published(session, begins_at=NEXT_YEAR, at=AT + HOUR)
    recall(session, 2, at=AT + 2 * HOUR)
    assert in_force(session, NEXT_YEAR + HOUR) == 1
    assert [(row.number, row.was_recalled) for row in queries.history(session, CODE)] == [(2, True), (1, False)]
    assert queries.history(session, CODE)[1].ends_at is None
    session.rollback()
    again = published(session, at=AT + 3 * HOUR)
    assert again.number == 3
    assert in_force(session, NEXT_YEAR + HOUR) == 3


def test_what_has_begun_is_not_recalled(session: Session) -> None:
    published(session)
    published(session, begins_at=NEXT_YEAR, at=AT + HOUR)
    for number, code, options in (
        (1, "already_begun", {}),
        (2, "no_reason", {"reason": " "}),
    ):
        with pytest.raises((Refused, Invalid), match=code):
            recall(session, number, **options)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        recall(session, 3)
    recall(session, 2)
    with pytest.raises(Refused, match="already_recalled"):
        recall(session, 2)


@pytest.mark.parametrize("table", ["publication", "withdrawal"])
def test_what_was_done_to_the_catalogue_stays_written_down(session: Session, table: str) -> None:
    published(session)
    withdraw(session)
    for statement in (f"delete from {table}", f"update {table} set at = at", f"truncate {table} cascade"):
        with pytest.raises(IntegrityError, match="stays"):
            session.execute(text(statement))
        session.rollback()


def test_only_an_editors_approval_of_this_very_text_counts(session: Session) -> None:
    id, who = approved(session, content()), editor(session)
    with unit_of_work(session):
        drafting.send_back(session, id=id, version=1, reason="Sai", officer_id=who, at=AT)
        drafting.save(session, id=id, version=1, content=content(keywords=["x"]), officer_id=who, at=AT)
    with pytest.raises(Refused, match="not_approved"):
        publish(session, id)
