"""What changed between two contents of a procedure, as a person would list it. Pure; total over any JSON.

Lists whose items have an identity (fields by key, legal bases by number, fees by what they are for) are compared item
by item: added, removed, moved, changed inside. The form's fields are compared across its sections, so a field that went
to another section has moved. What has no identity is compared as a whole. Equal contents give nothing; any difference
but that of the publication itself (`instants.OF_THE_PUBLICATION`) gives something.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from portal.procedures.identities import Item, items_of, keyed_by, name_of, same, stays
from portal.procedures.instants import OF_THE_PUBLICATION

Kind = Literal["added", "removed", "changed", "moved"]
Named = Mapping[str, Any] | str | None
SECTIONS = ("form", "sections")
WHOLE = {"term", "show_if", "required_if", "when", "value", "template"}
"""Members that say one thing together."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `part` is what it happened to (field, fee, sheet ...), `name` how that is called, `member` what
    of it changed, `owner` what it belongs to (the field of an option, the channel of a fee). `path` leads into the new
    content, or into the old one where something was removed."""

    kind: Kind
    part: str
    path: str
    name: Named
    owner: Named = None
    member: str | None = None
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class _At:
    """Where the comparison is: the part that is being compared, and the way to it."""

    part: str
    way: tuple[str, ...]  # members only, without numbers: what an item is, depends on it
    path: str
    name: Named = None
    owner: Named = None
    member: str | None = None

    def inside(self, member: str) -> "_At":
        path = f"{self.path}.{member}" if self.path else member
        named = member if self.member is None else f"{self.member}.{member}"
        return replace(self, way=(*self.way, member), path=path, member=named)

    def item(self, part: str, item: Item) -> "_At":
        return _At(part, self.way, f"{self.path}[{item.index}]", name_of(item.value), self.name)

    def change(self, kind: Kind, before: Any, after: Any) -> Change:
        return Change(kind, self.part, self.path, self.name, self.owner, self.member, before, after)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Every change that leads from one content to the other, in the order of the sheet, the form last."""
    return tuple(_values(_At("sheet", (), ""), _said(before), _said(after)))


def _said(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key not in OF_THE_PUBLICATION}


def _values(at: _At, before: Any, after: Any) -> Iterator[Change]:
    if same(before, after):
        return
    if at.way[-1:] == ("stops",):  # none written is an empty list: each that comes or goes is told by itself
        before, after = before or [], after or []
    if isinstance(before, Mapping) and isinstance(after, Mapping) and not _is_one(at, before, after):
        yield from _members(at, before, after)
    elif at.way == SECTIONS and isinstance(before, list) and isinstance(after, list):
        yield from _sections(at, before, after)
    elif isinstance(before, list) and isinstance(after, list) and (key := keyed_by(at.way, before, after)):
        yield from _lists(at, items_of(before, key), items_of(after, key), part=_part(at))
    else:
        yield at.change(_kind(before, after), before, after)


