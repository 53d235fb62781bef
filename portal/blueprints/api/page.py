"""The page for people who write programs: what there is, and examples that work."""

from dataclasses import dataclass

from flask import Flask, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from portal import public_pages
from portal.access import Audience, audience
from portal.blueprints.api.document import operations
from portal.blueprints.api.face import blueprint
from portal.blueprints.api.operations import Parameter
from portal.ledger import log
from portal.procedures.text import Text
from portal.transaction import current_session


@dataclass(frozen=True, slots=True)
class Line:
    """An address of the API, and one to try."""

    path: str
    summary: Text
    parameters: tuple[Parameter, ...]
    scope: str | None  # what a token must be allowed; None: public


@blueprint.get("")
@audience(Audience.PUBLIC)
def index() -> ResponseReturnValue:
    """Every address with its parameters; rules; examples."""
    size = log.size(current_session())
    tag = public_pages.tag(size)
    if unchanged := public_pages.not_modified(tag):
        return unchanged
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    lines = [
        Line(str(rule), found.summary, found.parameters, found.scope and found.scope.value)
        for rule, found in operations(app)
    ]
    html = render_template("api/index.html", lines=lines, base=url_for("api.index", _external=True), size=size)
    return public_pages.public_page(html, tag)
