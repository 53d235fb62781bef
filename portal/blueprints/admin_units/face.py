"""The blueprint, and who administers."""

from typing import cast

from flask import Blueprint
from flask_login import current_user

from portal.people.queries import Account

blueprint = Blueprint("admin_units", __name__)


def administrator() -> Account:
    """Who is asking; the audience of every view here lets administrators in only."""
    return cast(Account, current_user)


def administrator_id() -> int:
    found = administrator().officer_id
    if found is None:
        raise LookupError("a view of the administration was opened to somebody who is no officer")
    return found
