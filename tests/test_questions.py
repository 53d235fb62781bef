"""Several questions in one statement are answered as each is alone."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    LargeBinary,
    Numeric,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from portal import sealing
from portal.base import SealedJSON, SealedText
from portal.people.models import Person
from portal.questions import Question, answers
from portal.reading import Written
from tests.dossiers.counting import statements
from tests.signing_in import make_citizen

NUMBERS = Written(select(func.unnest(bindparam("numbers", type_=ARRAY(BigInteger)), type_=BigInteger).label("number")))


def numbers(*wanted: int) -> Question[list[int]]:
    return Question(NUMBERS, {"numbers": list(wanted)}, lambda rows: [row.number for row in rows])


def test_they_are_one_statement_and_each_has_its_own_values_and_rows_in_order(session: Session) -> None:
    ordered = select(
        func.unnest(bindparam("numbers", type_=ARRAY(BigInteger)), type_=BigInteger).label("number")
    ).subquery()
    falling = Written(select(ordered.c.number).order_by(ordered.c.number.desc()).limit(2))
    last = Question(falling, {"numbers": [3, 9, 5]}, lambda rows: [row.number for row in rows])
    with statements(session) as sent:
        found = answers(session, numbers(1, 2), numbers(), last)
    assert found == ([1, 2], [], [9, 5])
    assert len(sent) == 1


TYPES: list[tuple[Select[*tuple[object]], object]] = [
    (select(literal(2**62, BigInteger).label("it")), 2**62),
    (select(literal(True, Boolean).label("it")), True),
    (select(literal('Nguyễn "Mẫu" \\ \u2028 %(a)s 100 %', Text).label("it")), 'Nguyễn "Mẫu" \\ \u2028 %(a)s 100 %'),
    (select(literal(date(2026, 2, 17), Date).label("it")), date(2026, 2, 17)),
    (select(literal(b"\x00\xff\\x", LargeBinary).label("it")), b"\x00\xff\\x"),
    (select(cast('{"a": [1, null, "ê"]}', JSONB).label("it")), {"a": [1, None, "ê"]}),
    (select(literal([3, 1, 2], ARRAY(BigInteger)).label("it")), [3, 1, 2]),
    (select(cast(null(), Date).label("it")), None),
    (select(type_coerce(cast(null(), LargeBinary), SealedText).label("it")), None),
]


@pytest.mark.parametrize(("statement", "value"), TYPES)
def test_a_value_comes_as_it_comes_alone(session: Session, statement: Select[*tuple[object]], value: object) -> None:
    one = Question(Written(statement), {}, lambda rows: rows[0][0])
    assert one.answer(session) == value
    assert answers(session, one, one) == (value, value)


@given(at=st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1900 < at.year < 2200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
def test_an_instant_comes_to_the_microsecond(session: Session, at: datetime) -> None:
    written = Written(select(bindparam("at", type_=DateTime(timezone=True)).label("at")))
    one = Question(written, {"at": at}, lambda rows: rows[0].at)
    assert answers(session, one, numbers(1)) == (at, [1])
    assert answers(session, one, numbers(1))[0].utcoffset() is not None


def test_what_rests_sealed_is_opened(session: Session) -> None:
    person = make_citizen(session, name="Trần Thị Mẫu Mở")
    session.commit()
    written = Written(
        select(Person.name, Person.born_on).where(Person.id == any_(bindparam("ids", type_=ARRAY(BigInteger))))
    )
    asked = Question(written, {"ids": [person.id]}, lambda rows: [tuple(row) for row in rows])
    assert answers(session, numbers(4), asked)[1] == asked.answer(session)
    assert asked.answer(session)[0][0] == "Trần Thị Mẫu Mở"
    whole = literal(sealing.seal(sealing.to_json({"a": 1})), LargeBinary)
    sealed = Question(Written(select(whole.label("w"))), {}, lambda rows: rows[0].w)
    kind = SealedJSON()
    assert kind.process_result_value(answers(session, sealed, numbers())[0], None) == {"a": 1}


def test_what_json_would_change_without_a_word_is_refused(session: Session) -> None:
    price = Question(Written(select(literal(Decimal("1.10"), Numeric).label("it"))), {}, lambda rows: rows[0][0])
    assert price.answer(session) == Decimal("1.10")
    with pytest.raises(TypeError, match="JSON"):
        answers(session, price, numbers())


def test_many_rows_come_in_the_order_of_the_select(session: Session) -> None:
    parts = union_all(*(select(literal(number, BigInteger).label("n")) for number in (5, 3, 8))).subquery()
    written = Written(select(parts.c.n).order_by(parts.c.n))
    asked = Question(written, {}, lambda rows: [row.n for row in rows])
    assert answers(session, asked, numbers(1))[0] == [3, 5, 8]
