"""The files that a procedure's papers are filled in on, for everyone."""

from flask import abort
from flask.typing import ResponseReturnValue

from portal import offered_files
from portal.access import Audience, audience
from portal.blueprints.catalogue.face import blueprint
from portal.template_files import queries
from portal.transaction import current_session


@blueprint.get("/templates/<digest>/<name>")
@audience(Audience.PUBLIC)
def template_file(digest: str, name: str) -> ResponseReturnValue:
    """A file that some published revision names so; what only a manuscript names is nobody's yet."""
    found = queries.public(current_session(), digest, name)
    if found is None:
        abort(404)
    return offered_files.sent(found, name)
