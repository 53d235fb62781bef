"""The blueprint, who edits, and what was typed into the form."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flask import Blueprint, request
from flask_babel import gettext
from flask_login import current_user

from portal.people.queries import Account
from portal.synonyms.commands import LONGEST, MOST_CODES, Problem, Wanted
from portal.synonyms.queries import Synonym

blueprint = Blueprint("studio_synonyms", __name__)

_: Callable[..., str] = gettext
LONGEST_TYPED = 4000
INPUTS = ("phrase", "codes", "means", "seen_at")


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as somebody left it; `seen_at` is the state of the synonym that it began with."""

    phrase: str = ""
    codes: str = ""
    means: str = ""
    seen_at: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def wanted(self) -> Wanted:
        codes = tuple(code.upper() for code in re.split(r"[\s,;]+", self.codes) if code)
        return Wanted(self.phrase, codes, self.means)

    def with_problems(self, problems: tuple[object, ...]) -> "Typed":
        errors: dict[str, str] = {}
        for problem in problems:
            if isinstance(problem, Problem):
                errors.setdefault(problem.field, problem_words(problem))
        return Typed(self.phrase, self.codes, self.means, self.seen_at, errors)


def typed() -> Typed:
    phrase, codes, means, seen = (request.form.get(name, "")[:LONGEST_TYPED] for name in INPUTS)
    return Typed(phrase, codes, means, seen)


def of_synonym(synonym: Synonym) -> Typed:
    return Typed(synonym.phrase, "\n".join(synonym.codes), synonym.means, synonym.changed_at.isoformat())


def seen_at(words: str) -> datetime | None:
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        return None


def officer_id() -> int:
    """Who edits; the audience of every view here lets officers in only."""
    found = cast(Account, current_user).officer_id
    if found is None:
        raise LookupError("a view of the studio was opened to somebody who is no officer")
    return found


def problem_words(problem: Problem) -> str:
    return {
        "missing": _("Hãy ghi cụm từ người dân hay dùng."),
        "too_long": _("Dài quá %(most)s ký tự. Hãy viết ngắn lại.", most=LONGEST),
        "unreadable": _("Có ký tự ẩn không dùng được. Hãy xóa đi và gõ lại."),
        "taken": _("Đã có cụm từ “%(phrase)s”. Hãy sửa cụm từ đó.", phrase=problem.value),
        "means_nothing": _("Hãy ghi mã thủ tục, hoặc những từ được hiểu thay, hoặc cả hai."),
        "too_many": _("Nhiều nhất %(most)s mã thủ tục.", most=MOST_CODES),
        "unknown": _("Danh mục không có thủ tục %(code)s. Hãy xem lại mã.", code=problem.value[:60]),
    }[problem.code]
