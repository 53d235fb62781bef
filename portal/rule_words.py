"""Conditions and formulas of a content as it is written, finished or not, told with the labels of what they look at."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext

from portal.condition_words import phrase
from portal.i18n import language
from portal.procedures import answers, conditions, expressions, schema
from portal.procedures.expressions import Answered, Combined, Constant, Count, Expression, Total
from portal.procedures.form import Field, Option
from portal.procedures.text import Text

_: Callable[..., str] = gettext
Fields = Mapping[str, Field]
SIGNS = {"sum": " + ", "product": " × ", "difference": " − "}


def fields_of(content: Mapping[str, Any]) -> Fields:
    """The questions of any content by their keys, with what words are made of; one that is none is left out."""
    form = content.get("form")
    sections = _mappings(form.get("sections") if isinstance(form, Mapping) else None)
    return _by_key([field for section in sections for field in _mappings(section.get("fields"))])


def condition_phrase(data: Any, fields: Fields) -> str:
    """The condition without a full stop, in the page's language."""
    if schema.faults(data, definition="condition"):
        return _("điều kiện chưa viết xong")
    built = conditions.build(data)
    return phrase(built, fields, language()) if built is not None else ""


def formula_phrase(data: Any, fields: Fields) -> str:
    """The formula with labels in quotes, in the page's language."""
    if schema.faults(data, definition="expression"):
        return _("công thức chưa viết xong")
    return _formula(expressions.build(data), fields, {})


def _formula(expression: Expression, fields: Fields, columns: Fields) -> str:
    match expression:
        case Constant(number):
            return answers.notation(f"{number:f}")
        case Answered(key, column):
            return _label(key, columns if column else fields)
        case Count(table):
            return _("số dòng của %(table)s", table=_label(table, fields))
        case Total(table, of):
            inside = _by_columns(fields.get(table))
            words = _formula(of, fields, inside)
            return _("tổng các dòng của %(table)s (%(of)s)", table=_label(table, fields), of=words)
        case Combined(how, parts):
            return SIGNS[how].join(_part(how, part, fields, columns) for part in parts)


def _part(how: str, part: Expression, fields: Fields, columns: Fields) -> str:
    """In brackets unless it is read first anyway."""
    words = _formula(part, fields, columns)
    bare = not isinstance(part, Combined) or (part.how == "product" and how != "product")
    return words if bare else f"({words})"


def _label(key: str, fields: Fields) -> str:
    return f"“{fields[key].label.in_(language()) if key in fields else key}”"


def _by_columns(table: Field | None) -> Fields:
    return {column.key: column for column in table.columns} if table is not None else {}


def _by_key(written: list[Mapping[str, Any]]) -> dict[str, Field]:
    return {str(data["key"]): _field(data) for data in written if "key" in data}


def _field(data: Mapping[str, Any]) -> Field:
    key = str(data["key"])
    options = [Option(str(one["value"]), _text(one, str(one["value"]))) for one in _options(data)]
    columns = tuple(_by_key(_mappings(data.get("columns"))).values())
    kind: Any = data.get("type")
    return Field(key, kind, _text(data, key), options=tuple(options), columns=columns)


def _options(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in _mappings(data.get("options")) if "value" in one]


def _text(data: Mapping[str, Any], otherwise: str) -> Text:
    """The label, in the other language where one is missing."""
    label = data.get("label")
    written = label if isinstance(label, Mapping) else {}
    vi, en = (written[lang] if isinstance(written.get(lang), str) else "" for lang in ("vi", "en"))
    return Text(vi or en or otherwise, en or vi or otherwise)


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
