"""`/admin/calendar`: administrators change working calendars, two of them for each change."""

from portal.blueprints.admin import views
from portal.blueprints.admin.face import blueprint

__all__ = ["blueprint", "views"]
