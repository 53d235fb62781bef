"""The blueprint, and what its pages are made of: the log's size above all."""

from flask import Blueprint

from portal.public_pages import IMMUTABLE, MINUTE, Tag, not_modified, public_data, public_page, tag

__all__ = ["IMMUTABLE", "MINUTE", "Tag", "blueprint", "not_modified", "public_data", "public_page", "tag"]

blueprint = Blueprint("ledger", __name__)
