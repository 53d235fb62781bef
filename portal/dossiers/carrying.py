"""What becomes of a draft's answers when its form is replaced by a newer revision's. Pure.

Everything that was typed stays with the draft under its field's key. What the new form still asks is found there
again; what it no longer asks is kept to be read, and is not filed.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from portal.procedures import inputs
from portal.procedures.definition import Field, Form

Raw = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """The fields of the new form and of the ones before, by what happens to them; in the order they are asked.

    `kept`: answered, and the question is the same. `to_check`: answered, and the question is another now (as it was
    when it was answered, as it is now). `gone`: answered, and asked no more (as it was). `added`: asked anew, whether
    or not it must be answered.
    """

    kept: tuple[Field, ...]
    to_check: tuple[tuple[Field, Field], ...]
    gone: tuple[Field, ...]
    added: tuple[Field, ...]


def carry_over(earlier: Iterable[Form], form: Form, raw: Raw, *, attached: Collection[str]) -> CarriedOver:
    """Compare the forms that a draft was written under, oldest first, with the one it moves to."""
    asked = [field for old in earlier for field in old.fields]
    now = {field.key: field for field in form.fields}
    # A key that changed its type on the way has its answer under the inputs of the type it had then.
    was = {field.key: field for field in asked if field.key in attached or typed(field, raw)}
    return CarriedOver(
        kept=tuple(field for key, field in now.items() if was.get(key) == field),
        to_check=tuple((was[key], field) for key, field in now.items() if key in was and was[key] != field),
        gone=tuple(field for key, field in was.items() if key not in now),
        added=tuple(field for key, field in now.items() if key not in {old.key for old in asked}),
    )


def typed(field: Field, raw: Raw) -> str:
    """What was typed into the field's inputs, as it was typed; empty where nothing was."""
    return " ".join(value for values in inputs.of([field], raw).values() for value in values if value.strip())
