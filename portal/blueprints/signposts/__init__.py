"""What programs that come by look for first: robots.txt, the sitemap, whom to tell of a weakness."""

from portal.blueprints.signposts.routes import blueprint

__all__ = ["blueprint"]
