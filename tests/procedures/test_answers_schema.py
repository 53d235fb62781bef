"""What the page accepts, the schema of the answers accepts, and the other way round."""

import copy
import json
from datetime import date
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from portal.ledger import canonical
from portal.procedures import definition, sources
from portal.procedures.answers_checking import validator
from portal.procedures.answers_schema import answers_schema
from portal.procedures.areas import Area, Areas
from portal.procedures.definition import Reading, raw_values, read
from portal.procedures.readers import Day
from tests.procedures import every_type
from tests.procedures.definitions import definitions, typed
from tests.procedures.forms import field, sections

TODAY = date(2020, 6, 15)
VUNG_TAU = Area({"commune": "H06.01.01", "district": "H06.01", "province": "H06"}, ("Phường 1", "Vũng Tàu"))
DAY = Day(TODAY, {"commune": {"H06.01.01"}}, {"today": Areas(TODAY, {"H06.01.01": VUNG_TAU})})
BOUNDED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def reading_of(form: definition.Form, raw: dict[str, list[str]]) -> Reading:
    return read(form, raw, on=TODAY, units=DAY.units, places=DAY.places)


@BOUNDED
@given(st.data())
def test_what_the_page_accepts_the_schema_accepts(data: Any) -> None:
    written = data.draw(definitions())
    form = definition.parse(written)
    reading = reading_of(form, data.draw(typed(written)))
    assume(not reading.problems)
    Draft202012Validator(answers_schema(form)).validate(reading.answers)
    validator(form, DAY).validate(reading.answers)


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(allow_nan=False), st.text(max_size=4),
    st.sampled_from(["a", "1.5", "1,5", "01", "1.50", "-0", "2020-02-30", "2020-06-15", "1960", " x", "a\u0301"]),
    st.just([]), st.just({}), st.just(["a", "a"]), st.just(["b", "a"]), st.just([{}]), st.just([[107.1, 10.1]]),
    st.just({"type": "Point", "coordinates": [107.1234567, 10.5]}),
)  # fmt: skip


def changed(draw: Any, answers: dict[str, Any], keys: list[str]) -> Any:
    """The answers with one thing in them another: gone, new, or of another value, at any depth."""
    made = copy.deepcopy(answers)
    place: Any = made
    while True:
        names: list[Any] = (
            sorted({*place, *keys})
            if place is made
            else list(place)
            if isinstance(place, dict)
            else [*range(len(place))]
        )
        if not names:
            return made
        name = draw(st.sampled_from(names))
        inside = place.get(name) if isinstance(place, dict) else place[name]
        if isinstance(inside, dict | list) and inside and draw(st.booleans()):
            place = inside
            continue
        if draw(st.booleans()):
            place[name] = draw(VALUES)
        elif isinstance(place, dict):
            place.pop(name, None)
        else:
            del place[name]
        return made


@BOUNDED
@given(st.data())
def test_what_the_schema_accepts_the_page_accepts(data: Any) -> None:
    written = data.draw(definitions())
    form = definition.parse(written)
    reading = reading_of(form, data.draw(typed(written)))
    answers = changed(data.draw, reading.answers, [field.key for field in form.fields])
    if validator(form, DAY).is_valid(answers):
        assert reading_of(form, raw_values(form, answers)) == Reading(answers, ())


@BOUNDED
@given(st.data())
def test_what_is_kept_is_json_and_reads_the_same_again(data: Any) -> None:
    written = data.draw(definitions())
    form = definition.parse(written)
    reading = reading_of(form, data.draw(typed(written)))
    assert json.loads(json.dumps(reading.answers)) == reading.answers
    again = reading_of(form, raw_values(form, reading.answers))
    assert again.answers == reading.answers


def test_the_schema_of_every_form_is_a_schema() -> None:
    forms = [definition.parse(every_type.FORM)]
    forms += [definition.parse(source.content["form"]) for source in sources.read(sources.find([sources.CATALOGUE]))]
    for form in forms:
        Draft202012Validator.check_schema(answers_schema(form))
        json.dumps(answers_schema(form))


def test_a_whole_number_with_a_point_is_no_answer() -> None:
    """To JSON Schema 1.0 is a whole number, but no page gives it."""
    asked = definition.parse(sections(a=[field("money", "it")]))
    assert validator(asked, DAY).is_valid({"it": 1})
    assert not validator(asked, DAY).is_valid({"it": 1.0})


def test_answers_of_another_form_are_refused() -> None:
    form = definition.parse(every_type.FORM)
    others: list[Any] = [[], {"unknown": 1}, {}]
    for answers in others:
        assert not Draft202012Validator(answers_schema(form)).is_valid(answers)


def test_every_kind_of_answer_fits_into_the_ledger() -> None:
    assert canonical.render({"n": "12.5", "rows": [{"a": 1}], "place": {"on": "2020-06-15"}})
