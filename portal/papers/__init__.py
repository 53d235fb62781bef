"""Papers of the portal as PDF/A; pure."""

from portal.papers.facts import Component, LogProof, MandateFacts, ReceiptFacts
from portal.papers.rendering import mandate, receipt

__all__ = ["Component", "LogProof", "MandateFacts", "ReceiptFacts", "mandate", "receipt"]
