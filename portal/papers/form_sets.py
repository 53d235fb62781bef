"""Which statutory form has which number and title at a day: dated data (`data/form_sets.yaml`). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).with_name("data") / "form_sets.yaml"


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a set. `number` None: the set has no such form, so the paper names none."""

    name: str
    number: str | None
    mark: str
    vi: str
    en: str
    basis: str

    def title_in(self, language: str) -> str:
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True)
class FormSet:
    name: str
    valid_from: date
    forms: Mapping[str, Form]


def in_force(on: date) -> FormSet:
    """The set of that day; before the first one, the first."""
    known = all_sets()
    return next((one for one in reversed(known) if one.valid_from <= on), known[0])


def form(name: str, *, on: date) -> Form:
    return in_force(on).forms[name]


@lru_cache(maxsize=1)
def all_sets() -> tuple[FormSet, ...]:
    """Oldest first."""
    rows: list[dict[str, Any]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))["sets"]
    return tuple(sorted((_set(row) for row in rows), key=lambda one: one.valid_from))


def _set(row: dict[str, Any]) -> FormSet:
    forms = {
        name: Form(name, one.get("number"), one.get("mark", ""), one["vi"], one["en"], row["basis"])
        for name, one in row["forms"].items()
    }
    return FormSet(row["name"], row["valid_from"], forms)
