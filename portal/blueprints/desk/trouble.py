"""What stood in the way of an act, as the page shows it: beside the fields, in the summary, with what was typed."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import request
from flask_babel import gettext

from portal.blueprints.desk.acts import DeskAct
from portal.display import act_words, instant
from portal.dossier_words import error_words, file_words, problem_words
from portal.dossiers.views import Dossier, Step
from portal.errors import Forbidden, Invalid, PortalError, Refused, Stale
from portal.files.file_refusals import FileRefused
from portal.procedures.reading import Problem
from portal.timelines import who_acted

_: Callable[..., str] = gettext

FIELD_OF = {
    "same_unit": "to_unit",
    "unknown_unit": "to_unit",
    "not_the_next_unit": "to_unit",
    "already_asked": "to_unit",
    "same_keeper": "to_officer",
    "unknown_colleague": "to_officer",
}  # refusals that one field can mend


@dataclass(frozen=True, slots=True)
class Trouble:
    """Messages by field of the act's form; under "" what concerns the act as a whole."""

    act: DeskAct
    errors: dict[str, str]
    status: int

    def error(self, address: str, field: str) -> str | None:
        """The message beside one input."""
        return self.errors.get(field) if address == self.act.address else None

    def typed(self, address: str, field: str) -> str:
        """What was typed into one input, to be shown again."""
        return self.act.typed(field) if address == self.act.address else ""

    def chosen(self, address: str, field: str) -> list[str]:
        """What was ticked, to be ticked again."""
        return self.act.chosen(field) if address == self.act.address else []

    @property
    def words(self) -> str:
        """The text that was typed, for when its form is not on the page any more."""
        return self.act.typed_words().strip()

    @property
    def sent_files(self) -> bool:
        """A browser does not keep files over a page that was refused."""
        return any(one.filename for one in request.files.getlist(f"{self.act.address}-file"))

    def listed(self) -> list[tuple[str, str]]:
        """For the summary: where to go, and what is wrong."""
        return [(f"f-{self.act.address}-{name}" if name else "", message) for name, message in self.errors.items()]


def trouble_of(error: PortalError, act: DeskAct) -> Trouble:
    """What the page says about a refused act. Errors that are none of an act's pass on."""
    match error:
        case FileRefused():
            return Trouble(act, {"file": file_words(error)}, 422)
        case Invalid():
            problems = [problem for problem in error.problems if isinstance(problem, Problem)]
            return Trouble(act, {problem.field: problem_words(problem) for problem in problems}, 422)
        case Refused() if error.code in FIELD_OF:
            return Trouble(act, {FIELD_OF[error.code]: error_words(error)}, 422)
        case Refused():
            return Trouble(act, {"": error_words(error)}, 409)
        case Forbidden():
            return Trouble(act, {"": error_words(error)}, 403)
    raise error


def moved_on(dossier: Dossier, act: DeskAct, *, seen: int, names: dict[int, str], me: int) -> Trouble:
    """Who did what while the officer was reading."""
    if not 0 < seen < dossier.seen:
        return Trouble(act, {"": error_words(Stale())}, 409)
    done = what_happened(dossier, seen=seen, names=names, me=me)
    words = _(
        "Hồ sơ đã thay đổi trong lúc bạn xem: %(done)s. Hãy xem lại rồi làm tiếp; những gì bạn đã viết vẫn còn.",
        done=done,
    )
    return Trouble(act, {"": words}, 409)


def what_happened(dossier: Dossier, *, seen: int, names: dict[int, str], me: int) -> str:
    """Who did what after the step that a page showed last."""
    return "; ".join(
        _(
            "%(who)s đã ghi “%(act)s” lúc %(at)s",
            who=_who(step, names, me),
            act=act_words(step.act),
            at=instant(step.at),
        )
        for step in dossier.steps[seen:]
    )


def _who(step: Step, names: dict[int, str], me: int) -> str:
    if step.officer_id is None:
        return _("người nộp")
    if step.officer_id == me:
        return _("chính bạn")
    return who_acted(step, names) or _("một cán bộ")
