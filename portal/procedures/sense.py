"""What a form's schema cannot see: doubles, members of another type, conditions on nothing, empty ranges."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.procedures import expressions, patterns
from portal.procedures.conditions import COMPARISONS, Condition, Test, is_day, leaves
from portal.procedures.expressions import Answered, Combined, Count, Expression, Total
from portal.procedures.form import Field, Form
from portal.procedures.schema import Fault

TEXTS = {"text", "long_text", "address"}
NUMBERS = {"integer", "number", "money"}
COUNTED = NUMBERS | {"calculated"}
BELONGS_TO = {
    "min_length": TEXTS,
    "max_length": TEXTS | {"place"},
    "pattern": {"text", "address"},
    "minimum": NUMBERS,
    "maximum": NUMBERS,
    "decimals": {"number", "calculated"},
    "suffix": {"integer", "number", "calculated"},
    "not_before": {"date", "partial_date"},
    "not_after": {"date", "partial_date"},
    "precision": {"partial_date"},
    "options": {"one_of", "any_of"},
    "twelve_only": {"national_id"},
    "level": {"unit"},
    "as_of": {"place"},
    "elsewhere": {"place"},
    "columns": {"table"},
    "min_rows": {"table"},
    "max_rows": {"table"},
    "value": {"calculated"},
    "money": {"calculated"},
    "shape": {"map"},
    "max_points": {"map"},
    "component": {"file"},
    "max_files": {"file"},
}
PREFILLS = {
    "identity.name": {"text"},
    "identity.national_id": {"national_id"},
    "identity.born_on": {"date", "partial_date"},
    "identity.email": {"email"},
    "identity.phone": {"phone"},
    "identity.address": {"address", "text", "long_text"},
    "identity.tax_code": {"tax_code"},
    "unit.name": {"text", "address"},
    "unit.code": {"unit"},
}
EARLIER = "earlier."  # what a prefill from the person's earlier dossiers begins with; the key follows
NEVER_FILLED = {"file", "calculated"}
DECIDING_TYPES = {"one_of", "any_of", "yes_no", "statement"}
RULES = {  # which members a message of one's own speaks of
    "length": {"min_length", "max_length"},
    "range": {"minimum", "maximum", "not_before", "not_after"},
    "pattern": {"pattern"},
}
LONGEST_WITH_PATTERN = 500
DEEPEST, MOST_TESTS, MOST_PARTS = 4, 40, 40
# Names that pages use for their own inputs beside the form's.
RESERVED_KEYS = {"csrf_token", "token", "action", "seen", "next", "then", "return", "lang", "section", "unit"}
Earlier = Mapping[str, Field]


def sense_faults(data: Mapping[str, Any], form: Form) -> Iterator[Fault]:
    """Every fault of a form whose shape is right."""
    seen: dict[str, Field] = {}
    sections: set[str] = set()
    for s, section in enumerate(form.sections):
        if section.key in sections:
            yield Fault(f"sections[{s}].key", "section_twice", {"key": section.key})
        sections.add(section.key)
        for f, field in enumerate(section.fields):
            path = f"sections[{s}].fields[{f}]"
            yield from _field_faults(path, field, data["sections"][s]["fields"][f], seen)
            seen[field.key] = field
        for n, stop in enumerate(section.stops):
            yield from _condition_faults(f"sections[{s}].stops[{n}].when", stop.when, seen)
    for n, stop in enumerate(form.stops):
        yield from _condition_faults(f"stops[{n}].when", stop.when, seen)


def _field_faults(path: str, field: Field, data: Mapping[str, Any], earlier: Earlier) -> Iterator[Fault]:
    if field.key in earlier:
        yield Fault(f"{path}.key", "key_twice", {"key": field.key})
    if field.key in RESERVED_KEYS:
        yield Fault(f"{path}.key", "key_reserved", {"key": field.key})
    yield from _member_faults(path, field, data)
    yield from _range_faults(path, field)
    yield from _pattern_faults(path, field)
    yield from _condition_faults(f"{path}.show_if", field.show_if, earlier)
    yield from _condition_faults(f"{path}.required_if", field.required_if, earlier)
    yield from _column_faults(path, field, data)
    if field.value is not None:
        yield from _expression_faults(f"{path}.value", field.value, earlier)


def _member_faults(path: str, field: Field, data: Mapping[str, Any]) -> Iterator[Fault]:
    for member, types in BELONGS_TO.items():
        if member in data and field.type not in types:
            yield Fault(f"{path}.{member}", "member_of_another_type", {"type": field.type})
    if len({option.value for option in field.options}) < len(field.options):
        yield Fault(f"{path}.options", "option_twice")
    for rule in field.messages:
        if not RULES[rule] & {member for member, value in data.items() if value is not None}:
            yield Fault(f"{path}.messages.{rule}", "message_without_rule")
    if field.type == "calculated" and (field.required or field.required_if):
        yield Fault(f"{path}.required", "calculated_required")
    if field.type == "statement" and field.required_if:
        yield Fault(f"{path}.required_if", "statement_on_condition")
    if field.money and (field.suffix or field.decimals):
        yield Fault(f"{path}.money", "money_with_decimals")
    yield from _prefill_faults(path, field, data)


def _prefill_faults(path: str, field: Field, data: Mapping[str, Any]) -> Iterator[Fault]:
    if "correctable" in data and not field.prefill:
        yield Fault(f"{path}.correctable", "nothing_to_correct")
    if not field.prefill:
        return
    if not fills(field.prefill, field.type):
        yield Fault(f"{path}.prefill", "prefill_of_another_type", {"type": field.type})


def fills(source: str, type: str) -> bool:
    """Whether what a prefill names can be the answer to a field of that type."""
    if source.startswith(EARLIER):
        return type not in NEVER_FILLED
    return type in PREFILLS.get(source, ())


def _range_faults(path: str, field: Field) -> Iterator[Fault]:
    pairs: tuple[tuple[str, Any, Any], ...] = (
        ("min_length", field.min_length, field.max_length),
        ("minimum", field.minimum, field.maximum),
        ("min_rows", field.min_rows, field.max_rows),
    )
    for member, low, high in pairs:
        if isinstance(low, str) or isinstance(high, str):
            yield Fault(f"{path}.{member}", "limits_not_whole", {"type": field.type})
        elif low is not None and high is not None and low > high:
            yield Fault(f"{path}.{member}", "limits_crossed")
    days = [day for day in (field.not_before, field.not_after) if day and day != "today"]
    if len(days) == 2 and days[0] > days[1]:
        yield Fault(f"{path}.not_before", "days_crossed")
    if field.shape == "point" and field.max_points != 1:
        yield Fault(f"{path}.max_points", "point_is_one")
    if field.shape == "area" and field.max_points < 3:
        yield Fault(f"{path}.max_points", "area_needs_three")


def _pattern_faults(path: str, field: Field) -> Iterator[Fault]:
    if field.pattern is None:
        return
    try:
        patterns.check(field.pattern)
    except patterns.BadPattern as error:
        yield Fault(f"{path}.pattern", error.code, error.facts)
    if (field.max_length or 0) > LONGEST_WITH_PATTERN:
        yield Fault(f"{path}.max_length", "too_long_for_pattern", {"limit": LONGEST_WITH_PATTERN})


def _column_faults(path: str, field: Field, data: Mapping[str, Any]) -> Iterator[Fault]:
    keys: set[str] = set()
    for number, column in enumerate(field.columns):
        here, written = f"{path}.columns[{number}]", data["columns"][number]
        if column.key in keys:
            yield Fault(f"{here}.key", "key_twice", {"key": column.key})
        keys.add(column.key)
        yield from _member_faults(here, column, written)
        yield from _range_faults(here, column)
        yield from _pattern_faults(here, column)


def _condition_faults(path: str, condition: Condition | None, earlier: Earlier) -> Iterator[Fault]:
    if condition is None:
        return
    if sum(1 for _test in leaves(condition)) > MOST_TESTS:
        yield Fault(path, "too_many_tests", {"limit": MOST_TESTS})
    yield from _part_faults(path, condition, earlier, depth=1)


def _part_faults(path: str, condition: Condition, earlier: Earlier, *, depth: int) -> Iterator[Fault]:
    if isinstance(condition, Test):
        yield from _test_faults(path, condition, earlier)
        return
    if depth >= DEEPEST:
        yield Fault(path, "condition_too_deep")
        return
    data = condition.data()
    joined = "all_of" if "all_of" in data else "any_of"
    two_bounds = all(isinstance(part, Test) and part.kind in COMPARISONS for part in condition.parts)
    same = len({part.field for part in condition.parts if isinstance(part, Test)}) == 1
    for number, part in enumerate(condition.parts):
        # Two comparisons of one field may have been written in one test.
        inside = path if two_bounds and same and joined == "all_of" else f"{path}.{joined}[{number}]"
        yield from _part_faults(inside, part, earlier, depth=depth + 1)


def _test_faults(path: str, test: Test, earlier: Earlier) -> Iterator[Fault]:
    decider = earlier.get(test.field)
    if decider is None:
        yield Fault(f"{path}.field", "field_not_before", {"key": test.field})
    elif test.kind == "given":
        if decider.type in ("file", "calculated"):
            yield Fault(f"{path}.field", "never_given", _of(decider))
    elif test.kind in COMPARISONS:
        yield from _comparison_faults(path, test, decider)
    elif decider.type not in DECIDING_TYPES:
        yield Fault(f"{path}.field", "no_fixed_answers", _of(decider))
    else:
        possible = {option.value for option in decider.options} or {"yes", "no"}
        for value in sorted(test.values - possible):
            yield Fault(f"{path}.{test.kind}", "never_answers", {**_of(decider), "value": value})


def _of(decider: Field) -> dict[str, Any]:
    return {"key": decider.key, "label": decider.label, "type": decider.type}


def _comparison_faults(path: str, test: Test, decider: Field) -> Iterator[Fault]:
    if decider.type == "date":
        try:
            right = is_day(test.bound) and bool(date.fromisoformat(test.bound))
        except ValueError:
            right = False
        if not right:
            yield Fault(f"{path}.{test.kind}", "compared_with_day", _of(decider))
    elif decider.type in COUNTED:
        if not _is_number(test.bound):
            yield Fault(f"{path}.{test.kind}", "compared_with_number", _of(decider))
    else:
        yield Fault(f"{path}.field", "not_more_or_less", _of(decider))


def _is_number(text: str) -> bool:
    try:
        return not is_day(text) and Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _expression_faults(path: str, expression: Expression, earlier: Earlier) -> Iterator[Fault]:
    if sum(1 for _part in expressions.parts_of(expression)) > MOST_PARTS:
        yield Fault(path, "too_many_parts", {"limit": MOST_PARTS})
    yield from _operand_faults(path, expression, earlier, None, depth=1)


def _operand_faults(
    path: str, expression: Expression, earlier: Earlier, table: Field | None, *, depth: int
) -> Iterator[Fault]:
    """`table` is the one whose rows a total goes through."""
    if depth > DEEPEST + 1:
        yield Fault(path, "expression_too_deep")
        return
    match expression:
        case Answered(key, column):
            known = {c.key: c for c in table.columns} if column and table else {} if column else earlier
            found = known.get(key)
            if found is None:
                yield Fault(path, "column_unknown" if column else "field_not_before", {"key": key})
            elif found.type not in COUNTED:
                yield Fault(path, "not_a_number_field", _of(found))
        case Count(key) | Total(key):
            found = earlier.get(key)
            if found is None or found.type != "table":
                yield Fault(path, "table_not_before", {"key": key})
            elif isinstance(expression, Total):
                yield from _operand_faults(f"{path}.of", expression.of, earlier, found, depth=depth + 1)
        case Combined(how, parts):
            for number, part in enumerate(parts):
                yield from _operand_faults(f"{path}.{how}[{number}]", part, earlier, table, depth=depth + 1)
