"""What stands around every page: the header and the footer.

They differ by language, by part of the portal and by who is signed in, and in a name and a few addresses; so each is
written once for all pages that share it, and a page puts those values in.
"""

from collections.abc import Mapping
from typing import Any

from flask import Flask, request
from flask_wtf.csrf import generate_csrf

from portal import display, i18n
from portal.stencils import Encoded, filled, stencil


def install(app: Flask) -> None:
    app.jinja_env.globals.update(header=header, footer=footer)


def header(who: Any | None) -> Encoded:
    """`who` is signed in, or None."""
    return header_with(values(who), who)


def header_with(values: Mapping[str, str], who: Any | None) -> Encoded:
    """The same, with these values in the place of the request's own."""
    shape = stencil(
        "parts/header.html",
        tuple(values),
        who=None if who is None else kind(who),
        section=request.blueprint or "",
        page=request.endpoint,
        other=_other(),
        built_at=display.built_at(),
    )
    return filled([(shape, tuple(values.values()))], width=len(values))


def values(who: Any | None) -> dict[str, str]:
    """What the frame shows that is this request's own, by the names that its template calls it by."""
    elsewhere = {"elsewhere": i18n.in_language(_other())}
    return elsewhere if who is None else {**elsewhere, "account_name": who.name, "csrf_token": generate_csrf()}


def _other() -> str:
    return "en" if i18n.language() == "vi" else "vi"


def kind(who: Any) -> str:
    """For which of the headers somebody is, in words: editors and administrators have parts of their own."""
    if not who.is_officer:
        return "person"
    return " ".join(["officer", *(role for role in ("editor", "administrator") if who.units_as(role))])


def footer() -> Encoded:
    return filled([(stencil("parts/footer.html", (), pilot=display.is_pilot()), ())], width=0)
