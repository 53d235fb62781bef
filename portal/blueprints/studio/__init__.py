"""The studio: editors write a procedure and its form, a second one approves, and it is published."""

from portal.blueprints.studio import (
    adding,
    arranging,
    beginning,
    carrying,
    checking,
    ending,
    listing,
    overview,
    pages,
    previewing,
    process_acts,
    processes,
    publishing,
    revisions,
    template_files,
    trail,
)
from portal.blueprints.studio.face import blueprint

__all__ = [
    "adding",
    "arranging",
    "beginning",
    "blueprint",
    "carrying",
    "checking",
    "ending",
    "listing",
    "overview",
    "pages",
    "previewing",
    "process_acts",
    "processes",
    "publishing",
    "revisions",
    "template_files",
    "trail",
]
