"""An internal process as data, read into frozen values and written out again. Pure.

A received dossier begins in the first step. An act that the step names leads on to another step or to the `END`, after
which the dossier goes on by the general table alone. What every step allows is not named: see `ALWAYS`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from portal.dossiers.vocabulary import Act
from portal.procedures import hidden
from portal.procedures.schema import Fault, fault_of
from portal.procedures.text import Text, text

SCHEMA_FILE = Path(__file__).parent / "schema.json"
END = "end"
RECEIVING, SUPERIOR = "receiving", "superior"
UNITS = (RECEIVING, SUPERIOR)
ROLES = ("receiver", "specialist", "leader")

GOVERNED = frozenset({Act.PASSED, Act.PROPOSED, Act.APPROVED, Act.SENT_BACK, Act.RESOLVED, Act.RETURNED})
"""What only a step that names it allows."""

GIVING = frozenset({Act.TAKEN_UP, Act.ASSIGNED})
"""What every step allows; named, it leads on where whoever has the dossier then holds the next step's role."""

LEADING = tuple(act for act in Act if act in GOVERNED | GIVING)
"""What a step may name, in the order of the acts."""

ALWAYS = frozenset(Act) - GOVERNED
"""What no process forbids (docs/decisions/processes.md)."""


@dataclass(frozen=True, slots=True)
class Way:
    """What may be done in a step, and the key of the step it leads to, or `END`."""

    act: Act
    to: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step: whose it is, and within how many minutes of working time; None: its time is not counted."""

    key: str
    name: Text
    role: str
    unit: str
    minutes: int | None
    ways: tuple[Way, ...]

    def way(self, act: Act) -> str | None:
        """Where the act leads; None where the step does not name it."""
        return next((way.to for way in self.ways if way.act is act), None)


@dataclass(frozen=True, slots=True)
class Process:
    """The steps in their order."""

    steps: tuple[Step, ...]

    @property
    def first(self) -> Step:
        return self.steps[0]

    def step(self, key: str) -> Step | None:
        return next((step for step in self.steps if step.key == key), None)

    def number(self, key: str) -> int:
        """Its place, from 1; 0 for none."""
        return next((n for n, step in enumerate(self.steps, 1) if step.key == key), 0)


def document() -> Mapping[str, Any]:
    """The published JSON Schema of a process file."""
    return _schema()


def shape_faults(data: object, *, definition: str | None = None) -> list[Fault]:
    """What the schema has against a file, or against what should be its `definition` (`content`, `kept_step`); then
    what nobody would see in its words.
    """
    wrong = sorted(_validator(definition).iter_errors(data), key=lambda one: [str(part) for part in one.absolute_path])
    return [fault_of(error) for error in wrong] or list(hidden.faults("", data))


def parse(steps: Sequence[Mapping[str, Any]]) -> Process:
    """The process of steps whose shape is right."""
    return Process(tuple(map(_step, steps)))


def write(process: Process) -> list[dict[str, Any]]:
    """The steps as data, which `parse` takes."""
    return [
        {
            "key": step.key,
            "name": {"vi": step.name.vi, "en": step.name.en},
            "role": step.role,
            "unit": step.unit,
            "hours": hours_of(step.minutes),
            "acts": [{"act": way.act.value, "to": way.to} for way in step.ways],
        }
        for step in process.steps
    ]


def hours_of(minutes: int | None) -> int | float | None:
    """As a file says it: whole hours without a fraction."""
    if minutes is None:
        return None
    return minutes // 60 if minutes % 60 == 0 else minutes / 60


def _step(data: Mapping[str, Any]) -> Step:
    hours = data["hours"]
    return Step(
        data["key"],
        text(data["name"]),
        data["role"],
        data["unit"],
        None if hours is None else round(hours * 60),
        tuple(Way(Act(way["act"]), way["to"]) for way in data["acts"]),
    )


@cache
def _schema() -> Mapping[str, Any]:
    schema: Mapping[str, Any] = json.loads(SCHEMA_FILE.read_text("utf-8"))
    return schema


@cache
def _validator(definition: str | None) -> Draft202012Validator:
    schema = _schema()
    if definition is not None:
        schema = {"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]}
    return Draft202012Validator(schema, format_checker=FormatChecker(["date"]))
