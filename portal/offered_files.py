"""Template files as pages offer them for download, and as they are sent: always saved, never shown inside a page."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Response, request, url_for

from portal.files import file_names
from portal.procedures import templates_named
from portal.procedures.form import Field
from portal.public_pages import IMMUTABLE
from portal.template_files import queries, shelf
from portal.template_files.naming import FileFacts
from portal.transaction import current_session


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """`media_type` is empty where the file lies elsewhere, or is not here at all."""

    name: str
    href: str
    media_type: str = ""
    size: int = 0


Address = Callable[[str, str], str]  # of (SHA-256, name)


def public_address(digest: str, name: str) -> str:
    return url_for("catalogue.template_file", digest=digest, name=name)


def of_sheet(
    sheet: Mapping[str, Any], *, address: Address = public_address
) -> dict[tuple[int, int], list[OfferedFile]]:
    """What each component offers, by the numbers of its case and its own; those that offer nothing are left out.

    One statement for all, none where no file is named.
    """
    facts = queries.facts(current_session(), templates_named.digests(sheet))
    every = {
        (n, m): list(_of_component(component, facts, address))
        for n, case in enumerate(sheet["cases"])
        for m, component in enumerate(case["components"])
    }
    return {place: files for place, files in every.items() if files}


def of_questions(
    sheet: Mapping[str, Any], fields: Iterable[Field], *, address: Address = public_address
) -> dict[str, list[OfferedFile]]:
    """What to fill in before a file is attached, by the key of the question that asks for it.

    A paper that several cases name under one key offers what all of them do, each file once.
    """
    asked = {field.key: field.component for field in fields if field.component}
    if not asked:
        return {}
    by_component: dict[str, dict[str, OfferedFile]] = {}
    for (n, m), files in of_sheet(sheet, address=address).items():
        mine = by_component.setdefault(sheet["cases"][n]["components"][m]["key"], {})
        mine |= {file.href: file for file in files}
    return {key: list(by_component[part].values()) for key, part in asked.items() if part in by_component}


def _of_component(
    component: Mapping[str, Any], facts: Mapping[str, FileFacts], address: Address
) -> Iterable[OfferedFile]:
    for _path, file in templates_named.of_component(component):
        known = facts.get(file.sha256)
        where = address(file.sha256, file.name)
        yield OfferedFile(file.name, where, known.media_type, known.size) if known else OfferedFile(file.name, where)
    link = component.get("template")
    if link and not link["url"].startswith("/"):
        yield OfferedFile(f"{link['name']} ({urlsplit(link['url']).hostname or link['url']})", link["url"])


def sent(file: FileFacts, name: str) -> Response:
    """The file itself. What its address names never changes, so whoever has it need not ask again."""
    tag = f'"{file.sha256}"'
    known = request.if_none_match.contains(file.sha256)
    response = Response(status=304) if known else Response(shelf.read(file.sha256), mimetype=file.media_type)
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = IMMUTABLE
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Content-Disposition"] = file_names.disposition(name)
    return response
