"""What may be tried in random lives, and how their steps are read."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from portal.dossiers.life import Actor
from portal.errors import Forbidden, Invalid, NotFound, Refused, Stale
from tests.dossiers.records import Record

REFUSALS = (NotFound, Stale, Refused, Forbidden, Invalid)

VERBS = (
    "receive",
    "decline",
    "ask_supplement",
    "give_supplement",
    "pass_on",
    "pass_back",
    "extend",
    "resolve",
    "return_result",
    "withdraw",
    "take_up",
    "assign",
    "give_back",
    "propose",
    "approve",
    "send_back",
    "ask_opinion",
    "give_opinion",
    "ask_duty",
    "duty_done",
    "stop",
    "undo",
    "take_back",
)
MAY_BE_TAKEN_BACK = {
    *("supplement_asked", "duty_asked", "passed", "passed_back", "opinion_asked", "extended"),
    *("stopped", "not_received", "resolved", "returned"),
}
ANSWERING = ("approve", "send_back")
NEW_WITH_EACH_STEP = {"steps", "entries", "acted_at", "last_leaf"}
BESIDE = {"keeper_id", "proposal", "proposer_id", "proposer_for_id"}  # goes on beside a date or a question


def counting(steps: list[Any]) -> list[Any]:
    """Without what was taken back, and without the taking back: as if neither had ever been."""
    found: list[Any] = []
    for step in steps:
        if step.act == "corrected":
            found.remove(next(one for one in reversed(found) if one.entry is not None))
        else:
            found.append(step)
    return found


def words(draw: Callable[[st.SearchStrategy[Any]], Any]) -> str:
    return str(draw(st.sampled_from(["Cần bổ sung.", "", "a\x00b", "x" * 2001])))


def may_stand_in(double: Actor, unit_id: int, verb: str, found: Record) -> bool:
    """In the unit where they do; four eyes are those of others, and nobody decides for a leader meanwhile."""
    dossier = found.dossier
    theirs = {double.officer_id, *double.absent_at(unit_id)}
    asked = dossier.proposal == "made"
    own = asked and bool(theirs & {dossier.proposer_id, dossier.proposer_for_id})
    return dossier.holder_unit_id == unit_id and not (asked and verb == "resolve") and not (own and verb in ANSWERING)


def seen_by(by: Actor, found: Record) -> int:
    """How many steps whoever acts has on their page: a person sees the public ones."""
    steps: int = found.dossier.entries if by.person_id is not None else found.dossier.steps
    return steps


def _eyes(step: Any) -> set[int]:
    """Who did it, and in whose place."""
    return {one for one in (step.officer_id, step.for_officer_id) if one is not None}
