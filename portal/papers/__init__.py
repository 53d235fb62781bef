"""Papers of the portal as PDF/A; pure."""

from portal.papers.facts import Component, LogProof, MandateFacts, ReceiptFacts
from portal.papers.rendering import mandate, receipt
from portal.papers.stamping import Stamp, demo_sheet, stamp

__all__ = [
    "Component",
    "LogProof",
    "MandateFacts",
    "ReceiptFacts",
    "Stamp",
    "demo_sheet",
    "mandate",
    "receipt",
    "stamp",
]
