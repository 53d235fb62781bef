"""Template files beside procedure files: `templates/` in the same folder, found by content; written again on export."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from portal.errors import Invalid
from portal.files.file_refusals import FileRefused
from portal.procedures import templates_named
from portal.procedures.schema import Fault
from portal.procedures.sources import Source
from portal.template_files import shelf
from portal.template_files.naming import LARGEST, FileFacts, NamedFile
from portal.template_files.shelf import Taken

FOLDER = "templates"
MOST_FILES = 2_000


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file that a source names, and where it lies beside it, if it does."""

    source: Source
    place: str
    file: NamedFile
    found: Path | None


def take_in(sources: Sequence[Source], *, known: Mapping[str, FileFacts]) -> list[Taken]:
    """Look into every named file that lies beside and is not known yet, and put all of them on the shelf.

    Call before the transaction. Raises Invalid with a Fault for each file that is refused.
    """
    taken: dict[str, Taken] = {}
    faults: list[Fault] = []
    for wanted in _wanted(sources):
        if wanted.found is None or wanted.file.sha256 in taken:
            continue
        data = wanted.found.read_bytes()
        if wanted.file.sha256 in known:
            shelf.restore(data)
            continue
        try:
            taken[wanted.file.sha256] = shelf.take_bytes(data, name=wanted.file.name)
        except FileRefused as refused:
            facts = {"name": wanted.file.name, "why": refused.code}
            faults.append(Fault(wanted.place, "template_refused", facts, wanted.source.path.name))
    if faults:
        raise Invalid(*faults, code="procedures_invalid")
    return list(taken.values())


def absent(sources: Sequence[Source]) -> list[Fault]:
    """The named files that do not lie beside: `load` takes their procedures only where the portal has them already."""
    return [
        Fault(wanted.place, "template_not_beside", {"name": wanted.file.name}, wanted.source.path.name)
        for wanted in _wanted(sources)
        if wanted.found is None
    ]


def write(contents: Iterable[Mapping[str, object]], folder: Path) -> tuple[int, list[NamedFile]]:
    """Write every file that the contents name as `templates/<sha256>/<name>`: how many, and those that are lost."""
    files = {file for content in contents for _path, file in templates_named.named(content)}
    lost = []
    for file in sorted(files, key=lambda one: (one.sha256, one.name)):
        try:
            data = shelf.read(file.sha256)
        except FileNotFoundError:
            lost.append(file)
            continue
        place = folder / FOLDER / file.sha256
        place.mkdir(parents=True, exist_ok=True)
        (place / file.name).write_bytes(data)
    return len(files) - len(lost), lost


def _wanted(sources: Sequence[Source]) -> Iterator[_Wanted]:
    folders: dict[Path, Mapping[str, Path]] = {}
    for source in sources:
        for place, file in templates_named.named(source.content):
            folder = source.path.parent / FOLDER
            if folder not in folders:
                folders[folder] = _by_content(folder)
            yield _Wanted(source, place, file, folders[folder].get(file.sha256))


def _by_content(folder: Path) -> Mapping[str, Path]:
    """What lies in the folder and below, by SHA-256; what no template file can be is passed over."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*"))[:MOST_FILES]:
        if path.is_file() and path.stat().st_size <= LARGEST:
            found.setdefault(sha256(path.read_bytes()).hexdigest(), path)
    return found
