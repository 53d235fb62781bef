"""The public face of the transparency ledger: list, dossiers, entries, feeds, the log itself, how to check it."""

from portal.blueprints.ledger import checking, dossiers, entries, feeds, listing, live, statistics, tables, tiling
from portal.blueprints.ledger.face import blueprint

__all__ = ["blueprint", "checking", "dossiers", "entries", "feeds", "listing", "live", "statistics", "tables", "tiling"]
