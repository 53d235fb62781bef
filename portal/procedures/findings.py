"""What stands against a manuscript, or might be better, as facts that pages put into words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from portal.procedures.schema import Fault

Severity = Literal["error", "advice"]

# How the schema's rules are called here; the others keep the schema's name.
OF_THE_SCHEMA = {
    "required": "missing",
    "dependentRequired": "missing",
    "minLength": "empty",
    "maxLength": "too_long",
    "minItems": "empty_list",
    "maxItems": "too_many",
    "enum": "not_an_option",
    "additionalProperties": "unknown_member",
    "minimum": "out_of_range",
    "maximum": "out_of_range",
    "uniqueItems": "twice",
    "type": "wrong_type",
    "pattern": "bad_shape",
    "format": "bad_shape",
    "const": "bad_shape",
    "anyOf": "bad_shape",
    "oneOf": "bad_shape",
    "minProperties": "empty_list",
    "maxProperties": "too_many",
}
LANGUAGES = {"en": "missing_english", "vi": "missing_vietnamese"}
NOTHING_THERE = ("missing", "empty", "wrong_type")


@dataclass(frozen=True, slots=True)
class Finding:
    """`path` leads to the member, as `form.sections[0].fields[2].label.en`; an error forbids to publish."""

    code: str
    path: str
    severity: Severity = "error"
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Checks:
    """All findings: errors forbid to publish, advice does not."""

    errors: tuple[Finding, ...]
    advice: tuple[Finding, ...]

    @classmethod
    def of(cls, found: Iterable[Finding]) -> "Checks":
        every = list(dict.fromkeys(found))
        return cls(
            tuple(finding for finding in every if finding.severity == "error"),
            tuple(finding for finding in every if finding.severity == "advice"),
        )


def of_fault(fault: Fault) -> Iterable[Finding]:
    """A fault of a file as findings, one for each member that is missing or unknown."""
    code = OF_THE_SCHEMA.get(fault.code, fault.code)
    members = fault.facts.get("members", ())
    if code == "missing" and members:
        # The schema names the missing member first; what follows it names nothing.
        yield _named("missing", _below(fault.path, members[0]), fault)
    elif code == "unknown_member" and members:
        yield from (Finding(code, _below(fault.path, member)) for member in members)
    else:
        yield _named(code, fault.path, fault)


def _named(code: str, path: str, fault: Fault) -> Finding:
    """The finding under the name that says most."""
    last = path.rpartition(".")[2]
    if code in NOTHING_THERE and last in LANGUAGES:
        code = LANGUAGES[last]
    elif code in (*NOTHING_THERE, "not_an_option") and path.endswith("term.unit"):
        code = "term_without_unit"
    return Finding(code, path, facts=fault.facts)


def _below(path: str, member: str) -> str:
    return f"{path}.{member}" if path else member
