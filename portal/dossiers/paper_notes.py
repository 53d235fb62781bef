"""Papers that were shown or handed in on paper, in the place of a file: which kind, and how many. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MOST = 99


class PaperKind(StrEnum):
    SEEN = "seen"  # the original was shown and given back
    ORIGINAL = "original"
    CERTIFIED = "certified"  # a certified copy
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class PaperNote:
    """What an officer noted of one component."""

    kind: PaperKind
    number: int


def to_json(notes: Mapping[str, PaperNote]) -> dict[str, Any]:
    """As it is kept, and committed to."""
    return {field: [note.kind.value, note.number] for field, note in notes.items()}


def of_json(kept: Mapping[str, Any] | None) -> dict[str, PaperNote]:
    return {field: PaperNote(PaperKind(kind), number) for field, (kind, number) in (kept or {}).items()}
