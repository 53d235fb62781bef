"""The finished months: files that never change, in a folder of the installation, each month with its signed list.

A month is there when its list is there: the list is written last. What has no list is half made and counts for
nothing. docs/decisions/open-data.md says which entries are whose.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from portal import sealing
from portal.ledger.note import BadNote, KeySigner, Verifier
from portal.opendata import months, sums
from portal.opendata.columns import LEDGER
from portal.opendata.months import Month
from portal.opendata.sums import Listed, Sums
from portal.settings import Settings

KEY_FILE = "open-data.key"
LIST_FORM = "sums"
_LIST = re.compile(rf"{LEDGER.name}-(?P<month>[0-9]{{4}}-[0-9]{{2}})\.{LIST_FORM}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Closed:
    """The last finished month, and the size of the log when it was closed: what came later belongs to later months."""

    month: Month
    size: int


@dataclass(frozen=True, slots=True)
class Archive:
    folder: Path
    verifier: Verifier

    @classmethod
    def of(cls, settings: Settings) -> "Archive":
        return cls(cls.folder_of(settings), signer(settings).verifier)

    @staticmethod
    def folder_of(settings: Settings) -> Path:
        return settings.instance / "opendata"

    def months(self) -> list[Sums]:
        """The lists of all finished months, oldest first."""
        found = [_LIST.fullmatch(name) for name in self._names()]
        lists = [self.month(months.parse(match["month"])) for match in found if match is not None]
        return sorted((item for item in lists if item is not None), key=lambda item: item.month)

    def month(self, month: Month) -> Sums | None:
        """The list of that month; None where it is not finished. Raises `BadNote` for one that is not ours."""
        path = self.list_path(month)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        found = _parsed(data, self.verifier)
        if found.month != month:
            raise BadNote(f"{path} is the list of {found.month}")
        return found

    def file(self, name: str, month: Month) -> tuple[Path, Listed] | None:
        """A file of a finished month, as its list has it."""
        found = self.month(month)
        listed = found.file(name) if found else None
        return None if listed is None else (self.folder / listed.name, listed)

    def closed(self) -> Closed | None:
        found = self.months()
        return Closed(found[-1].month, found[-1].size) if found else None

    def list_path(self, month: Month) -> Path:
        return self.folder / list_name(month)

    def _names(self) -> Iterator[str]:
        if self.folder.is_dir():
            yield from (path.name for path in self.folder.iterdir())


def list_name(month: Month) -> str:
    return file_name(LEDGER.name, month, LIST_FORM)


def file_name(table: str, month: Month | None, form: str) -> str:
    return f"{table}.{form}" if month is None else f"{table}-{month}.{form}"


def signer(settings: Settings) -> KeySigner:
    """The key of the open data, made on first use: its own, so that the log's key signs nothing but checkpoints."""
    path = settings.keys / KEY_FILE
    sealing.make_key_file(path)
    return KeySigner(sums.key_name(settings.ledger_origin), path.read_bytes())


@lru_cache(maxsize=4096)
def _parsed(data: bytes, verifier: Verifier) -> Sums:
    """Lists never change: each is verified once a process."""
    return sums.parse(data, verifier)
