"""What there is to say about each thing of a procedure: one line a member, as the studio's pages ask for it.

A new member or type of field is a line here and words for it in the web face; no page changes. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal, get_args

from portal.procedures import places, schema, sectors
from portal.procedures.form import FieldType
from portal.procedures.places import Kind, Place
from portal.procedures.sense import BELONGS_TO, EARLIER, PREFILLS, RULES

MemberKind = Literal[
    "words",  # both languages, one line
    "prose",  # both languages, several lines
    "line",
    "lines",  # a list, one a line
    "number",
    "flag",
    "choice",
    "choices",
    "day",  # a day, or "today" where `choices` says so
    "condition",
    "decimal",  # a number that may have a fraction, kept as text
    "formula",  # an expression over earlier answers
    "prefill",  # where an answer comes from; EARLIER with the key of a field
    "rows",  # a list that is edited on its owner's page
]
FIELD_TYPES: tuple[str, ...] = get_args(FieldType)


@dataclass(frozen=True, slots=True)
class Member:
    """`name` is the way to it inside the thing (`term.unit`), "" the thing itself."""

    name: str
    kind: MemberKind
    needed: bool = False
    choices: tuple[str, ...] = ()
    rows: Kind | None = None
    seldom: bool = False  # folded away where nothing is said

    @property
    def input(self) -> str:
        """How its input is named, alone on its page."""
        return self.name.replace(".", "-") or "text"


def of(content: Mapping[str, Any], place: Place) -> tuple[Member, ...]:
    """What there is to say about the thing at this place; of the sheet see SHEET."""
    found = places.kind(place) or "sheet"
    if found in ("field", "column"):
        kind = str(places.find(content, (*place, "type")))
        return of_field(kind) if found == "field" else of_column(kind)
    return THINGS.get(found, ())


def _enum(*way: str) -> tuple[str, ...]:
    """The values that the schema allows there."""
    node: Any = schema.document()
    for part in way:
        node = node[part]
    return tuple(value for value in node if value is not None)


def of_field(kind: str) -> tuple[Member, ...]:
    """The members that a field of this type has, in the order of its page."""
    return tuple(_for_type(member, kind) for member in FIELD if _belongs(member, kind))


def of_column(kind: str) -> tuple[Member, ...]:
    """The members of a table's column of this type: those of a field, but for what looks at other fields."""
    return tuple(
        replace(member, choices=COLUMN_TYPES) if member.name == "type" else member
        for member in of_field(kind)
        if member.name not in FIELDS_ONLY
    )


def _belongs(member: Member, kind: str) -> bool:
    if member.name in NOT_OF:
        return kind not in NOT_OF[member.name]
    if member.name.startswith("messages."):
        return any(kind in BELONGS_TO[about] for about in RULES[member.name.partition(".")[2]])
    return kind in BELONGS_TO.get(member.name, {kind})


def _for_type(member: Member, kind: str) -> Member:
    if member.name in ("minimum", "maximum") and kind == "number":
        return replace(member, kind="decimal")
    if member.name == "prefill":
        fitting = (source for source, kinds in PREFILLS.items() if kind in kinds)
        return replace(member, choices=(*fitting, EARLIER))
    return member


