"""The blueprint, and who sits at the desk."""

from typing import cast

from flask import Blueprint
from flask_login import current_user

from portal.dossiers.life import Actor
from portal.people.queries import Account

blueprint = Blueprint("desk", __name__)


def officer() -> Account:
    """Who is asking; the audience of every view here lets officers in only."""
    return cast(Account, current_user)


def officer_id() -> int:
    found = officer().officer_id
    if found is None:
        raise LookupError("a view of the desk was opened to somebody who is no officer")
    return found


def desk_units() -> frozenset[int]:
    """Units whose dossiers the officer works on. To edit the catalogue or administer somewhere opens no dossier."""
    return officer().units_as("receiver", "specialist", "leader")


def actor() -> Actor:
    roles = [(role.unit_id, role.role) for role in officer().roles]
    return Actor.officer(officer_id(), roles, officer().standing_in)


def absent_ones() -> frozenset[tuple[int, int]]:
    """For whom the officer stands in today, and in which unit."""
    return frozenset((absent_id, unit_id) for absent_id, unit_id, _role in officer().standing_in)
