"""Pieces of a page that are repeated: each is written once a language from its template, then filled row by row.

A list of 25 lines is hundreds of values. A template that is run for each of them costs ten times as much as putting
the escaped values between the same pieces of HTML.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast

from flask import current_app
from markupsafe import Markup, escape

from portal import i18n
from portal.templating import SettledEnvironment

_PLACE = re.compile("\ufdd0([0-9]+)\ufdd1")  # characters that Unicode keeps out of every text
_BETWEEN = "\0"  # neither a form nor a column of text lets it in


class Stencil(NamedTuple):
    """`pattern` has a `%s` for each value of a row that `places` names, in that order; None: for all as they come."""

    pattern: str
    places: tuple[int, ...] | None


def stencil(template: str, fields: Sequence[str], **given: Any) -> Stencil:
    """The template in the language of the moment, open where it shows a field of `line`.

    `given` settles what differs between lines in more than words. It is as good for every request as the template.
    """
    environment = cast(SettledEnvironment, current_app.jinja_env).spoken(i18n.spoken())
    key = (template, *fields, *given.items())
    found: Stencil | None = environment.stencils.get(key)
    if found is None or environment.auto_reload:
        found = environment.stencils[key] = _made(environment, template, fields, given)
    return found


def filled(rows: Iterable[tuple[Stencil, Sequence[str]]], *, width: int) -> Markup:
    """The lines one after another; of each row `width` values, escaped here."""
    lines = list(rows)
    given = _escaped([value for _stencil, row in lines for value in row])
    values: list[str] = []
    for number, ((_pattern, places), _row) in enumerate(lines):
        row = given[number * width : (number + 1) * width]
        values += row if places is None else [row[place] for place in places]
    html = "".join([shape.pattern for shape, _row in lines]) % tuple(values)
    return Markup(html)  # noqa: S704 - a template's own words, and values escaped above


def _escaped(values: Sequence[str]) -> Sequence[str]:
    """All at once, which is far faster; one by one where a value holds the mark that should stand between them."""
    found = str(escape(_BETWEEN.join(values))).split(_BETWEEN)
    return found if len(found) == len(values) else [str(escape(value)) for value in values]


def _made(environment: SettledEnvironment, template: str, fields: Sequence[str], given: dict[str, Any]) -> Stencil:
    line = {field: f"\ufdd0{number}\ufdd1" for number, field in enumerate(fields)}
    html = environment.get_template(template).render(line=line, **given)
    places = tuple(int(number) for number in _PLACE.findall(html))
    pattern = _PLACE.sub("%s", html.replace("%", "%%"))
    return Stencil(pattern, None if places == tuple(range(len(fields))) else places)
