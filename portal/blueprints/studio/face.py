"""The blueprint, who edits, and the manuscript that a page is about."""

from typing import cast

from flask import Blueprint, abort, request
from flask_login import current_user

from portal.people.queries import Account
from portal.procedures import manuscripts
from portal.procedures.manuscripts import Manuscript
from portal.transaction import current_session

blueprint = Blueprint("studio", __name__)


def editor_id() -> int:
    """Who is asking; the audience of every view here lets editors in only."""
    found = cast(Account, current_user).officer_id
    if found is None:
        raise LookupError("a view of the studio was opened to somebody who is no officer")
    return found


def opened(manuscript_id: int) -> Manuscript:
    """The manuscript as it is now."""
    return manuscripts.manuscript(current_session(), manuscript_id) or abort(404)


def sent_version() -> int:
    """The version that the page was made of; -1, which none has, where the form does not say."""
    return whole_number(request.form.get("version"))


def whole_number(text: str | None) -> int:
    """The number that a form of ours sent back; -1 for all else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else -1


def typed_form() -> dict[str, list[str]]:
    """What was sent, as `entries` reads it."""
    return request.form.to_dict(flat=False)
