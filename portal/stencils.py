"""Pieces of a page that are repeated: each is written once a language from its template, then filled row by row.

A list of 25 lines is hundreds of values. A template that is run for each of them costs ten times as much as putting
the escaped values between the same pieces of HTML, as they are sent.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast

from flask import current_app
from markupsafe import escape

from portal import i18n
from portal.templating import SettledEnvironment

_PLACE = re.compile("\ufdd0([0-9]+)\ufdd1")  # characters that Unicode keeps out of every text
_BETWEEN = "\0"  # neither a form nor a column of text lets it in


class Encoded(bytes):
    """HTML as it is sent. Templates take it as they take Markup."""

    def __html__(self) -> str:
        return self.decode()


class Stencil(NamedTuple):
    """`pieces` with an empty one in the place of each value of a row that `places` names, in that order.

    `places` None: for all as they come.
    """

    pieces: list[bytes]
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


def filled(rows: Iterable[tuple[Stencil, Sequence[str]]], *, width: int) -> Encoded:
    """The lines one after another; of each row `width` values, escaped here."""
    lines = list(rows)
    given = escaped([value for _stencil, row in lines for value in row])
    html: list[bytes] = []
    for number, ((pieces, places), _row) in enumerate(lines):
        row = given[number * width : (number + 1) * width]
        line = pieces.copy()
        line[1::2] = row if places is None else [row[place] for place in places]
        html += line
    return Encoded(b"".join(html))


def escaped(values: Sequence[str]) -> list[bytes]:
    """As HTML shows them: all at once, which is far faster.

    One by one where a value holds the mark that should stand between them.
    """
    found = escape(_BETWEEN.join(values)).encode().split(_BETWEEN.encode())
    return found if len(found) == len(values) else [escape(value).encode() for value in values]


def _made(environment: SettledEnvironment, template: str, fields: Sequence[str], given: dict[str, Any]) -> Stencil:
    line = {field: f"\ufdd0{number}\ufdd1" for number, field in enumerate(fields)}
    html, *rest = _PLACE.split(environment.get_template(template).render(line=line, **given))
    pieces, places = [html.encode()], tuple(map(int, rest[::2]))
    for piece in rest[1::2]:
        pieces += [b"", piece.encode()]
    return Stencil(pieces, None if places == tuple(range(len(fields))) else places)
