"""`/studio/synonyms`: editors keep what people say and what is meant by it."""

from portal.blueprints.studio_synonyms import views
from portal.blueprints.studio_synonyms.face import blueprint

__all__ = ["blueprint", "views"]
