"""The parts of a manuscript: how they are called, where each is edited, and which part a finding belongs to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from portal.display import text
from portal.i18n import N_
from portal.procedure_words import channel_words
from portal.procedures import members, places
from portal.procedures.places import Kind, Place

_: Callable[..., str] = gettext

NAMES: Mapping[str, str] = {
    "names": N_("Tên, lĩnh vực, từ khóa"),
    "who": N_("Ai làm, nộp ở đâu"),
    "steps": N_("Trình tự thực hiện"),
    "cases": N_("Thành phần hồ sơ"),
    "channels": N_("Cách nộp, thời hạn, lệ phí"),
    "offers": N_("Đơn vị có quy định riêng"),
    "result": N_("Kết quả, điều kiện"),
    "bases": N_("Căn cứ pháp lý, thủ tục liên quan"),
    "form": N_("Mẫu để điền"),
}
LISTS: Mapping[str, Place] = {
    "cases": ("cases",),
    "channels": ("channels",),
    "offers": ("offers",),
    "form": places.SECTIONS,
}
NAMED_BY = ("label", "title", "name", "text", "channel", "agencies")
MAY_BE_EMPTY = frozenset(("offers",))
EDITED_WITH_OWNER: frozenset[Kind] = frozenset(("step", "fee", "legal_basis", "option", "result", "template"))


BESIDE: Mapping[str, Place] = {"form": ("form", "stops")}  # what else is edited on the page of a list
INNER: Mapping[str, tuple[str, ...]] = {
    "case": ("components",),
    "section": ("fields", "stops"),
    "offer": ("channels",),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the manuscript's overview."""

    key: str
    name: str
    href: str
    errors: int
    advice: int
    empty: bool
    optional: bool  # empty, as it may be


def name(part: str) -> str:
    return str(_(NAMES[part]))


def of_member(member: str) -> str:
    """The part on whose page a member of the sheet is edited."""
    if member in LISTS:
        return member
    found = (part for part, about in members.SHEET.items() if member in {one.name.split(".")[0] for one in about})
    return next(found, "names")


def of_place(place: Place) -> str:
    return of_member(str(place[0])) if place else "names"


def inner_lists(thing: object, kind: str | None) -> tuple[str, ...]:
    """The lists of a thing whose things have pages of their own."""
    if kind == "field":
        return ("columns",) if isinstance(thing, Mapping) and thing.get("type") == "table" else ()
    return INNER.get(kind or "", ())


def list_of(place: Place) -> str:
    """The part whose list a thing stands in: `form` of a field."""
    return str(place[0])


def address(manuscript_id: int, part: str) -> str:
    if part in LISTS:
        return url_for("studio.things", id=manuscript_id, part=part)
    return url_for("studio.sheet", id=manuscript_id, part=part)


def mend_address(manuscript_id: int, path: str) -> str:
    """Where what a finding speaks of can be mended: the page, and the input on it."""
    place = places.read(path)
    thing = places.thing_around(place)
    while places.kind(thing) in EDITED_WITH_OWNER:
        thing = places.thing_around(thing[:-1])
    rest = place[len(thing) :]
    target = "-".join(map(str, rest)) if rest else ""
    anchor = f"#f-{target}" if target else ""
    if not thing:
        part = of_place(place)
        return address(manuscript_id, part) + ("" if part in LISTS else anchor)
    return thing_address(manuscript_id, thing) + anchor


def thing_address(manuscript_id: int, place: Place) -> str:
    return url_for("studio.thing", id=manuscript_id, place=places.address(place))


def title(content: Mapping[str, Any], place: Place) -> str:
    """What the thing at `place` is called: its words, or its kind and number."""
    thing = places.find(content, place)
    kind = places.kind(place)
    found = next((thing[name] for name in NAMED_BY if thing.get(name)), None) if isinstance(thing, Mapping) else None
    if kind == "channel" and isinstance(found, str):
        return channel_words().get(found, found)
    words = ", ".join(map(str, found)) if isinstance(found, list) else text(found)
    return words or untitled(kind or "sheet", int(place[-1]) + 1 if place else 0)


def untitled(kind: str, number: int) -> str:
    words = {
        "case": _("Trường hợp %(n)s", n=number),
        "component": _("Giấy tờ %(n)s", n=number),
        "channel": _("Cách nộp %(n)s", n=number),
        "offer": _("Đơn vị %(n)s", n=number),
        "column": _("Cột %(n)s", n=number),
        "stop": _("Dừng sớm %(n)s", n=number),
        "section": _("Phần %(n)s", n=number),
        "field": _("Mục %(n)s", n=number),
    }
    return words.get(kind, str(number))


def all_parts(
    manuscript_id: int, content: Mapping[str, Any], errors: Sequence[str], advice: Sequence[str]
) -> list[Part]:
    """Every part with what the check found in it; the findings are given by path."""
    wrong = [of_place(places.read(path)) for path in errors]
    better = [of_place(places.read(path)) for path in advice]
    return [
        Part(
            key,
            name(key),
            address(manuscript_id, key),
            wrong.count(key),
            better.count(key),
            empty=not _has_content(content, key),
            optional=key in MAY_BE_EMPTY and not _has_content(content, key),
        )
        for key in NAMES
    ]


def _has_content(content: Mapping[str, Any], part: str) -> bool:
    if part in LISTS:
        return bool(places.things(content, LISTS[part]))
    said = [places.find(content, tuple(member.name.split("."))) for member in members.SHEET[part]]
    return any(any(one.values()) if isinstance(one, Mapping) else one for one in said)
