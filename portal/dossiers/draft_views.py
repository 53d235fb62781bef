"""What queries give to pages about drafts: finished, immutable values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from portal.dossiers.paper_notes import PaperNote
from portal.dossiers.views import File
from portal.dossiers.wished_ways import WishedWay
from portal.procedures.text import Text


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft in the list of a person's drafts."""

    token: UUID
    procedure_code: str
    procedure: Text
    created_at: datetime
    saved_at: datetime
    mandate_id: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft with everything typed so far, kept as typed (`raw`), right or wrong."""

    token: UUID
    procedure_code: str
    revision_id: int
    procedure: Text
    unit_id: int | None
    raw: Mapping[str, list[str]]
    files: tuple[File, ...]
    created_at: datetime
    saved_at: datetime
    earlier_revisions: tuple[int, ...] = ()  # it was written under these before, oldest first
    mandate_id: int | None = None  # by which it is written for somebody else
    channel: str = "online"
    papers: Mapping[str, PaperNote] = field(default_factory=dict)  # what an officer noted at the counter, by field
    chosen_way: WishedWay | None = None  # by which the result is to be returned; None: nobody chose

    @property
    def attached(self) -> set[str]:
        """The fields that have a file, or a paper at the counter; a file that is gone does not count."""
        return {file.field for file in self.files if not file.gone} | self.papers.keys()

    def files_of(self, field: str) -> tuple[File, ...]:
        return tuple(file for file in self.files if file.field == field)
