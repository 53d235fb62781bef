"""What stands around every page: the header and the footer.

They differ by language, by part of the portal and by who is signed in, and in a name and a few addresses; so each is
written once for all pages that share it, and a page puts those values in.
"""

from typing import Any

from flask import Flask, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from portal import display, i18n
from portal.stencils import filled, stencil

PLACES = ("elsewhere", "mark", "mark_mono")
OF_AN_ACCOUNT = (*PLACES, "name", "csrf_token")


def install(app: Flask) -> None:
    app.jinja_env.globals.update(header=header, footer=footer)


def header(who: Any | None) -> Markup:
    """`who` is signed in, or None."""
    other = "en" if i18n.language() == "vi" else "vi"
    shape = stencil(
        "parts/header.html",
        PLACES if who is None else OF_AN_ACCOUNT,
        who=None if who is None else _kind(who),
        section=request.blueprint or "",
        page=request.endpoint,
        other=other,
    )
    values = [i18n.in_language(other), display.asset("mark.svg"), display.asset("mark-mono.svg")]
    if who is not None:
        values += [who.name, generate_csrf()]
    return filled([(shape, values)], width=len(values))


def _kind(who: Any) -> str:
    """For which of the headers somebody is, in words: editors and administrators have parts of their own."""
    if not who.is_officer:
        return "person"
    return " ".join(["officer", *(role for role in ("editor", "administrator") if who.units_as(role))])


def footer() -> Markup:
    return filled([(stencil("parts/footer.html", (), pilot=display.is_pilot()), ())], width=0)
