"""What a result template may name: facts of the dossier, answers of its form, and what the officer types. Pure.

`{{ applicant }}` is a fact, `{{ form.child_name }}` the answer to a question of the procedure's form,
`{{ free.conditions }}` what the officer types at the desk. Nothing else is known, so nothing else is printed.
"""

from collections.abc import Mapping
from types import MappingProxyType

from portal.procedures.form import Form

FACTS = (
    "reference",
    "procedure",
    "procedure_code",
    "applicant",
    "applicant_number",
    "applicant_born_on",
    "applicant_address",
    "unit",
    "superior",
    "officer",
    "officer_title",
    "today",
    "filed_on",
    "received_on",
    "due_on",
)
NUMBER = "decision_number"
FREE: Mapping[str, bool] = MappingProxyType(
    {
        NUMBER: False,
        "registry_number": False,
        "valid_until": False,
        "legal_basis": True,
        "content": True,
        "conditions": True,
        "recipients": True,
    }
)
"""What the officer types, and whether it has several lines."""

ANSWER, TYPED = "form.", "free."
UNPRINTABLE = frozenset({"file", "map"})  # types of answers that are no words


def answers_of(form: Form) -> tuple[str, ...]:
    """The marks that stand for answers of this form."""
    return tuple(ANSWER + field.key for field in form.fields if field.type not in UNPRINTABLE)


def known(form: Form) -> frozenset[str]:
    """Every mark that a template of this form may have."""
    return frozenset(FACTS) | {TYPED + name for name in FREE} | frozenset(answers_of(form))


def is_answer(name: str) -> bool:
    return name.startswith(ANSWER)
