"""How a difference between two revisions is told: what it happened to, what happened, before and after."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from flask_babel import gettext

from portal.deadlines import Term
from portal.display import day, money
from portal.form_words import prefill_words, type_words
from portal.i18n import language
from portal.procedure_words import (
    audience_words,
    channel_words,
    level_words,
    life_event_words,
    online_level_words,
    receiver_words,
    term_words,
)
from portal.procedures import sectors
from portal.procedures.differing import Change, difference
from portal.procedures.identities import name_of
from portal.revision_words import member_words, part_words
from portal.rule_words import Fields, condition_phrase, fields_of, formula_phrase

_: Callable[..., str] = gettext
LONGEST = 2000
LANGUAGES = ("vi", "en")
SAID_BY_THEIR_VALUE = {"sheet", "keyword", "audience", "life_event", "receiver", "fee", "step"}
"""Parts whose name is what they say."""


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """One line. `kind` is added, removed, changed or moved; `before` and `after` are empty where there is nothing.

    `spoken` is the language of both where it is not the page's: what differs there alone would look the same here.
    """

    kind: str
    kind_words: str
    where: str
    what: str
    before: str
    after: str
    spoken: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The changes of one part of the sheet."""

    title: str
    changes: tuple[ChangeWords, ...]


def grouped(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Group, ...]:
    """All that differs, in the parts in which a sheet is read; parts without a change are left out."""
    found: dict[str, list[ChangeWords]] = {name: [] for name in _titles()}
    for change, words in _told(before, after):
        found[_group(change)].append(words)
    return tuple(Group(title, tuple(found[name])) for name, title in _titles().items() if found[name])


def change_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[ChangeWords]:
    """All that differs, in the order of the sheet."""
    return [words for _change, words in _told(before, after)]


def line_changes(before: str, after: str, *, spoken: str | None) -> list[ChangeWords]:
    """What a template says otherwise than an earlier one; lines are called by their numbers in the new text."""
    was, now = before.splitlines(), after.splitlines()
    kinds = {"replace": "changed", "delete": "removed", "insert": "added"}
    return [
        ChangeWords(
            kinds[tag],
            kind_words(kinds[tag]),
            _("Dòng %(n)s của mẫu", n=start + 1),
            "",
            _shortened("\n".join(was[first:last])),
            _shortened("\n".join(now[start:end])),
            spoken,
        )
        for tag, first, last, start, end in SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
        if tag != "equal"
    ]


def _told(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[Change, ChangeWords]]:
    asked = fields_of(before), fields_of(after)
    for change in difference(before, after):
        yield change, _words(change, *asked)


def _words(change: Change, asked_before: Fields, asked_after: Fields) -> ChangeWords:
    where = part_words(change.part)
    name = _name(change.name)
    owner = _name(change.owner)
    if name and change.part not in SAID_BY_THEIR_VALUE:
        where = f"{where}: {name}"
    if owner:
        where = f"{where} ({owner})"
    what, spoken = _what(change), None
    before, after = _rules(change, asked_before, asked_after) or _sides(change)
    if before == after and (spoken := _differing_language(change)):
        before, after = (_shortened(str(text.get(spoken) or "")) for text in (change.before, change.after))
        what = f"{what} ({_('tiếng Việt') if spoken == 'vi' else _('tiếng Anh')})".lstrip()
    return ChangeWords(change.kind, kind_words(change.kind), where, what, before, after, spoken)


def _differing_language(change: Change) -> str | None:
    """Of a bilingual text that changed, the language in which it did; None for anything else."""
    texts = [
        value for value in (change.before, change.after) if isinstance(value, Mapping) and set(value) <= {*LANGUAGES}
    ]
    if len(texts) < 2:
        return None
    return next((one for one in LANGUAGES if texts[0].get(one) != texts[1].get(one)), None)


def kind_words(kind: str) -> str:
    words = {"added": _("Thêm vào"), "removed": _("Bỏ đi"), "changed": _("Sửa"), "moved": _("Chuyển chỗ")}
    return words[kind]


def said(value: Any, member: str = "") -> str:
    """A value of the content as people read it, in the page's language."""
    if value is None or value in ("", [], {}):
        return ""
    return _shortened(_said(value, member))


def _titles() -> Mapping[str, str]:
    return {
        "sheet": _("Nội dung của thủ tục"),
        "papers": _("Thành phần hồ sơ"),
        "channels": _("Cách thực hiện, thời hạn, lệ phí"),
        "form": _("Biểu mẫu điện tử"),
    }


