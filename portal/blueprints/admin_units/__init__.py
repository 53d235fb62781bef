"""`/admin/units`: units that have ended, and what of their work is still to be handed over to their successors."""

from portal.blueprints.admin_units import views
from portal.blueprints.admin_units.face import blueprint

__all__ = ["blueprint", "views"]
