"""Anybody checks a paper that says it comes from us."""

from portal.blueprints.verifying.views import blueprint

__all__ = ["blueprint"]
