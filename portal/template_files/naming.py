"""What a template file is known by: the SHA-256 of its bytes, and a name that says its kind. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from portal.files import file_names
from portal.files.file_kinds import EXTENSIONS, PDF
from portal.files.odt_files import ODT
from portal.files.office_files import DOCX, XLSX

KINDS: Mapping[str, frozenset[str]] = MappingProxyType({kind: EXTENSIONS[kind] for kind in (PDF, DOCX, XLSX, ODT)})
ACCEPT = ".pdf,.docx,.xlsx,.odt"
LARGEST = 10 * 1024 * 1024
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file as a revision names it."""

    sha256: str
    name: str


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a file that was taken in; `sha256` in hexadecimal."""

    sha256: str
    media_type: str
    size: int

    def may_be_called(self, name: str) -> bool:
        """Whether the name says the kind that the file is of."""
        return file_names.extension(name) in KINDS[self.media_type]


def is_digest(text: str) -> bool:
    return DIGEST.fullmatch(text) is not None


def is_name(name: str) -> bool:
    """Whether a file may be shown and sent under this name."""
    return name == file_names.tidy(name) and any(file_names.extension(name) in ends for ends in KINDS.values())
