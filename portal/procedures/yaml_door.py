"""YAML from files that people write: plain data only, bounded, nothing read otherwise than it looks.

No tags of Python's, no aliases (they can blow a small file up), no key twice. As in YAML 1.2, only `true` and
`false` are booleans and a day is a string, so that `on:` and `no` are what they look like.
"""

import re
import unicodedata
from collections.abc import Hashable
from math import isfinite
from typing import Any

import yaml

LARGEST_FILE = 256 * 1024
DEEPEST = 30
LONGEST_QUOTE = 20
LONGEST_NUMBER = 40  # digits; Python reads some thousands at most
PLAIN_TAGS = frozenset(("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"))


class CannotRead(ValueError):
    """The file is not readable as data; `code` and `facts` say where and why."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code, self.facts = code, facts


class _Loader(yaml.CSafeLoader):
    """Safe, without the surprises of YAML 1.1."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise CannotRead("key_not_text", line=key_node.start_mark.line + 1, key=str(key))
            if key in seen:
                raise CannotRead("key_twice_in_file", line=key_node.start_mark.line + 1, key=key)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _whole(loader: _Loader, node: yaml.ScalarNode) -> int:
    if len(node.value) > LONGEST_NUMBER:
        raise CannotRead("not_a_number", line=_line(node.start_mark), value=node.value[:LONGEST_QUOTE])
    return int(loader.construct_yaml_int(node))


def _fraction(loader: _Loader, node: yaml.ScalarNode) -> float:
    """JSON has neither infinity nor what is no number, and what is read here is kept as JSON."""
    found = float(loader.construct_yaml_float(node))
    if not isfinite(found):
        raise CannotRead("not_a_number", line=_line(node.start_mark), value=node.value[:LONGEST_QUOTE])
    return found


_Loader.add_constructor("tag:yaml.org,2002:int", _whole)
_Loader.add_constructor("tag:yaml.org,2002:float", _fraction)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in PLAIN_TAGS]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read(data: bytes) -> Any:
    """The document as dicts, lists, strings, numbers, booleans and None, its text in NFC. Raises CannotRead."""
    if len(data) > LARGEST_FILE:
        raise CannotRead("file_too_large", limit=LARGEST_FILE)
    try:
        source = data.decode("utf-8")
        _refuse_bombs(source)
        loader = _Loader(source)
        try:
            return normal(loader.get_single_data())
        finally:
            loader.dispose()
    except UnicodeDecodeError as error:
        raise CannotRead("file_not_utf8") from error
    except yaml.reader.ReaderError as error:
        raise CannotRead("file_strange_character") from error
    except yaml.constructor.ConstructorError as error:
        raise CannotRead("not_plain_data", line=_line(error.problem_mark)) from error
    except yaml.MarkedYAMLError as error:
        raise CannotRead("not_yaml", line=_line(error.problem_mark)) from error


def _refuse_bombs(source: str) -> None:
    depth = 0
    for event in yaml.parse(source, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise CannotRead("alias", line=_line(event.start_mark), key=event.anchor)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise CannotRead("file_too_deep", limit=DEEPEST)


def _line(mark: Any) -> int:
    return int(mark.line) + 1 if mark else 1


def normal(value: Any) -> Any:
    """Every text in it in NFC; too deep a document is refused by whoever reads it."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [normal(item) for item in value]
    if isinstance(value, dict):
        return {normal(key): normal(item) for key, item in value.items()}
    return value