COLUMN_TYPES = (
    *("text", "integer", "number", "money", "date", "one_of", "yes_no"),
    *("national_id", "tax_code", "phone", "email"),
)
FIELDS_ONLY = frozenset(("show_if", "required_if", "prefill", "correctable"))
NOT_OF: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "required": frozenset(("calculated",)),
        "required_if": frozenset(("calculated", "statement")),
        "prefill": frozenset(("calculated", "file", "statement")),
        "correctable": frozenset(("calculated", "file", "table", "map", "statement")),
    }
)
_OF_A_FIELD = ("$defs", "form_field", "properties")
FIELD = (
    Member("label", "words", needed=True),
    Member("help", "words"),
    Member("type", "choice", needed=True, choices=FIELD_TYPES),
    Member("required", "flag"),
    Member("options", "rows", needed=True, rows="option"),
    Member("value", "formula", needed=True),
    Member("money", "flag"),
    Member("level", "choice", needed=True, choices=_enum(*_OF_A_FIELD, "level", "enum")),
    Member("shape", "choice", needed=True, choices=_enum(*_OF_A_FIELD, "shape", "enum")),
    Member("max_points", "number", seldom=True),
    Member("precision", "choice", choices=_enum(*_OF_A_FIELD, "precision", "enum")),
    Member("twelve_only", "flag", seldom=True),
    Member("as_of", "day", choices=("today",), seldom=True),
    Member("elsewhere", "flag", seldom=True),
    Member("min_rows", "number", seldom=True),
    Member("max_rows", "number", seldom=True),
    Member("component", "choice"),
    Member("max_files", "number", seldom=True),
    Member("min_length", "number", seldom=True),
    Member("max_length", "number", seldom=True),
    Member("messages.length", "words", seldom=True),
    Member("pattern", "line", seldom=True),
    Member("messages.pattern", "words", seldom=True),
    Member("decimals", "number"),
    Member("suffix", "words"),
    Member("minimum", "number", seldom=True),
    Member("maximum", "number", seldom=True),
    Member("not_before", "day", choices=("today",), seldom=True),
    Member("not_after", "day", choices=("today",), seldom=True),
    Member("messages.range", "words", seldom=True),
    Member("prefill", "prefill", seldom=True),
    Member("correctable", "choice", choices=_enum(*_OF_A_FIELD, "correctable", "enum"), seldom=True),
    Member("show_if", "condition"),
    Member("required_if", "condition", seldom=True),
    Member("key", "line"),
)
UNIT_KINDS = _enum("$defs", "kinds", "items", "enum")
THINGS: Mapping[Kind, tuple[Member, ...]] = MappingProxyType(
    {
        "step": (Member("", "prose", needed=True),),
        "case": (Member("name", "words"),),
        "component": (
            Member("name", "prose", needed=True),
            Member("form_name", "words"),
            Member("templates", "rows", rows="template"),
            Member("template.name", "line"),
            Member("template.url", "line"),
            Member("originals", "number", needed=True),
            Member("copies", "number", needed=True),
            Member("required", "flag"),
            Member("note", "prose"),
            Member("key", "line"),
        ),
        # Both come with the file itself; nobody types them.
        "template": (Member("name", "line", needed=True), Member("sha256", "line", needed=True)),
        "channel": (
            Member("channel", "choice", needed=True, choices=("online", "counter", "post")),
            Member("term.number", "number", needed=True),
            Member("term.unit", "choice", needed=True, choices=("hours", "working_days", "days", "same_day")),
            Member("term.text", "prose"),
            Member("fees", "rows", rows="fee"),
        ),
        "fee": (Member("amount", "number"), Member("text", "prose"), Member("basis", "line")),
        "offer": (
            Member("agencies", "lines"),
            Member("kinds", "choices", choices=UNIT_KINDS),
            Member("note", "prose"),
            Member("steps", "rows", rows="step"),
        ),
        "result": (Member("name", "words", needed=True), Member("code", "line")),
        "stop": (
            Member("text", "prose", needed=True),
            Member("when", "condition", needed=True),
            Member("procedure", "line"),
        ),
        "legal_basis": (Member("number", "line", needed=True), Member("name", "words", needed=True)),
        "section": (Member("title", "words", needed=True), Member("intro", "prose"), Member("key", "line")),
        # An option keeps the value it was given at first, whatever it is called later: answers rest under it.
        "option": (Member("label", "words", needed=True), Member("hint", "words")),
    }
)
# The sheet's members, by the page on which they are edited.
SHEET: Mapping[str, tuple[Member, ...]] = MappingProxyType(
    {
        "names": (
            Member("name", "words", needed=True),
            Member("summary", "prose", needed=True),
            Member("field", "choice", needed=True, choices=tuple(sectors.sectors())),
            Member("kind", "words"),
            Member("level", "choice", needed=True, choices=_enum("properties", "level", "enum")),
            Member("service_level", "choice", needed=True, choices=_enum("properties", "service_level", "enum")),
            Member("keywords", "lines"),
            Member("life_events", "choices", choices=_enum("properties", "life_events", "items", "enum")),
            Member("confidence", "choice", needed=True, choices=_enum("properties", "confidence", "enum")),
            Member("sealed", "flag"),
        ),
        "who": (
            Member("audience", "choices", needed=True, choices=_enum("properties", "audience", "items", "enum")),
            Member("audience_note", "prose"),
            Member("received_by.kinds", "choices", choices=UNIT_KINDS),
            Member("received_by.agencies", "lines"),
            Member("performed_by", "words", needed=True),
            Member("competent", "words"),
            Member("authorised", "words"),
            Member("coordinating", "words"),
            Member("reception", "prose"),
        ),
        "steps": (Member("steps", "rows", rows="step"),),
        "result": (
            Member("result", "prose", needed=True),
            Member("result_code", "line"),
            Member("results", "rows", rows="result"),
            Member("conditions", "prose"),
        ),
        "bases": (Member("legal_bases", "rows", rows="legal_basis"), Member("related", "lines")),
    }
)
