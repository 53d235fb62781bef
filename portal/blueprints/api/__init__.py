"""The public API: what the pages show, for programs, with cursors, proofs and an OpenAPI document."""

from portal.blueprints.api import document, dossiers, ledger, own, page, procedures, statistics, units
from portal.blueprints.api.face import blueprint

__all__ = ["blueprint", "document", "dossiers", "ledger", "own", "page", "procedures", "statistics", "units"]
