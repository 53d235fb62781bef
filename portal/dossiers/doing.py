"""An act that the table allows, with what is needed to carry it out, and what it makes of the dossier's row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.dossiers import life, opinions
from portal.dossiers.attachments import Stored
from portal.dossiers.life import Act, Actor, Holder, Keeping, Transition
from portal.dossiers.rows import AnyRow
from portal.dossiers.running import Running
from portal.dossiers.standing import Last
from portal.dossiers.taking_back import Before
from portal.dossiers.transitions import Only
from portal.dossiers.vocabulary import PROPOSAL_BEFORE
from portal.dossiers.wishes import Wish
from portal.units import queries as units


@dataclass(frozen=True, slots=True)
class Doing:
    """A wish that the table allows, with what is needed to carry it out."""

    wish: Wish
    dossier: AnyRow
    row: Transition
    by: Actor
    at: datetime
    note: str | None
    clock: Running
    to: units.Unit | None
    colleague_id: int | None
    opinion: opinions.Asked | None
    last: Last | None
    back: Before | None = None  # how it stood before the act that is taken back

    @property
    def towards(self) -> tuple[int, str] | None:
        """The unit that it goes to, or whose opinion is asked, or that gets the opinion."""
        if self.opinion is not None:
            return self.dossier.holder_unit_id, self.dossier.holder_code
        return (self.to.id, self.to.agency_code) if self.to else None

    @property
    def n(self) -> int:
        return int(self.dossier.steps)

    @property
    def unit_id(self) -> int:
        """The acting unit: the holding one, the one that hands over or takes back, or the one that was asked."""
        if self.opinion is not None:
            return self.opinion.unit_id
        if self.back is not None:
            return self.back.unit_id
        return int(self.wish.from_unit_id or self.dossier.holder_unit_id)

    @property
    def unit_code(self) -> str:
        if self.opinion is not None:
            return self.opinion.unit_code
        if self.back is not None:
            return self.back.unit_code
        held = self.unit_id == self.dossier.holder_unit_id
        return str(self.dossier.holder_code if held else self.dossier.desk_code)

    @property
    def by_mandate(self) -> int | None:
        """The mandate by which somebody acts for the dossier's person, where somebody does."""
        person_id = self.by.person_id
        return self.dossier.mandate_id if person_id is not None and person_id != self.dossier.person_id else None

    @property
    def files(self) -> list[tuple[str, Stored]]:
        return [(self.wish.file_field, file) for file in self.wish.files]


def changes(doing: Doing, leaf: bytes | None) -> dict[str, Any]:
    """What of the dossier's row is new."""
    changed: dict[str, Any] = _keeping(doing) | {
        "state": doing.row.after.value,
        "steps": doing.n + 1,
        "acted_at": doing.at,
        "due_at": doing.clock.due_at,
        "rule": doing.clock.rule,
        "paused_at": doing.clock.paused_at,
        "urgent_at": doing.clock.due_at or doing.dossier.filed_at,
    }
    if leaf is not None:
        changed |= {"last_leaf": leaf, "entries": doing.dossier.entries + 1}
    if doing.row.holder in (Holder.OTHER, Holder.BEFORE) and doing.to is not None:
        changed |= {"holder_unit_id": doing.to.id, "holder_code": doing.to.agency_code}
    if doing.row.holder is Holder.DESK:
        changed |= {"holder_unit_id": doing.dossier.desk_unit_id, "holder_code": doing.dossier.desk_code}
    if doing.row.holder is Holder.SUCCESSOR and doing.to is not None:
        for place in ("desk", "holder"):
            if getattr(doing.dossier, f"{place}_unit_id") == doing.unit_id:
                changed |= {f"{place}_unit_id": doing.to.id, f"{place}_code": doing.to.agency_code}
    if doing.back is not None:
        changed |= {"holder_unit_id": doing.back.unit_id, "holder_code": doing.back.unit_code, **_forgotten(doing.back)}
    match doing.wish.act:
        case Act.RECEIVED:
            changed["received_at"] = doing.at
        case Act.EXTENDED:
            changed["extended"] = True
        case Act.RESOLVED:
            changed |= {"resolved_at": doing.at, "outcome": doing.wish.outcome}
        case Act.RETURNED:
            changed["returned_at"] = doing.at
    return changed


def _forgotten(back: Before) -> dict[str, Any]:
    """What of the act that is taken back stands in the dossier's row and in no clock."""
    facts: Mapping[Act, dict[str, Any]] = {
        Act.EXTENDED: {"extended": False},
        Act.RESOLVED: {"resolved_at": None, "outcome": None},
        Act.RETURNED: {"returned_at": None},
    }
    return facts.get(back.told.act, {})


def _keeping(doing: Doing) -> dict[str, Any]:
    """Who of the holding unit has it now, and how far a proposal has come."""
    row, dossier = doing.row, doing.dossier
    if doing.back is not None:
        proposal = doing.back.proposal
        before = {"keeper_id": doing.colleague_id, "proposal": proposal.value if proposal else None}
        return {"keeper_id": dossier.keeper_id} if doing.back.beside else before
    keepers: dict[Keeping, int | None] = {
        Keeping.SAME: dossier.keeper_id,
        Keeping.ACTOR: doing.by.officer_id,
        Keeping.NAMED: doing.colleague_id,
        Keeping.GIVER: doing.colleague_id,
        Keeping.NOBODY: None,
        Keeping.PROPOSER: dossier.proposer_id,
        Keeping.BEFORE: doing.last.keeper_id if doing.last else None,
    }
    left = row.holder in (Holder.OTHER, Holder.DESK) or row.after in life.FINAL
    changes: dict[str, Any] = {"keeper_id": None if left else keepers[row.keeping]}
    if row.moves or row.only in (Only.PROPOSED, Only.NOT_PROPOSED):
        changes["proposal"] = row.proposal.value if row.proposal else None
    if row.act is Act.UNDONE and doing.last is not None and doing.last.act in PROPOSAL_BEFORE:
        proposal = PROPOSAL_BEFORE[doing.last.act]
        changes["proposal"] = proposal.value if proposal else None
    if row.act is Act.PROPOSED:
        changes |= {"proposer_id": doing.by.officer_id, "proposer_for_id": doing.by.for_id}
    return changes
