"""The blueprint, and how others know whether what they keep of its answers still holds."""

import json
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from portal import public_pages
from portal.procedures import queries
from portal.transaction import current_session

blueprint = Blueprint("catalogue", __name__)


def public_page(render: Callable[[], str], *, at: datetime, more: Hashable = ()) -> Response:
    """A page that is the same for every visitor who is not signed in; made only where the catalogue has changed.

    It is asked after each time, so that what is published shows at once, whichever process answers. `more` is what
    else it is made of.
    """
    tag = public_pages.tag(*queries.stamp(current_session(), at=at), more)
    return public_pages.not_modified(tag) or public_pages.public_page(render(), tag)


def public_data(value: Any, *, mimetype: str = "application/json") -> Response:
    """JSON for everyone, in the order given and readable as it is."""
    response = Response(json.dumps(value, ensure_ascii=False) + "\n", mimetype=mimetype)
    response.add_etag()
    response.make_conditional(request)
    return public_pages.public_data(response)
