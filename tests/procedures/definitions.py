"""Hypothesis strategies: form definitions as an editor may write them, and what people may type into them."""

from typing import Any

from hypothesis import strategies as st

from tests.procedures.forms import field, sections

OPTIONS = ("a", "b", "c")
DAYS = st.dates().map(lambda day: f"{min(max(day.year, 1900), 2100)}-{day.month:02}-{min(day.day, 28):02}")
NUMBERS = st.one_of(st.integers(-50, 200), st.sampled_from(["0.5", "12.25", "-3.5"]))


def _ordered(name_low: str, name_high: str, values: Any) -> Any:
    """Two limits in their order, either or none."""
    pair = st.tuples(values, values).map(sorted)
    return pair.flatmap(
        lambda two: st.sampled_from(
            [{}, {name_low: two[0]}, {name_high: two[1]}, {name_low: two[0], name_high: two[1]}]
        )
    )


MEMBERS: dict[str, Any] = {
    "text": st.one_of(
        _ordered("min_length", "max_length", st.integers(1, 12)),
        st.sampled_from([{"pattern": "[a-z0-9]{1,4}"}, {"pattern": "\\w+"}]),
    ),
    "long_text": _ordered("min_length", "max_length", st.integers(1, 30)),
    "address": st.just({}),
    "integer": _ordered("minimum", "maximum", st.integers(-50, 200)),
    "number": st.builds(
        lambda limits, decimals: {**limits, "decimals": decimals},
        _ordered("minimum", "maximum", st.integers(-50, 200)),
        st.integers(0, 3),
    ),
    "money": st.just({}),
    "date": _ordered("not_before", "not_after", DAYS),
    "partial_date": _ordered("not_before", "not_after", DAYS),
    "one_of": st.just({}),
    "any_of": st.just({}),
    "yes_no": st.just({}),
    "statement": st.just({}),
    "national_id": st.sampled_from([{}, {"twelve_only": True}]),
    "tax_code": st.just({}),
    "phone": st.just({}),
    "email": st.just({}),
    "unit": st.just({}),
    "place": st.sampled_from([{}, {"elsewhere": True}]),
    "map": st.sampled_from([{"shape": "point"}, {"shape": "area", "max_points": 5}]),
    "table": st.just({}),
    "calculated": st.just({}),
}
COLUMNS = ("text", "integer", "number", "money", "date", "one_of", "yes_no", "phone")
COUNTED = ("integer", "number", "money", "calculated")


@st.composite
def definitions(draw: Any) -> dict[str, Any]:
    """A form of one or two sections whose later fields hang on the earlier ones."""
    fields: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 7))):
        kind = draw(st.sampled_from(sorted(MEMBERS)))
        made = field(kind, f"q{number}", **draw(MEMBERS[kind]))
        if kind == "table":
            made |= draw(_table())
        if kind == "calculated":
            made |= draw(_calculated(fields))
        else:
            made["required"] = draw(st.booleans())
        if fields and draw(st.booleans()):
            made |= draw(_condition(fields, "show_if"))
        if fields and kind not in ("calculated", "statement") and draw(st.integers(0, 3)) == 0:
            made |= draw(_condition(fields, "required_if"))
        fields.append(made)
    cut = draw(st.integers(0, len(fields)))
    parts = {name: part for name, part in (("one", fields[:cut]), ("two", fields[cut:])) if part}
    return sections(**parts)


@st.composite
def _table(draw: Any) -> dict[str, Any]:
    kinds = draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=3))
    columns = [field(kind, f"c{n}", required=draw(st.booleans())) for n, kind in enumerate(kinds)]
    return {"columns": columns, **draw(_ordered("min_rows", "max_rows", st.integers(1, 4)))}


@st.composite
def _calculated(draw: Any, earlier: list[dict[str, Any]]) -> dict[str, Any]:
    operands: list[dict[str, Any]] = [{"constant": "1.5"}, {"constant": 2}]
    operands += [{"field": one["key"]} for one in earlier if one["type"] in COUNTED]
    for table in (one for one in earlier if one["type"] == "table"):
        operands.append({"count": table["key"]})
        columns = [{"column": c["key"]} for c in table["columns"] if c["type"] in COUNTED]
        operands += [{"total": table["key"], "of": {"product": [column, {"constant": "0.5"}]}} for column in columns]
    how = draw(st.sampled_from(["sum", "product", "difference"]))
    parts = draw(st.lists(st.sampled_from(operands), min_size=2, max_size=2 if how == "difference" else 3))
    return {"value": {how: parts}, "decimals": draw(st.integers(0, 3))}


