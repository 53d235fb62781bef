"""What of an act is private, as named fields: the ledger's entry commits to them and shows none.

The same function serves the act and, later, the receipt that opens a field: from the same rows it gives the same
fields. Names: `applicant.<member>`, `agent.<member>`, `answer.<key>`, `file.<number>`, `paper.<key>`, `note`,
`officer`, `standing_in_for` (the colleague in whose place that officer acted), `way` and `postal_number` of a result
that was returned, and `agent` of a later act: the mandate by which somebody acted for the applicant.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol


class FileFacts(Protocol):
    """A file, stored or in its row."""

    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> bytes: ...


def of_filing(
    *,
    applicant: Mapping[str, Any],
    answers: Mapping[str, Any],
    files: Iterable[tuple[str, FileFacts]],
    agent: Mapping[str, Any] | None = None,
    papers: Mapping[str, Any] | None = None,
    officer_id: int | None = None,
) -> dict[str, Any]:
    """Of the act `filed`; `agent` where somebody filed it for the applicant.

    `papers` and `officer_id` where it was entered at the counter: what there was on paper, and by whom.
    """
    fields: dict[str, Any] = {f"applicant.{member}": value for member, value in applicant.items() if value is not None}
    fields |= {f"agent.{member}": value for member, value in (agent or {}).items() if value is not None}
    fields |= {f"answer.{key}": _committed(value) for key, value in answers.items()}
    fields |= {f"paper.{key}": noted for key, noted in (papers or {}).items()}
    if officer_id is not None:
        fields["officer"] = officer_id
    return fields | _files(files)


def of_act(
    *,
    officer_id: int | None,
    note: str | None,
    files: Iterable[tuple[str, FileFacts]],
    mandate_id: int | None = None,
    for_officer_id: int | None = None,
    way: str | None = None,
    postal_number: str | None = None,
) -> dict[str, Any]:
    """Of every later act; `mandate_id` where somebody did it for the applicant, `for_officer_id` for a colleague."""
    fields: dict[str, Any] = {}
    if mandate_id is not None:
        fields["agent"] = mandate_id
    if officer_id is not None:
        fields["officer"] = officer_id
    if for_officer_id is not None:
        fields["standing_in_for"] = for_officer_id
    fields |= {name: said for name, said in (("way", way), ("postal_number", postal_number)) if said is not None}
    if note:
        fields["note"] = note
    return fields | _files(files)


def _committed(answer: Any) -> Any:
    """The answer as the ledger's JSON takes it, which has no fractions: GeoJSON goes in as its text."""
    if isinstance(answer, dict) and "coordinates" in answer:
        return json.dumps(answer, separators=(",", ":"), sort_keys=True)
    return {name: _committed(value) for name, value in answer.items()} if isinstance(answer, dict) else answer


def _files(files: Iterable[tuple[str, FileFacts]]) -> dict[str, Any]:
    return {f"file.{n}": [field, file.sha256.hex(), file.size] for n, (field, file) in enumerate(files)}
