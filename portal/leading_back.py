"""Addresses that only take what is sent, opened: by a reload after a refusal, out of the history, by a bookmark.

They lead to the page that their address lies below. The answer depends on the address alone and never on what is
there: whether there is such a page, and for whom, the page says itself.
"""

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

# Lie above such an address and are no page: to open them is to download a file.
FILES = frozenset({"submission.file"})


def page_above() -> str | None:
    """The nearest page above the address that was opened; None where there is none, or nothing was to be read."""
    if request.method not in ("GET", "HEAD"):
        return None
    adapter = current_app.create_url_adapter(request)
    path = request.path
    while adapter is not None and (path := path.rpartition("/")[0]):
        found = _page(adapter, path)
        if found is not None:
            return found
    return None


def _page(adapter: MapAdapter, path: str) -> str | None:
    try:
        endpoint, values = adapter.match(path, method="GET")
    except HTTPException:  # no such address, or again one that only takes
        return None
    return None if endpoint in FILES else adapter.build(endpoint, dict(values))