@st.composite
def _condition(draw: Any, earlier: list[dict[str, Any]], member: str) -> dict[str, Any]:
    tests = [test for one in earlier if (test := draw(_test(one))) is not None]
    if not tests:
        return {}
    joined = draw(st.sampled_from(["one", "all_of", "any_of"]))
    if joined == "one" or len(tests) == 1:
        return {member: draw(st.sampled_from(tests))}
    return {member: {joined: draw(st.lists(st.sampled_from(tests), min_size=2, max_size=3))}}


@st.composite
def _test(draw: Any, decider: dict[str, Any]) -> dict[str, Any] | None:
    kind, key = decider["type"], decider["key"]
    if kind in ("one_of", "any_of"):
        return {
            "field": key,
            draw(st.sampled_from(["in", "not_in"])): draw(st.lists(st.sampled_from(OPTIONS), min_size=1)),
        }
    if kind in ("yes_no", "statement"):
        return {"field": key, "in": [draw(st.booleans())]}
    if kind in COUNTED:
        return {"field": key, draw(st.sampled_from(["at_least", "more_than", "at_most", "less_than"])): draw(NUMBERS)}
    if kind == "date":
        return {"field": key, draw(st.sampled_from(["at_least", "less_than"])): draw(DAYS)}
    return {"field": key, "given": draw(st.booleans())}


WORDS = st.one_of(st.text(max_size=12), st.sampled_from(["abc", "x1", "Nguyễn Đào", "hai\ndòng"]))
AREA = "10,1 107,1\n10,2 107,1\n10,2 107,2"
LIKELY: dict[str, Any] = {
    "text": WORDS,
    "long_text": WORDS,
    "address": WORDS,
    "integer": st.integers(-60, 210).map(str),
    "number": st.sampled_from(["1,5", "12", "-3,25", "1.250", "0,125", "x"]),
    "money": st.sampled_from(["0", "1.500.000 đ", "12", "-1"]),
    "one_of": st.sampled_from([*OPTIONS, "z"]),
    "yes_no": st.sampled_from(["yes", "no"]),
    "statement": st.sampled_from(["yes", ""]),
    "national_id": st.sampled_from(["077095001234", "123456789"]),
    "tax_code": st.sampled_from(["0312345678", "0312345678001"]),
    "phone": st.sampled_from(["0912 345 678", "0254 3852 123"]),
    "email": st.sampled_from(["an@Vidu.VN", "x"]),
    "unit": st.sampled_from(["H06.01.01", "H99"]),
    "map": st.sampled_from([AREA, "10,1 107,1", "10°30'N 107°E", "x"]),
}


@st.composite
def typed(draw: Any, form: dict[str, Any]) -> dict[str, list[str]]:
    """What somebody may send for that form: mostly sensible, here and there nothing, or nonsense."""
    raw: dict[str, list[str]] = {}
    for one in (one for part in form["sections"] for one in part["fields"]):
        if draw(st.integers(0, 9)) == 0:
            continue
        if one["type"] == "table":
            for number in range(draw(st.integers(0, 3))):
                for column in one["columns"]:
                    raw |= draw(_inputs(column["type"], f"{one['key']}-{number}-{column['key']}"))
        else:
            raw |= draw(_inputs(one["type"], one["key"]))
    return raw


@st.composite
def _inputs(draw: Any, kind: str, key: str) -> dict[str, list[str]]:
    if kind in ("date", "partial_date"):
        day = draw(st.dates())
        parts = [str(day.day), str(day.month), str(min(max(day.year, 1900), 2100))]
        kept = draw(st.integers(0, 2)) if kind == "partial_date" else 0
        parts = ["" if place < kept else part for place, part in enumerate(parts)]
        return {f"{key}-{name}": [part] for name, part in zip(("day", "month", "year"), parts, strict=True)}
    if kind == "any_of":
        return {key: draw(st.lists(st.sampled_from(OPTIONS), max_size=3))}
    if kind == "place":
        code = draw(st.sampled_from(["H06.01.01", "elsewhere", "H99"]))
        return {key: [code], f"{key}-street": [draw(st.sampled_from(["12 Lê Lợi", "", "Tổ 3\nẤp 2"]))]}
    return {} if kind == "calculated" else {key: [draw(LIKELY[kind])]}
