"""What becomes of answers when the form changes under a draft."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.dossiers.carrying import CarriedOver, carry_over, typed
from portal.procedures.definition import Form, build

KEYS = tuple("abcdef")


def form(*fields: dict[str, Any]) -> Form:
    return build({"sections": [{"key": "one", "title": _text("Một"), "fields": list(fields)}]})


def field(key: str, label: str = "Câu hỏi", type_: str = "text") -> dict[str, Any]:
    return {"key": key, "type": type_, "label": _text(label)}


def carry(*forms: Form, raw: dict[str, list[str]], attached: tuple[str, ...] = ()) -> CarriedOver:
    return carry_over(forms[:-1], forms[-1], raw, attached=attached)


def keys(carried: CarriedOver) -> dict[str, list[str]]:
    return {
        "kept": [field.key for field in carried.kept],
        "to_check": [field.key for _was, field in carried.to_check],
        "gone": [field.key for field in carried.gone],
        "added": [field.key for field in carried.added],
    }


def test_answers_stay_are_to_be_checked_or_are_asked_no_more() -> None:
    before = form(field("name"), field("street"), field("age"), field("blank"))
    after = form(field("name"), field("street", "Đường, số nhà"), field("district"), field("blank"))
    raw = {"name": ["An"], "street": ["1 Thử"], "age": ["30"], "blank": ["  "]}
    assert keys(carry(before, after, raw=raw)) == {
        "kept": ["name"],
        "to_check": ["street"],
        "gone": ["age"],
        "added": ["district"],
    }


def test_a_question_that_is_a_date_now_keeps_what_was_written_before() -> None:
    raw = {"born": ["khoảng năm 1960"]}
    assert keys(carry(form(field("born")), form(field("born", type_="date")), raw=raw))["to_check"] == ["born"]


def test_files_of_a_question_that_is_gone_are_named_too() -> None:
    carried = carry(form(field("paper", type_="file")), form(field("name")), raw={}, attached=("paper",))
    assert keys(carried) == {"kept": [], "to_check": [], "gone": ["paper"], "added": ["name"]}


def test_what_an_earlier_form_asked_is_still_there_two_revisions_later() -> None:
    first, second, third = form(field("a")), form(field("b")), form(field("c"))
    carried = carry(first, second, third, raw={"a": ["1"], "b": ["2"]})
    assert keys(carried) == {"kept": [], "to_check": [], "gone": ["a", "b"], "added": ["c"]}


FORMS = st.lists(
    st.dictionaries(
        st.sampled_from(KEYS), st.tuples(st.sampled_from(("Một?", "Hai?")), st.sampled_from(("text", "date")))
    ),
    min_size=2,
    max_size=4,
)
RAW = st.dictionaries(
    st.sampled_from([*KEYS, *(f"{key}-{part}" for key in KEYS for part in ("day", "month", "year"))]),
    st.lists(st.sampled_from(("", " ", "x")), max_size=2),
)


@given(FORMS, RAW)
def test_every_answer_to_a_question_ever_asked_is_in_exactly_one_place(
    described: list[dict[str, tuple[str, str]]], raw: dict[str, list[str]]
) -> None:
    forms = [form(*(field(key, label, type_) for key, (label, type_) in one.items())) for one in described]
    found = keys(carry(*forms, raw=raw))
    answered = {asked.key for one in forms[:-1] for asked in one.fields if typed(asked, raw)}
    placed = [*found["kept"], *found["to_check"], *found["gone"]]
    assert len(placed) == len(set(placed))
    assert set(placed) == answered
    assert set(found["gone"]).isdisjoint(asked.key for asked in forms[-1].fields)


def _text(words: str) -> dict[str, str]:
    return {"vi": words, "en": words}
