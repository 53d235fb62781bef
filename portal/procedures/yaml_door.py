"""YAML from files that people write: plain data only, bounded, nothing read otherwise than it looks.

No tags of Python's, no aliases (they can blow a small file up), no key twice. As in YAML 1.2, only `true` and
`false` are booleans and a day is a string, so that `on:` and `no` are what they look like.
"""

import re
import unicodedata
from collections.abc import Hashable
from typing import Any

import yaml

LARGEST_FILE = 256 * 1024
DEEPEST = 30
PLAIN_TAGS = frozenset(("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"))


class CannotRead(ValueError):
    """The file is not readable as data; the message says where and why."""


class _Loader(yaml.CSafeLoader):
    """Safe, without the surprises of YAML 1.1."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise CannotRead(f"line {key_node.start_mark.line + 1}: the key {key!r} is not text; put it in quotes")
            if key in seen:
                raise CannotRead(f"line {key_node.start_mark.line + 1}: '{key}' is there twice")
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in PLAIN_TAGS]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read(data: bytes) -> Any:
    """The document as dicts, lists, strings, numbers, booleans and None, its text in NFC. Raises CannotRead."""
    if len(data) > LARGEST_FILE:
        raise CannotRead(f"the file has {len(data)} bytes; at most {LARGEST_FILE} are read")
    try:
        source = data.decode("utf-8")
        _refuse_bombs(source)
        loader = _Loader(source)
        try:
            return normal(loader.get_single_data())
        finally:
            loader.dispose()
    except UnicodeDecodeError as error:
        raise CannotRead(f"the file is not UTF-8 (byte {error.start})") from error
    except yaml.YAMLError as error:
        raise CannotRead(str(error).replace("\n", " ")) from error


def _refuse_bombs(source: str) -> None:
    depth = 0
    for event in yaml.parse(source, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise CannotRead(f"{_line(event)}: aliases (*{event.anchor}) are not allowed")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise CannotRead(f"{_line(event)}: more than {DEEPEST} levels deep")


def _line(event: yaml.Event) -> str:
    return f"line {event.start_mark.line + 1}" if event.start_mark else "somewhere"


def normal(value: Any) -> Any:
    """Every text in it in NFC; too deep a document is refused by whoever reads it."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [normal(item) for item in value]
    if isinstance(value, dict):
        return {normal(key): normal(item) for key, item in value.items()}
    return value
