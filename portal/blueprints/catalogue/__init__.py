"""The public catalogue: find a procedure, read its sheet, begin."""

from portal.blueprints.catalogue import blank, data, history, listing, process, sheet, template_files
from portal.blueprints.catalogue.face import blueprint

__all__ = ["blank", "blueprint", "data", "history", "listing", "process", "sheet", "template_files"]
