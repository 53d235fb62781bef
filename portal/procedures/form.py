"""What a form is: finished, immutable values. Made by `parsing`, filled by `reading`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from decimal import Decimal
from itertools import groupby
from types import MappingProxyType
from typing import Any, Literal

from portal.procedures.conditions import Condition, leaves, settle
from portal.procedures.expressions import Expression
from portal.procedures.text import Text

FieldType = Literal[
    "text",
    "long_text",
    "integer",
    "number",
    "money",
    "date",
    "partial_date",
    "one_of",
    "any_of",
    "yes_no",
    "national_id",
    "tax_code",
    "phone",
    "email",
    "unit",
    "address",
    "place",
    "table",
    "calculated",
    "map",
    "file",
    "statement",
]

YES_NO = {"yes": Text("Có", "Yes"), "no": Text("Không", "No")}
SELECT_FROM = 7  # a one_of with this many options or more is shown as a select
NO_TEXTS: Mapping[str, Text] = MappingProxyType({})

# An answer as it rests: text, whole number, true or false, option values, and of the newer types objects and rows
# of them (docs/procedures.md). A day is its ISO day, a number its canonical decimal.
Answer = str | int | bool | list[str] | list[dict[str, Any]] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: Text
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """Why one may not need this procedure after all: said once `when` holds, never a refusal."""

    when: Condition
    text: Text
    procedure: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One question. Members that a type does not use are None or empty."""

    key: str
    type: FieldType
    label: Text
    help: Text | None = None
    required: bool = False
    show_if: Condition | None = None
    required_if: Condition | None = None
    prefill: str | None = None
    with_reason: bool = False  # what was filled in beforehand may only be changed with a reason
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    minimum: Decimal | int | None = None
    maximum: Decimal | int | None = None
    decimals: int = 0
    suffix: Text | None = None
    not_before: str | None = None  # "today" or an ISO day
    not_after: str | None = None
    precision: str = "year"  # of a partial date: what must be known at least
    options: tuple[Option, ...] = ()
    twelve_only: bool = False  # of a national_id: no number of the old card
    level: str | None = None  # of a unit: "commune" or "district"
    as_of: str = "today"  # of a place: the day whose units are chosen from
    elsewhere: bool = False  # of a place: an address outside the register may be typed
    columns: tuple["Field", ...] = ()
    min_rows: int = 0
    max_rows: int = 0
    value: Expression | None = None
    money: bool = False  # of a calculated value: dong
    shape: str | None = None  # of a map: "point" or "area"
    max_points: int = 1
    component: str | None = None  # of a file: the paper it is
    max_files: int | None = None
    messages: Mapping[str, Text] = dataclass_field(default_factory=lambda: NO_TEXTS)  # own words by rule

    @property
    def as_select(self) -> bool:
        return len(self.options) >= SELECT_FROM

    def choices(self, lang: str) -> list[tuple[str, str, str]]:
        """(value, label, hint) of each option, as radios, checkboxes and selects take them."""
        return [(o.value, o.label.in_(lang), o.hint.in_(lang) if o.hint else "") for o in self.options]

    def words_for(self, values: Collection[str], lang: str) -> list[str]:
        """How these answers are called, in the order they are offered."""
        offered = [(o.value, o.label) for o in self.options] or list(YES_NO.items())
        return [label.in_(lang) for value, label in offered if value in values]

    def option(self, value: str) -> Option | None:
        return next((option for option in self.options if option.value == value), None)


Group = tuple[Condition | None, tuple[Field, ...]]


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: Text
    intro: Text | None
    fields: tuple[Field, ...]
    stops: tuple[Stop, ...] = ()

    @property
    def groups(self) -> tuple[Group, ...]:
        """The fields in order, neighbours that are asked on the same condition together."""
        together = groupby(self.fields, key=lambda field: field.show_if)
        return tuple((condition, tuple(fields)) for condition, fields in together)

    def groups_for(self, answers: Mapping[str, Any]) -> tuple[Group, ...]:
        """The groups that the answers of other sections leave, each with what this section still has to decide."""
        mine = {field.key for field in self.fields}
        settled = ((settle(when, answers, still_open=mine), fields) for when, fields in self.groups)
        return tuple((None if left is True else left, fields) for left, fields in settled if left is not False)

    def needed(self, field: Field, answers: Mapping[str, Any]) -> Condition | bool:
        """Whether the field must be answered, or on what of this section that still hangs."""
        if field.required_if is None:
            return field.required
        mine = {other.key for other in self.fields}
        return field.required or settle(field.required_if, answers, still_open=mine)


@dataclass(frozen=True, slots=True)
class Form:
    sections: tuple[Section, ...]
    stops: tuple[Stop, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, in the order it is asked."""
        return tuple(field for section in self.sections for field in section.fields)

    def field(self, key: str) -> Field | None:
        return next((field for field in self.fields if field.key == key), None)

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)

    def stop_after(self, key: str, answers: Mapping[str, Any]) -> Stop | None:
        """The first reason to stop that holds once this section is answered: its own, then the form's.

        One of the form is said once: after the section by whose answers it came to hold.
        """
        section = self.section(key)
        here = {field.key for field in section.fields} if section else set()
        before = {name: answer for name, answer in answers.items() if name not in here}
        new = (stop for stop in self.stops if not stop.when.holds(before) or _lacks(stop.when, here))
        return next((stop for stop in (*(section.stops if section else ()), *new) if stop.when.holds(answers)), None)


def _lacks(condition: Condition, fields: Collection[str]) -> bool:
    """Whether it looks for one of these having no answer, which holds before anybody was asked."""
    return any(test.kind == "given" and test.bound == "no" and test.field in fields for test in leaves(condition))


def is_asked(field: Field, answers: Mapping[str, Any]) -> bool:
    """Whether the answers given so far call for this field; answers hold no hidden field's answer."""
    return field.show_if is None or field.show_if.holds(answers)


def is_required(field: Field, answers: Mapping[str, Any]) -> bool:
    """Whether it must be answered, where it is asked."""
    return field.required or (field.required_if is not None and field.required_if.holds(answers))


def asked(form: Form, answers: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields that these answers call for."""
    return tuple(field for field in form.fields if is_asked(field, answers))


def open_fields(form: Form, answers: Mapping[str, Any]) -> frozenset[str]:
    """Keys of the fields of which it is still open if they will be asked: what they hang on is not answered yet."""
    return frozenset(key for key, state in _standing(form.fields, answers).items() if state is None)


def undecided(form: Form, field: Field, answers: Mapping[str, Any]) -> bool:
    """Whether it is still open if this field will be asked."""
    return field.key in open_fields(form, answers)


def _standing(fields: Iterable[Field], answers: Mapping[str, Any]) -> dict[str, bool | None]:
    """Of each field whether it is asked; None where that is open. One pass, because conditions only look back."""
    standing: dict[str, bool | None] = {}
    for field in fields:
        hangs_on = {test.field for test in leaves(field.show_if)}
        waiting = {key for key in hangs_on if answers.get(key) is None and standing.get(key) is not False}
        left = settle(field.show_if, answers, still_open=waiting)
        standing[field.key] = left if isinstance(left, bool) else None
    return standing
