"""Every table, by import: for migrations and for the check that models and schema agree."""

from portal.calendars import models as calendars
from portal.dossiers import attempt_models as attempts
from portal.dossiers import models as dossiers
from portal.dossiers import upload_models as uploads
from portal.ledger import models as ledger
from portal.letters import models as letters
from portal.mandates import models as mandates
from portal.people import models as people
from portal.procedures import models as procedures
from portal.processes import models as processes
from portal.queues import models as queues
from portal.reforms import models as reforms
from portal.result_templates import models as result_templates
from portal.statistics import models as statistics
from portal.subscriptions import models as subscriptions
from portal.synonyms import models as synonyms
from portal.template_files import models as template_files
from portal.units import models as units

__all__ = [
    "attempts",
    "calendars",
    "dossiers",
    "ledger",
    "letters",
    "mandates",
    "people",
    "procedures",
    "processes",
    "queues",
    "reforms",
    "result_templates",
    "statistics",
    "subscriptions",
    "synonyms",
    "template_files",
    "units",
    "uploads",
]
