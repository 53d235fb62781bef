"""Reasons and messages in words: cleaned, bounded, never in the ledger."""

from portal.procedures import characters
from portal.procedures.definition import Problem

LONGEST = 2000


def read(text: str, field: str) -> tuple[str | None, Problem | None]:
    """The text as it will be kept (None where there is none), or what is wrong with it."""
    if len(text) > 10 * LONGEST:
        return None, Problem(field, "too_long", {"length": len(text), "maximum": LONGEST})
    try:
        note = characters.clean(text, lines=True)
    except characters.Unreadable:
        return None, Problem(field, "control_characters")
    length = characters.length(note)
    if length > LONGEST:
        return None, Problem(field, "too_long", {"length": length, "maximum": LONGEST})
    return note or None, None
