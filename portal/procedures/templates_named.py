"""The template files that a content names, wherever it does. Pure; any content, complete or not."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from portal.procedures import places
from portal.template_files.naming import NamedFile, is_digest, is_name

OWN_ADDRESS = re.compile(r"/templates/([0-9a-f]{64})/([^/]+)")


def named(content: Mapping[str, Any]) -> Iterator[tuple[str, NamedFile]]:
    """Each with the path to it: the files of a component, and a link that leads to one of this portal's own."""
    for n, case in enumerate(places.things(content, ("cases",))):
        for m, component in enumerate(places.things(case, ("components",))):
            for path, file in of_component(component):
                yield f"cases[{n}].components[{m}].{path}", file


def of_component(component: Any) -> Iterator[tuple[str, NamedFile]]:
    for number, file in enumerate(places.things(component, ("templates",))):
        digest, name = places.find(file, ("sha256",)), places.find(file, ("name",))
        if isinstance(digest, str) and isinstance(name, str) and is_digest(digest) and is_name(name):
            yield f"templates[{number}]", NamedFile(digest, name)
    found = OWN_ADDRESS.fullmatch(str(places.find(component, ("template", "url"))))
    if found is not None and is_name(unquote(found[2])):
        yield "template.url", NamedFile(found[1], unquote(found[2]))


def digests(content: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(file.sha256 for _path, file in named(content))
