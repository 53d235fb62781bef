"""What queries give to pages: finished, immutable values. Nothing here asks the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from portal.dossiers import national_status, taking_back, ways
from portal.dossiers.life import Act, Actor, Outcome, Party, Proposal, Standing, State, Way, awaited, possible
from portal.dossiers.paper_notes import PaperNote
from portal.dossiers.represented import Agent, Applicant
from portal.dossiers.standing import Last
from portal.dossiers.wished_ways import Said
from portal.files.virus_scan import OPENABLE, Scan
from portal.procedures.text import Text
from portal.signatures.findings import Reading, from_json

Row = TypeVar("Row")
ABOUT_OPINIONS = frozenset({Act.OPINION_ASKED, Act.OPINION_GIVEN})


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list; `after` is the key of the next one, None on the last."""

    rows: tuple[Row, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A unit by its agency code, with the names it bears in the register (the code where it has none)."""

    code: str
    vi: str
    en: str

    def in_(self, lang: str) -> str:
        return self.en if lang == "en" else self.vi


@dataclass(frozen=True, slots=True)
class File:
    """A file of a draft or dossier. `field` is the form field's key; `supplement` or `result` for later ones."""

    id: int
    field: str
    name: str
    media_type: str
    size: int
    sha256: bytes
    added_at: datetime
    step: int | None  # ordinal of the act that brought it; None while in a draft
    scan: Scan
    preview: bool
    signatures: Mapping[str, Any] | None = None
    from_result: str | None = None  # the dossier whose result this is, copied from there byte for byte

    @property
    def signed(self) -> Reading | None:
        """The signatures it came with, as they were worth then."""
        return None if self.signatures is None else from_json(self.signatures)

    @property
    def openable(self) -> bool:
        return self.scan in OPENABLE

    @property
    def gone(self) -> bool:
        """Malware was found in it: the row says so, the bytes are destroyed."""
        return self.scan is Scan.FOUND


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file with the key of its bytes, for serving: see `attachments.read` and `attachments.headers`."""

    id: int
    dossier_id: int | None  # None: still in a draft
    reference: str | None
    key: str
    name: str
    media_type: str
    size: int
    sha256: bytes
    scan: Scan
    preview: bool
    signatures: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One act in the life of a dossier. `note` is the reason or message in words: for the person and the desk only."""

    n: int
    act: Act
    at: datetime
    unit: Place
    to: Place | None
    officer_id: int | None  # None: the person acted, or somebody for them
    due_at: datetime | None  # as it stood after the act
    rule: str | None
    outcome: Outcome | None
    note: str | None
    entry: int | None  # its ordinal among the dossier's public entries; None: known at the desk alone
    leaf: bytes | None  # hash of that entry
    by_agent: bool = False  # somebody acted for the person, by the mandate it was filed under
    to_officer_id: int | None = None  # the colleague it was given to
    kept_by: int | None = None  # who had it before
    for_officer_id: int | None = None  # the absent colleague in whose place the officer acted
    before: State | None = None  # the state before; None at the filing, and where it is not known
    unit_id: int = 0  # of `unit`
    way: Way | None = None  # by which the result was returned; None elsewhere, and where nobody said
    postal_number: str | None = None

    @property
    def ordinal(self) -> int:
        """Of a public act: its number in the ledger's chain."""
        if self.entry is None:
            raise LookupError(f"step {self.n} has no entry")
        return self.entry

    @property
    def leaf_hash(self) -> bytes:
        """Of a public act."""
        if self.leaf is None:
            raise LookupError(f"step {self.n} has no entry")
        return self.leaf


@dataclass(frozen=True, slots=True)
class Dossier:
    """One dossier, whole, for its person and for the desk."""

    id: int
    reference: str
    person_id: int
    applicant: Applicant | None  # None after a lawful erasure
    mandate_id: int | None
    agent: Agent | None  # who filed it for them; None after a lawful erasure too
    agent_id: int | None  # whoever reads this by that mandate; None: its own person, or an officer
    procedure_code: str
    revision_id: int
    procedure: Text
    unit_id: int
    unit: Place  # the receiving one
    desk_unit_id: int
    desk: Place  # what gives the result back: the receiving unit, or its successor
    holder_unit_id: int
    holder: Place
    channel: str
    language: str
    sealed: bool  # its ledger entries show nothing
    state: State
    filed_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    rule: str | None
    paused_at: datetime | None
    resolved_at: datetime | None
    returned_at: datetime | None
    outcome: Outcome | None
    extended: bool
    answers: Mapping[str, Any]
    papers: Mapping[str, PaperNote]  # seen or received on paper at the counter, by field
    files: tuple[File, ...]
    steps: tuple[Step, ...]  # the public ones; at the desk all
    keeper_id: int | None
    proposal: Proposal | None
    proposer_id: int | None
    proposer_for_id: int | None
    came_from: Place | None = None  # where it can be passed back to; only at the desk, where acts are offered
    said_ways: tuple[Said, ...] = ()  # by which the result was wished to be returned; none where that is not known

    @property
    def seen(self) -> int:
        """What an act from this page sends back, so that a dossier that moved on meanwhile is noticed."""
        return len(self.steps)

    @property
    def standing(self) -> Standing:
        received = self.received_at is not None
        return Standing(
            self.state,
            received,
            self.extended,
            self.person_id,
            self.desk_unit_id,
            self.holder_unit_id,
            self.agent_id,
            self.keeper_id,
            self.proposal,
            self.proposer_id,
            self._last,
            taking_back.told(self.steps),
            self.came_from is not None,
            proposer_for_id=self.proposer_for_id,
        )

    @property
    def _last(self) -> Last:
        step = self.steps[-1]
        return Last(step.act, step.officer_id, step.kept_by, step.for_officer_id)

    @property
    def awaited(self) -> Party:
        return awaited(self.state)

    @property
    def wished(self) -> Said | None:
        """The wish that holds."""
        return self.said_ways[-1] if self.said_ways else None

    @property
    def offered_way(self) -> Way:
        """By which the result is probably returned: as it was wished, else as the dossier came."""
        return self.wished.way if self.wished else ways.usual(self.channel)

    @property
    def national_code(self) -> int:
        """The code under which the national portal knows where it stands."""
        return national_status.of(self.state, self.counting_steps[-1].act)

    @property
    def public_steps(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.entry is not None)

    @property
    def counting_steps(self) -> tuple[Step, ...]:
        """The public ones that count: what was taken back does not, nor that it was."""
        return tuple(taking_back.counting(self.public_steps))

    @property
    def taken_back(self) -> Mapping[int, Step]:
        """Which steps were taken back, and by which: by their numbers."""
        return {step.n: by for step, by in taking_back.taken_back(self.public_steps)}

    @property
    def results(self) -> tuple[File, ...]:
        """The files of the decision that stands."""
        gone = self.taken_back
        return tuple(file for file in self.files if file.field == "result" and file.step not in gone)

    @property
    def results_taken_back(self) -> tuple[File, ...]:
        """The files of decisions that were taken back: they are no result any more."""
        gone = self.taken_back
        return tuple(file for file in self.files if file.field == "result" and file.step in gone)

    @property
    def last_note(self) -> str | None:
        """The words of the latest act that concerns its person: what to supplement, why it was refused."""
        return next(step.note for step in reversed(self.counting_steps) if step.act not in ABOUT_OPINIONS)

    def possible(self, by: Actor) -> tuple[Act, ...]:
        """The acts to offer this actor; none where the applicant's data were erased, for nothing can be done then."""
        return () if self.applicant is None else possible(self.standing, by)

    def approver_of(self, outcome: Outcome) -> int | None:
        """The leader who approved just this decision, and so signs it."""
        proposed = next((step.outcome for step in reversed(self.steps) if step.act is Act.PROPOSED), None)
        if self.proposal is not Proposal.APPROVED or proposed != outcome:
            return None
        return next((step.officer_id for step in reversed(self.steps) if step.act is Act.APPROVED), None)

    def late(self, at: datetime) -> bool:
        return is_late(self.due_at, self.resolved_at, self.paused_at, self.state, at)

    def files_of_step(self, n: int) -> tuple[File, ...]:
        return tuple(file for file in self.files if file.step == n)


@dataclass(frozen=True, slots=True)
class DossierRow:
    """One line in a person's list or a desk's queue. `applicant` only in the desk's."""

    id: int
    reference: str
    procedure_code: str
    procedure: Text
    unit: Place
    holder: Place
    applicant: str | None
    state: State
    filed_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    paused_at: datetime | None
    resolved_at: datetime | None
    outcome: Outcome | None
    keeper_id: int | None = None  # only in the desk's
    steps: int = 0

    @property
    def awaited(self) -> Party:
        return awaited(self.state)

    def late(self, at: datetime) -> bool:
        return is_late(self.due_at, self.resolved_at, self.paused_at, self.state, at)


@dataclass(frozen=True, slots=True)
class ViewRow:
    """One look that an officer took at a dossier (or at one of its files)."""

    reference: str
    officer_id: int
    unit: Place
    at: datetime
    file_id: int | None


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a submission gives: the same again for a repeated click."""

    reference: str
    secret: str  # the look-up secret, in groups, printed on the receipt
    filed_at: datetime
    again: bool  # this draft had been submitted before


@dataclass(frozen=True, slots=True)
class Done:
    """What an act gives."""

    reference: str
    state: State
    due_at: datetime | None
    steps: int


def is_late(
    due_at: datetime | None, resolved_at: datetime | None, paused_at: datetime | None, state: State, at: datetime
) -> bool:
    """Decided, or still open, after the due instant. A paused clock is late only if it already was at the pause."""
    if due_at is None or state in (State.WITHDRAWN, State.NOT_RECEIVED, State.STOPPED):
        return False
    return due_at < (resolved_at or paused_at or at)
