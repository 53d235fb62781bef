"""Papers of the portal as PDF/A; pure."""

from portal.papers.control_slip import HandOver, Punctuality, SlipFacts, control_slip
from portal.papers.facts import Component, LogProof, MandateFacts, ReceiptFacts
from portal.papers.form_sets import Form
from portal.papers.notices import Item, NoticeFacts, NoticeKind, notice
from portal.papers.register_book import BookFacts, BookLine, register_book
from portal.papers.rendering import mandate, receipt
from portal.papers.result_paper import ResultFacts, ResultLine, result_paper
from portal.papers.stamping import Stamp, demo_sheet, stamp

__all__ = [
    "BookFacts",
    "BookLine",
    "Component",
    "Form",
    "HandOver",
    "Item",
    "LogProof",
    "MandateFacts",
    "NoticeFacts",
    "NoticeKind",
    "Punctuality",
    "ReceiptFacts",
    "ResultFacts",
    "ResultLine",
    "SlipFacts",
    "Stamp",
    "control_slip",
    "demo_sheet",
    "mandate",
    "notice",
    "receipt",
    "register_book",
    "result_paper",
    "stamp",
]
