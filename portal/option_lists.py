"""The options of a select, for every form: a list of the province's units is in many of them, some pages have three."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from flask import Flask

from portal.display import is_group
from portal.stencils import Encoded, Stencil, escaped, filled, stencil

OPTION, GROUP = ("value", "words"), ("label", "options")

Option = Sequence[Any]
"""A value and its words; or the label of a group and the options in it."""
Line = tuple[Stencil, tuple[str, str]]


class Shapes(NamedTuple):
    plain: Stencil
    chosen: Stencil


def install(app: Flask) -> None:
    app.jinja_env.globals["option_list"] = option_list


def option_list(options: Iterable[Option], value: object) -> Encoded:
    """In their order, the one of this value selected."""
    shapes = Shapes(*(stencil("parts/option.html", OPTION, selected=selected) for selected in (False, True)))
    group, wanted = stencil("parts/option_group.html", GROUP), str(value)
    html: list[bytes] = []
    lines: list[Line] = []
    for option in options:
        if is_group(option):
            members = filled([_line(member, shapes, wanted) for member in option[1]], width=len(OPTION))
            html += [filled(lines, width=len(OPTION)), _grouped(group, str(option[0]), members)]
            lines = []
        else:
            lines.append(_line(option, shapes, wanted))
    return Encoded(b"".join([*html, filled(lines, width=len(OPTION))]))


def _line(option: Option, shapes: Shapes, wanted: str) -> Line:
    value = str(option[0])
    return shapes.chosen if value == wanted else shapes.plain, (value, str(option[1]))


def _grouped(shape: Stencil, label: str, options: Encoded) -> bytes:
    pieces = shape.pieces.copy()
    pieces[1::2] = [*escaped([label]), options]
    return b"".join(pieces)
