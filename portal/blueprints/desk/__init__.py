"""The one-stop desk: officers receive, work on, pass on, resolve and return dossiers."""

from portal.blueprints.desk.bulk import bulk
from portal.blueprints.desk.counter import counter
from portal.blueprints.desk.dossiers import dossier
from portal.blueprints.desk.face import blueprint
from portal.blueprints.desk.finds import found
from portal.blueprints.desk.keys import keys
from portal.blueprints.desk.lists import lists
from portal.blueprints.desk.opinions import opinion
from portal.blueprints.desk.overview import overview
from portal.blueprints.desk.papers import control_slip
from portal.blueprints.desk.queues import index
from portal.blueprints.desk.registers import register
from portal.blueprints.desk.results import result
from portal.blueprints.desk.stand_ins import stand_ins

__all__ = [
    "blueprint",
    "bulk",
    "control_slip",
    "counter",
    "dossier",
    "found",
    "index",
    "keys",
    "lists",
    "opinion",
    "overview",
    "register",
    "result",
    "stand_ins",
]
