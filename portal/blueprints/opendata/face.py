"""The blueprint, what every answer of it says of itself, and how it refuses."""

import re
from typing import NoReturn

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask_babel import gettext as _

from portal import error_pages, public_pages
from portal.ledger.log import Published
from portal.opendata.archive import Archive
from portal.opendata.runs import Runs
from portal.settings import Settings

blueprint = Blueprint("opendata", __name__, url_prefix="/open-data")

MINUTE = 60
DAY = 86_400
PREFLIGHT_SECONDS = 86_400
INDEX = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
TREE_SIZE = "Ledger-Tree-Size"
EXPOSED = f"Content-Disposition, ETag, Last-Modified, Link, {TREE_SIZE}, Repr-Digest"


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def archive() -> Archive:
    return Archive.of(settings())


def runs() -> Runs:
    return Runs.of(settings())


def refuse(detail: str) -> NoReturn:
    """400 with what is wrong and what to write instead."""
    abort(error_pages.problem(400, _("Chúng tôi không đọc được yêu cầu này"), detail, code="bad_parameter"))


def missing(detail: str) -> NoReturn:
    abort(error_pages.problem(404, _("Không có tệp này"), detail, code="no_such_file"))


def public(response: Response, *, seconds: int = 0, immutable: bool = False) -> Response:
    """Data for everyone, from any page of any site."""
    response = public_pages.public_data(response, seconds=seconds)
    if immutable:
        response.headers["Cache-Control"] = public_pages.IMMUTABLE
    return response


def of_tree(response: Response, size: int, *, name: str) -> Response:
    """Says of which tree the file is, and where the checkpoint of that size is."""
    checkpoint = url_for("opendata.checkpoint", size=size)
    response.headers[TREE_SIZE] = str(size)
    response.headers.add("Link", f'<{checkpoint}>; rel="describedby"; type="text/plain"')
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def tag(head: Published, *made_of: object) -> str:
    """What a file of this tree is made of: it never changes while the tree does not."""
    return "-".join(map(str, (head.size, head.root.hex()[:16], *made_of)))


@blueprint.after_app_request
def _open_to_other_sites(response: Response) -> Response:
    """Public data, refusals included, may be read by pages of any site; asking first (preflight) is answered."""
    if not request.path.startswith("/open-data/"):
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since, Range"
        response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response
