"""Whole pages that are asked for all the time: all that is settled of one is written once, its values are put in.

A shell is to a page what a stencil is to a line: its template is rendered once, in a language and for a few settled
answers, with marks in the place of values, and kept as bytes. A page is then one joining of pieces. What is unusual
(errors of a form, a warning above the page) is rendered as ever, from the same template.
"""

import re
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple, cast

from flask import current_app, request

from portal import display, frame, headers, i18n
from portal.stencils import Encoded, escaped
from portal.templating import SettledEnvironment

_MARK = re.compile("\ufdd0([a-z_]+)\ufdd1")  # as of stencils: characters that Unicode keeps out of every text


Values = Mapping[str, str | Encoded]


class Shell(NamedTuple):
    """The page as it stands between its values, an empty piece in the place of each; `places` names them in order."""

    pieces: list[bytes]
    places: list[str]


def page(template: str, values: Values, **given: Hashable) -> bytes:
    """What rendering the template with all of these gives, encoded.

    `values` may hold anything; the template shows them, and asks nothing of them. What it asks is `given`: few and
    closed, never a visitor's words.
    """
    who = display.account()
    around = frame.values(who)
    shell = _shell(template, (*values, *around), who, given)
    written = dict(zip((*values, *around), _written([*values.values(), *around.values()]), strict=True))
    written["nonce"] = headers.csp_nonce().encode()
    pieces = shell.pieces.copy()
    pieces[1::2] = [written[name] for name in shell.places]
    return b"".join(pieces)


def _written(values: list[str | Encoded]) -> list[bytes]:
    plain = iter(escaped([value for value in values if isinstance(value, str)]))
    return [next(plain) if isinstance(value, str) else value for value in values]


def _shell(template: str, names: tuple[str, ...], who: Any | None, given: Mapping[str, Hashable]) -> Shell:
    environment = cast(SettledEnvironment, current_app.jinja_env).spoken(i18n.spoken())
    kind = None if who is None else frame.kind(who)
    key = (template, names, kind, request.endpoint, display.built_at(), *given.items())
    found: Shell | None = environment.stencils.get(key)
    if found is None or environment.auto_reload:
        found = environment.stencils[key] = _made(environment, template, names, who, given)
    return found


def _made(
    environment: SettledEnvironment, template: str, names: tuple[str, ...], who: Any | None, given: Mapping[str, Any]
) -> Shell:
    if len(set(names)) < len(names):
        raise ValueError(f"a value of the page is called like one of its frame: {names}")
    marks = {name: f"\ufdd0{name}\ufdd1" for name in (*names, "nonce")}
    around: dict[str, Any] = {
        "header": lambda _who: frame.header_with({name: marks[name] for name in frame.values(who)}, who),
        "csp_nonce": lambda: marks["nonce"],
    }
    if "csrf_token" in marks:
        around["csrf_token"] = lambda: marks["csrf_token"]
    html = environment.get_template(template).render({**marks, **given, **around})
    found = _MARK.split(html)
    return Shell([b"" if number % 2 else piece.encode() for number, piece in enumerate(found)], found[1::2])