def _members(at: _At, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for member in [*before, *(member for member in after if member not in before)]:
        yield from _values(at.inside(str(member)), before.get(member), after.get(member))


def _lists(at: _At, before: Sequence[Item], after: Sequence[Item], *, part: str) -> Iterator[Change]:
    """Item by item: those of the new list in its order, then those that are gone."""
    old = {item.identity: item for item in before}
    new = {item.identity: item for item in after}
    keeps_place = stays([item.identity for item in before], [item.identity for item in after])
    for item in after:
        here = at.item(part, item)
        known = old.get(item.identity)
        if known is None:
            yield here.change("added", None, item.value)
            continue
        if item.identity not in keeps_place:
            yield here.change("moved", known.index, item.index)
        yield from _values(here, known.value, item.value)
    for item in before:
        if item.identity not in new:
            yield at.item(part, item).change("removed", item.value, None)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A field and the section in which it stands."""

    item: Item
    section: Item
    path: str

    @property
    def section_name(self) -> Named:
        return name_of(self.section.value)

    def at(self) -> _At:
        return _At("field", (*SECTIONS, "fields"), self.path, name_of(self.item.value), name_of(self.section.value))


def _sections(at: _At, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Change]:
    """Sections without their fields, then all fields of the form together."""
    key = keyed_by(at.way, before, after)
    if key is None or not all(isinstance(section, Mapping) for section in (*before, *after)):
        yield at.change("changed", before, after)
        return
    old, new = (items_of([_without_fields(section) for section in sections], key) for sections in (before, after))
    yield from _lists(at, old, new, part="section")
    yield from _fields_across(_fields(items_of(before, key)), _fields(items_of(after, key)))


def _fields(sections: Sequence[Item]) -> dict[Hashable, _Placed]:
    """Every field that is one, by an identity across all sections."""
    every = [
        (section, index, field)
        for section in sections
        if _has_fields(section.value)
        for index, field in enumerate(section.value["fields"])
    ]
    keyed = items_of([field for _section, _index, field in every], lambda field: field.get("key"))
    return {
        item.identity: _Placed(item, section, f"form.sections[{section.index}].fields[{index}]")
        for item, (section, index, _field) in zip(keyed, every, strict=True)
    }


def _fields_across(before: Mapping[Hashable, _Placed], after: Mapping[Hashable, _Placed]) -> Iterator[Change]:
    """Fields by key wherever they stand: moved are those in another section, and those out of order in their own."""
    in_order = _in_order(before, after)
    for identity, placed in after.items():
        here, known = placed.at(), before.get(identity)
        if known is None:
            yield here.change("added", None, placed.item.value)
            continue
        if known.section.identity != placed.section.identity:
            yield replace(here, member="section").change("moved", known.section_name, placed.section_name)
        elif identity not in in_order:
            yield here.change("moved", known.item.index, placed.item.index)
        yield from _values(here, known.item.value, placed.item.value)
    for identity, placed in before.items():
        if identity not in after:
            yield placed.at().change("removed", placed.item.value, None)


def _in_order(before: Mapping[Hashable, _Placed], after: Mapping[Hashable, _Placed]) -> set[Hashable]:
    """The fields that kept their place among the others of their section."""
    sections: dict[Hashable, tuple[list[Hashable], list[Hashable]]] = defaultdict(lambda: ([], []))
    for side, fields in enumerate((before, after)):
        for identity, placed in fields.items():
            sections[placed.section.identity][side].append(identity)
    return {identity for old, new in sections.values() for identity in stays(old, new)}


def _has_fields(section: Any) -> bool:
    fields = section.get("fields")
    return isinstance(fields, list) and all(isinstance(field, Mapping) for field in fields)


def _without_fields(section: Mapping[str, Any]) -> Mapping[str, Any]:
    """A section by itself; a list of fields that is none stays, to be compared as a whole."""
    return {**section, "fields": []} if _has_fields(section) else section


def _is_one(at: _At, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """A phrase in two languages changes as one, a term too."""
    if at.way and at.way[-1] in WHOLE:
        return True
    return all(bool(value) and set(value) <= {"vi", "en"} for value in (before, after))


def _kind(before: Any, after: Any) -> Kind:
    if before is None:
        return "added"
    return "removed" if after is None else "changed"


PARTS = {
    "cases": "case",
    "components": "component",
    "templates": "template",
    "channels": "channel",
    "fees": "fee",
    "steps": "step",
    "legal_bases": "legal_basis",
    "results": "result",
    "offers": "offer",
    "options": "option",
    "columns": "column",
    "stops": "stop",
    "related": "related",
    "keywords": "keyword",
    "audience": "audience",
    "life_events": "life_event",
    "kinds": "receiver",
    "agencies": "receiver",
}


def _part(at: _At) -> str:
    return PARTS.get(at.way[-1] if at.way else "", "item")
