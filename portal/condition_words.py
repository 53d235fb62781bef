"""A condition in words: what a page says beside a question that not everybody is asked."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from flask import Flask
from flask_babel import gettext

from portal.display import day
from portal.procedures import answers, coordinates, tables
from portal.procedures.conditions import AnyOf, Condition, Test, is_day
from portal.procedures.form import Field

_: Callable[..., str] = gettext


def install(app: Flask) -> None:
    """What the macros of a form's fields call."""
    app.jinja_env.globals.update(
        asked_when=asked_when,
        required_when=required_when,
        condition_data=condition_data,
        answer_words=answers.display,
        table_rows=tables.page_rows,
        outline=coordinates.outline,
    )


def condition_data(condition: Condition) -> str:
    """The condition for the page's script, as JSON."""
    return json.dumps(condition.data(), ensure_ascii=False)


def asked_when(condition: Condition, fields: Iterable[Field], lang: str) -> str:
    """The sentence above the questions that hang on it."""
    words = phrase(condition, {field.key: field for field in fields}, lang)
    return _("Chỉ trả lời phần này khi %(conditions)s.", conditions=words)


def required_when(condition: Condition, fields: Iterable[Field], lang: str) -> str:
    """The sentence beside a question that must be answered if it holds."""
    words = phrase(condition, {field.key: field for field in fields}, lang)
    return _("Bắt buộc khi %(conditions)s.", conditions=words)


def phrase(condition: Condition, fields: Mapping[str, Field], lang: str) -> str:
    """The condition without a full stop; a field that is not among `fields` goes by its key."""
    if isinstance(condition, Test):
        return _test(condition, fields.get(condition.field), lang)
    parts = [_part(part, fields, lang) for part in condition.parts]
    if isinstance(condition, AnyOf):
        return _(" hoặc ").join(parts)
    return _(", và ").join(parts)


def _part(part: Condition, fields: Mapping[str, Field], lang: str) -> str:
    """In brackets where it has parts itself, so that nobody has to guess which "or" belongs to which "and"."""
    words = phrase(part, fields, lang)
    return words if isinstance(part, Test) or len(part.parts) == 1 else f"({words})"


def _test(test: Test, field: Field | None, lang: str) -> str:
    label = field.label.in_(lang) if field else test.field
    if test.kind == "given":
        known = _("mục “%(label)s” được điền", label=label), _("mục “%(label)s” để trống", label=label)
        return known[0] if test.bound == "yes" else known[1]
    if test.kind in ("in", "not_in"):
        said = ", ".join(field.words_for(test.values, lang) if field else sorted(test.values))
        if test.kind == "in":
            return _("mục “%(label)s” là: %(answers)s", label=label, answers=said)
        return _("mục “%(label)s” không phải là: %(answers)s", label=label, answers=said)
    if is_day(test.bound):
        return _days(test.kind, label, day(date.fromisoformat(test.bound)))
    return _numbers(test.kind, label, answers.notation(test.bound))


def _numbers(kind: str, label: str, value: str) -> str:
    match kind:
        case "at_least":
            return _("mục “%(label)s” từ %(value)s trở lên", label=label, value=value)
        case "more_than":
            return _("mục “%(label)s” lớn hơn %(value)s", label=label, value=value)
        case "at_most":
            return _("mục “%(label)s” không quá %(value)s", label=label, value=value)
    return _("mục “%(label)s” nhỏ hơn %(value)s", label=label, value=value)


def _days(kind: str, label: str, value: str) -> str:
    match kind:
        case "at_least":
            return _("mục “%(label)s” từ ngày %(value)s trở đi", label=label, value=value)
        case "more_than":
            return _("mục “%(label)s” sau ngày %(value)s", label=label, value=value)
        case "at_most":
            return _("mục “%(label)s” không sau ngày %(value)s", label=label, value=value)
    return _("mục “%(label)s” trước ngày %(value)s", label=label, value=value)
