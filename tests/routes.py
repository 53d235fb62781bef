"""Every address of the portal, for tests that go through all of them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

from flask import Flask
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import AnyConverter, BaseConverter, Rule

from portal.access import Audience, audience_of

SAMPLES = {"Number": 1, "UUIDConverter": UUID(int=0), "PathConverter": "000"}
QUIET = frozenset({"HEAD", "OPTIONS"})


class Door(NamedTuple):
    """One address that a rule matches, and one method that it takes."""

    rule: Rule
    address: str
    method: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule.endpoint}"


def doors(app: Flask, known: Mapping[str, object] | None = None) -> Iterator[Door]:
    """Every rule with each of its methods; `known` gives values, else a sample is made up.

    Its keys: names of arguments, or `endpoint.argument` or `blueprint.argument` where one name means several things.
    """
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = {name: _value(known or {}, rule, name) for name, kind in rule._converters.items()}
            built = rule.build(values, append_unknown=False)
            assert built is not None, f"no address for {rule}"
            for method in sorted((rule.methods or set()) - QUIET):
                yield Door(rule, built[1], method)


def posted_only(app: Flask, known: Mapping[str, object] | None = None) -> Iterator[Door]:
    """Addresses that browsers send forms to and that show nothing themselves."""
    adapter = app.url_map.bind("localhost")
    for door in doors(app, known):
        if door.method == "POST" and audience_of(app, door.rule.endpoint) is not Audience.BEARER:
            try:
                adapter.match(door.address, method="GET")
            except MethodNotAllowed:
                yield door


def _value(known: Mapping[str, object], rule: Rule, name: str) -> object:
    kind = rule._converters[name]
    for key in (f"{rule.endpoint}.{name}", f"{rule.endpoint.partition('.')[0]}.{name}", name):
        if key in known and not isinstance(kind, AnyConverter):
            return known[key]
    return sample(kind)


def sample(kind: BaseConverter) -> object:
    """A value that this part of an address takes."""
    if isinstance(kind, AnyConverter):
        return min(kind.items)
    return SAMPLES.get(type(kind).__name__, "x")
