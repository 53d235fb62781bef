"""The first page: what do you need to do?"""

from portal.blueprints.home.views import blueprint, index

__all__ = ["blueprint", "index"]
