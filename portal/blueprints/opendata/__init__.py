"""The open data's face: the page, the catalogue, schemas, and the files themselves."""

from portal.blueprints.opendata import describing, downloads, page, registers
from portal.blueprints.opendata.face import blueprint

__all__ = ["blueprint", "describing", "downloads", "page", "registers"]
