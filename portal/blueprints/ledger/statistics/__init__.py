"""Figures of the ledger: pages, files, and the dossiers behind each of them."""

from portal.blueprints.ledger.statistics import behind, overview, tables

__all__ = ["behind", "overview", "tables"]
