"""`/studio/import`: procedures from other people's files, looked over first."""

from portal.blueprints.studio_import import views
from portal.blueprints.studio_import.views import blueprint

__all__ = ["blueprint", "views"]