def _group(change: Change) -> str:
    beginnings = {"form": "form", "cases": "papers", "channels": "channels", "offers": "channels"}
    first = change.path.partition(".")[0].partition("[")[0]
    return beginnings.get(first, "sheet")


def _what(change: Change) -> str:
    if change.member is None:
        return ""
    return " › ".join(member_words(member, change.part) for member in change.member.split("."))


def _sides(change: Change) -> tuple[str, str]:
    if change.kind == "moved":
        if change.member == "section":
            return _name(change.before), _name(change.after)
        return _("thứ %(n)s", n=change.before + 1), _("thứ %(n)s", n=change.after + 1)
    last = (change.member or "").rpartition(".")[2]
    return said(change.before, last), said(change.after, last)


def _rules(change: Change, asked_before: Fields, asked_after: Fields) -> tuple[str, str] | None:
    """Both sides of a condition or a formula, each with the labels of its own side; None for anything else."""
    last = (change.member or "").rpartition(".")[2]
    sides = (change.before, asked_before), (change.after, asked_after)
    if change.part == "stop" and change.member is None and change.kind in ("added", "removed"):
        before, after = (_stop(value, asked) for value, asked in sides)
    elif last in ("show_if", "required_if", "when"):
        before, after = (_condition(last, value, asked) for value, asked in sides)
    elif last == "value" and all(value is None or isinstance(value, Mapping) for value, _asked in sides):
        before, after = (formula_phrase(value, asked) if value is not None else "" for value, asked in sides)
    else:
        return None
    return _shortened(before), _shortened(after)


def _stop(stop: Any, asked: Fields) -> str:
    if not isinstance(stop, Mapping):
        return ""
    return _condition("when", stop.get("when"), asked) or _name(name_of(stop))


def _condition(member: str, data: Any, asked: Fields) -> str:
    if data is None:
        return _("Luôn hỏi.") if member == "show_if" else ""
    words = condition_phrase(data, asked)
    if member == "show_if":
        return _("Chỉ hỏi khi %(conditions)s.", conditions=words)
    if member == "required_if":
        return _("Bắt buộc khi %(conditions)s.", conditions=words)
    return _("Khi %(conditions)s.", conditions=words)


def _name(name: Mapping[str, Any] | str | None) -> str:
    if name is None:
        return ""
    if isinstance(name, str):
        return _code_words().get(name, name)
    chosen = name.get(language()) or name.get("vi") or name.get("en")
    return chosen if isinstance(chosen, str) else ""


def _said(value: Any, member: str) -> str:
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, int):
        return money(value) if member == "amount" else str(value)
    if isinstance(value, str) and member == "sha256":
        return f"{value[:12]}…"  # tells two files apart; nobody reads more of it
    if isinstance(value, str):
        return _said_text(value, member)
    if isinstance(value, list):
        return "; ".join(_said(item, member) for item in value)
    return _said_mapping(value) if isinstance(value, Mapping) else str(value)


def _said_text(value: str, member: str) -> str:
    if member == "field":
        return sectors.name(value).in_(language())
    if member == "type":
        return type_words(value)
    if member == "prefill":
        return prefill_words(value)
    if member in ("not_before", "not_after"):
        return _("Ngày người dân điền") if value == "today" else _day(value)
    return _code_words().get(value, value)


def _day(value: str) -> str:
    try:
        return day(date.fromisoformat(value))
    except ValueError:  # in a manuscript
        return value


def _said_mapping(value: Mapping[str, Any]) -> str:
    if set(value) <= {"vi", "en"}:
        return _name(value)
    if _is_term(value):
        words = term_words(Term(value["number"], value["unit"]))
        return ". ".join(part for part in (words, _name(value.get("text"))) if part)
    if "amount" in value:
        parts = (said(value["amount"], "amount"), _name(value.get("text")))
        return ". ".join(part for part in parts if part)
    if isinstance(value.get("kinds"), list):
        return receiver_words([kind for kind in value["kinds"] if isinstance(kind, str)])
    name = _name(name_of(value))
    return name or json.dumps(value, ensure_ascii=False)


def _is_term(value: Mapping[str, Any]) -> bool:
    units = ("hours", "working_days", "days", "same_day")
    return isinstance(value.get("number"), int) and value.get("unit") in units


def _code_words() -> Mapping[str, str]:
    """The content's own words for what it chooses from."""
    return {
        **level_words(),
        **online_level_words(),
        **audience_words(),
        **life_event_words(),
        **channel_words(),
    }


def _shortened(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[:LONGEST]} …"


def counts(groups: Sequence[Group]) -> int:
    return sum(len(group.changes) for group in groups)
