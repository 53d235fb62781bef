"""The acts of the desk: at which address each is done, by which command, and what its form says.

Inputs are named `<address>-<field>`, because the forms of several acts share a page and no two inputs may have one
id. `field` is the name that the domain's problems give.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from flask import request

from portal.dossiers import attachments, commands, notes, ways
from portal.dossiers.attachments import Stored
from portal.dossiers.life import Act, Outcome, Way
from portal.dossiers.views import Done
from portal.dossiers.wishes import MAX_FILES
from portal.errors import Invalid
from portal.procedures import formats
from portal.procedures.formats import Refusal
from portal.procedures.reading import DATE_PARTS, Problem

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DeskAct:
    """One act as the desk does it. `fields` are those of its form; `words` the one that holds text."""

    address: str
    act: Act
    command: Callable[..., Done]
    words: str | None
    fields: tuple[str, ...] = ()

    def typed(self, field: str) -> str:
        """What was typed into one input of this act's form, as it came."""
        return request.form.get(f"{self.address}-{field}", "")

    def chosen(self, field: str) -> list[str]:
        """What was ticked among several."""
        return request.form.getlist(f"{self.address}-{field}")

    def typed_words(self) -> str:
        return self.typed(self.words) if self.words else ""

    def typed_way(self) -> tuple[Way | None, str | None]:
        """By which way a result was returned and the postal item's number, as they would be kept."""
        if "way" not in self.fields:
            return None, None
        typed = self.typed("way")
        return Way(typed) if typed in list(Way) else None, ways.tidy(self.typed("postal_number"))


ACTS: Mapping[str, DeskAct] = MappingProxyType(
    {
        act.address: act
        for act in (
            DeskAct("receive", Act.RECEIVED, commands.receive, None),
            DeskAct("duty-done", Act.DUTY_DONE, commands.duty_done, "note"),
            DeskAct("take-up", Act.TAKEN_UP, commands.take_up, None),
            DeskAct("approve", Act.APPROVED, commands.approve, "note"),
            DeskAct("send-back", Act.SENT_BACK, commands.send_back, "reason"),
            DeskAct("resolve", Act.RESOLVED, commands.resolve, "reason", ("outcome", "file")),
            DeskAct("return", Act.RETURNED, commands.return_result, "note", ("way", "postal_number")),
            DeskAct("ask-supplement", Act.SUPPLEMENT_ASKED, commands.ask_supplement, "reason"),
            DeskAct("ask-duty", Act.DUTY_ASKED, commands.ask_duty, "reason"),
            DeskAct(
                "ask-opinion",
                Act.OPINION_ASKED,
                commands.ask_opinion,
                "question",
                ("to_unit", "hours", "files", "answers"),
            ),
            DeskAct("propose", Act.PROPOSED, commands.propose, "reason", ("outcome",)),
            DeskAct("assign", Act.ASSIGNED, commands.assign, "note", ("to_officer",)),
            DeskAct("pass-on", Act.PASSED, commands.pass_on, "note", ("to_unit",)),
            DeskAct("pass-back", Act.PASSED_BACK, commands.pass_back, "reason"),
            DeskAct("extend", Act.EXTENDED, commands.extend, "reason", ("until",)),
            DeskAct("undo", Act.UNDONE, commands.undo, "reason"),
            DeskAct("take-back", Act.CORRECTED, commands.take_back, "reason"),
            DeskAct("stop", Act.STOPPED, commands.stop, "reason"),
            DeskAct("give-back", Act.GIVEN_BACK, commands.give_back, "reason"),
            DeskAct("decline", Act.NOT_RECEIVED, commands.decline, "reason"),
        )
    }
)


def read(act: DeskAct) -> Facts:
    """What the form says, ready for the command, which checks the facts. Files are in the store afterwards.

    Raises Invalid for what has no shape at all (a day that is none), FileRefused for a file that is not taken.
    """
    facts: Facts = {act.words: act.typed_words()} if act.words else {}
    if "to_unit" in act.fields:
        facts["to_unit_id"] = _number(act, "to_unit")
    if "to_officer" in act.fields:
        facts["to_officer_id"] = _number(act, "to_officer")
    if "hours" in act.fields:
        facts["hours"] = _number(act, "hours")
    if "files" in act.fields:
        facts["file_ids"] = [whole_number(one) for one in act.chosen("files")]
        facts["shares_answers"] = bool(act.typed("answers"))
    if "until" in act.fields:
        facts["until"] = _day(act, "until")
    if "outcome" in act.fields:
        facts["outcome"] = _outcome(act)
    if "way" in act.fields:
        facts |= {"way": act.typed_way()[0], "postal_number": act.typed("postal_number")}
    if "file" in act.fields:
        facts["files"] = _stored_files(act)
    return facts


def offered(possible: Collection[Act]) -> list[str]:
    """The addresses of the acts that are possible, in the order of the page: what leads on comes first."""
    return [act.address for act in ACTS.values() if act.act in possible]


def whole_number(text: str | None) -> int:
    """The number that a form of ours sent back; -1, which nothing has, for all else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 12 else -1


def _number(act: DeskAct, field: str) -> int | None:
    typed = act.typed(field)
    return whole_number(typed) if typed else None


def _outcome(act: DeskAct) -> Outcome | None:
    typed = act.typed("outcome")
    return Outcome(typed) if typed in list(Outcome) else None


def _day(act: DeskAct, field: str) -> date | None:
    day, month, year = (act.typed(f"{field}-{part}").strip() for part in DATE_PARTS)
    if not (day or month or year):
        return None
    try:
        return formats.day((day, month, year))
    except Refusal as refusal:
        raise Invalid(Problem(field, refusal.code, refusal.facts), *_about_words(act)) from None


def _about_words(act: DeskAct) -> list[Problem]:
    """What is wrong with the text too, so that everything is said at once."""
    field = act.words or ""
    note, problem = notes.read(act.typed_words(), field)
    if problem is None and note is None:
        problem = Problem(field, "missing")
    return [problem] if problem else []


def _stored_files(act: DeskAct) -> list[Stored]:
    """The files that were sent, checked and in the store; one more than may be, so that the command can say so."""
    sent = [one for one in request.files.getlist(f"{act.address}-file") if one.filename]
    return [
        attachments.store(one.stream, name=one.filename or "", declared=one.mimetype) for one in sent[: MAX_FILES + 1]
    ]
