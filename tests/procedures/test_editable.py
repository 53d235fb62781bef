"""What editors find in the list of procedures."""

from datetime import timedelta

from sqlalchemy.orm import Session

from portal.procedures import publishing
from portal.procedures.editable import editable
from portal.transaction import unit_of_work
from tests.procedures.writing import AT, CODE, DECISION, begin, editor, published

SOON = AT + timedelta(days=3)


def test_a_procedure_is_listed_with_what_is_in_force_to_come_and_being_written(session: Session) -> None:
    published(session)
    published(session, at=AT + timedelta(hours=1), begins_at=SOON)
    id = begin(session, editor(session))
    row = editable(session, q=CODE, at=AT + timedelta(hours=2)).rows[0]
    assert (row.number, row.coming, row.coming_at, row.manuscript, row.manuscript_state) == (1, 2, SOON, id, "writing")
    assert editable(session, q=CODE, at=SOON).rows[0].number == 2


def test_one_that_was_withdrawn_and_one_never_published_are_listed_too(session: Session) -> None:
    published(session)
    who = editor(session)
    with unit_of_work(session):
        publishing.withdraw(
            session, code=CODE, decision=DECISION, ends_at=None, successor=None, officer_id=who, at=SOON
        )
    begin(session, who, code="9.000002", content={"name": {"vi": "Cấp phép nuôi voi", "en": ""}})
    rows = editable(session, q="9.0", at=SOON).rows
    assert [(row.code, row.number, row.withdrawn) for row in rows] == [(CODE, 1, True), ("9.000002", None, False)]
    assert [row.name.en for row in editable(session, q="Nuôi Voi", at=AT).rows] == ["Cấp phép nuôi voi"]


def test_the_list_pages_by_code_and_finds_by_words_without_marks(session: Session) -> None:
    first = editable(session, limit=20, at=AT)
    second = editable(session, limit=20, after=first.after, at=AT)
    codes = [row.code for row in (*first.rows, *second.rows)]
    assert (len(codes), codes == sorted(codes), second.after) == (35, True, None)
    assert "1.001193" in [row.code for row in editable(session, q="khai sinh dang ky", at=AT).rows]
    for odd in ("%", "_", "\x00", "'", "zzz", "\\"):
        assert editable(session, q=odd, after=odd, at=AT).rows == ()
