"""From what a browser sent to answers, with every problem at once. Pure: the day and the units are handed in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from types import MappingProxyType
from typing import Any

from portal.procedures import expressions, tables
from portal.procedures.form import Answer, Field, Form, is_asked, is_required
from portal.procedures.formats import Refusal
from portal.procedures.inputs import DATE_PARTS, REASON
from portal.procedures.readers import Day, Places, Raw, Units, clean_line, read_field

__all__ = ["CODES", "DATE_PARTS", "Places", "Problem", "Raw", "Reading", "Units", "missing_files", "read"]

CODES = (
    *("missing", "too_long", "too_short", "not_a_number", "out_of_range", "not_a_date", "date_out_of_range"),
    *("not_an_option", "not_an_id", "not_a_tax_code", "not_a_phone", "not_an_email", "not_accepted"),
    *("control_characters", "pattern", "not_a_citizen_id", "not_a_decimal", "too_many_decimals"),
    *("not_a_partial_date", "no_commune", "no_street", "too_few_rows", "one_point_wanted", "too_many_points"),
    *("too_few_points", "crossing_lines", "not_coordinates", "outside_viet_nam", "too_large", "no_reason"),
)
LONGEST_REASON = 500
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field; the edge chooses the words (`portal.problem_words`).

    `at` names the input inside the field where it is not the field's first: a cell of a table, the street.
    """

    field: str
    code: str
    facts: Mapping[str, object] = dataclass_field(default_factory=dict)
    at: str = ""

    @property
    def input(self) -> str:
        return self.at or self.field


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers that hold, by field key, ready to be kept as JSON; and what does not hold."""

    answers: dict[str, Any]
    problems: tuple[Problem, ...]


def read(
    form: Form,
    raw: Raw,
    *,
    on: date,
    units: Units = NOTHING,
    places: Places = NOTHING,
    filled: Mapping[str, Answer] = NOTHING,
    section: str | None = None,
    known: Mapping[str, Any] = NOTHING,
) -> Reading:
    """Read a whole form, or one `section` of it given the answers `known` from the others.

    `on` is the local day that "today" means. `units` names the agency codes to choose from, by level, `places` the
    areas by a place's `as_of`; what is not among them is not an option. `filled` are the answers that were filled in
    beforehand, by field key: a field that is changed with a reason only needs one where its answer is another.
    Fields that the answers do not call for are dropped, and so are names that the form does not know. File fields
    are not read here: see `missing_files`.
    """
    inside = {field.key for part in form.sections if section in (None, part.key) for field in part.fields}
    answers: dict[str, Any] = {}
    seen = {key: value for key, value in known.items() if key not in inside}
    problems: list[Problem] = []
    day = Day(on, units, places)
    for field in form.fields:
        if field.key in inside and field.type != "file" and is_asked(field, seen):
            given, wrong = _read(field, raw, seen, day)
            if not wrong and field.with_reason and field.key in filled:
                given, wrong = _corrected(field, raw, given, filled[field.key])
            answers |= given
            seen |= given
            problems += wrong
    return Reading(answers, tuple(problems))


def missing_files(form: Form, answers: Mapping[str, Any], *, attached: Collection[str]) -> tuple[Problem, ...]:
    """Required file fields that the answers call for and that have no file; `attached` holds field keys."""
    return tuple(
        Problem(field.key, "missing")
        for field in form.fields
        if field.type == "file"
        and field.key not in attached
        and is_asked(field, answers)
        and is_required(field, answers)
    )


Given = tuple[dict[str, Any], list[Problem]]


def _read(field: Field, raw: Raw, seen: Mapping[str, Any], day: Day) -> Given:
    required = is_required(field, seen)
    if field.type == "table":
        return _table(field, raw, day, required=required)
    if field.type == "calculated":
        return _calculated(field, seen)
    try:
        answer = read_field(field, raw, day, required=required)
    except Refusal as refusal:
        return {}, [_problem(field, refusal)]
    return ({} if answer is None else {field.key: answer}), []


def _problem(field: Field, refusal: Refusal) -> Problem:
    inside = refusal.facts.get("input")
    return Problem(field.key, refusal.code, refusal.facts, f"{field.key}-{inside}" if inside else "")


def _calculated(field: Field, seen: Mapping[str, Any]) -> Given:
    if field.value is None:
        return {}, []
    try:
        found = expressions.value(field.value, seen, decimals=field.decimals)
    except expressions.TooLarge:
        return {}, [Problem(field.key, "too_large")]
    return ({} if found is None else {field.key: found}), []


def _table(field: Field, raw: Raw, day: Day, *, required: bool) -> Given:
    rows: list[dict[str, Any]] = []
    problems: list[Problem] = []
    numbers = [n for n in range(tables.rows_sent(field, raw)) if not tables.is_empty(field, n, raw)]
    for number in numbers:
        row: dict[str, Any] = {}
        for column, cell in zip(field.columns, tables.row(field, number), strict=True):
            try:
                answer = read_field(cell, raw, day, required=column.required)
            except Refusal as refusal:
                facts = {**refusal.facts, "row": number + 1, "column": column.label}
                problems.append(Problem(field.key, refusal.code, facts, cell.key))
            else:
                row |= {} if answer is None else {column.key: answer}
        rows += [row] if row else []
    fewest = max(field.min_rows, 1) if required else field.min_rows if numbers else 0
    if len(numbers if problems else rows) < fewest:
        problems.append(Problem(field.key, "too_few_rows", {"minimum": fewest}))
    return ({field.key: rows} if rows and not problems else {}), problems


def _corrected(field: Field, raw: Raw, given: dict[str, Any], was: Answer) -> Given:
    """The answer with the reason why it is not what was filled in, where it is not."""
    if given.get(field.key) == was:
        return given, []
    try:
        reason = clean_line((raw.get(f"{field.key}-{REASON}") or [""])[0])
    except Refusal as refusal:
        return given, [Problem(field.key, refusal.code, refusal.facts, f"{field.key}-{REASON}")]
    if not reason or len(reason) > LONGEST_REASON:
        code = "too_long" if reason else "no_reason"
        facts = {"length": len(reason), "maximum": LONGEST_REASON}
        return given, [Problem(field.key, code, facts if reason else {}, f"{field.key}-{REASON}")]
    return {**given, f"{field.key}-{REASON}": {"was": was, "reason": reason}}, []
