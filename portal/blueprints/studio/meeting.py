"""Two editors on one manuscript: what the other one saved meanwhile, and what this one typed, brought together.

Every member that only one of the two changed has that one's value; where both did, the page shows what was typed and
says beside it what is saved now. Nothing is written until the editor saves again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.difference_words import ChangeWords, change_words
from portal.procedures import entries, manuscripts, places, template_entries
from portal.procedures.entries import Raw
from portal.procedures.manuscripts import Manuscript
from portal.procedures.members import Member
from portal.procedures.places import Place
from portal.transaction import current_session

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the other editor did, and the inputs as both together leave them."""

    by: str
    at: Any
    changes: list[ChangeWords]
    more: int = 0
    raw: dict[str, list[str]] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)  # by input: what is saved now, where both changed it


def before(manuscript: Manuscript, version: int) -> Mapping[str, Any] | None:
    """The manuscript's content as it was in an earlier version."""
    return manuscripts.content_at(current_session(), manuscript.id, version=version)


def of(
    manuscript: Manuscript,
    version: int,
    *,
    place: Place = (),
    old: Place | None = None,
    about: Sequence[Member] = (),
    raw: Raw | None = None,
) -> Meeting:
    """What happened since `version`; `old` is where the thing stood then, if elsewhere."""
    was = before(manuscript, version) or {}
    changes = change_words(was, manuscript.content)
    then = entries.write(about, places.find(was, place if old is None else old))
    saved = entries.write(about, places.find(manuscript.content, place))
    together, theirs = _together(then, saved, raw or {})
    if raw and any(member.name == template_entries.INPUT for member in about):
        together = template_entries.written(together, template_entries.together(then, saved, raw))
        theirs = {name: words for name, words in theirs.items() if not name.startswith(f"{template_entries.INPUT}-")}
    return Meeting(
        manuscript.written_by,
        manuscript.written_at,
        changes[:MOST_SHOWN],
        max(0, len(changes) - MOST_SHOWN),
        together,
        theirs,
    )


def same_thing(was: Mapping[str, Any], old: Place, now: Mapping[str, Any]) -> Place | None:
    """Where the thing that stood at `old` stands now: by its key, or where it stood if it has none."""
    thing = places.find(was, old)
    key = thing.get("key") if isinstance(thing, Mapping) else None
    if key is None:
        return old if places.find(now, old) is not None else None
    return next((place for place in _places(now, places.kind(old)) if places.find(now, (*place, "key")) == key), None)


def typed_lines(raw: Raw) -> list[str]:
    """What was typed, for a page that has no inputs for it any more."""
    own = ("csrf_token", "version", "then")
    return [text for name, texts in raw.items() if name not in own for text in texts if len(text.strip()) > 2]


def _places(content: Mapping[str, Any], kind: str | None) -> list[Place]:
    if kind == "section":
        return [(*places.SECTIONS, n) for n in range(len(places.things(content, places.SECTIONS)))]
    outer, inner = (places.SECTIONS, "fields") if kind == "field" else (("cases",), "components")
    return [
        (*outer, number, inner, at)
        for number in range(len(places.things(content, outer)))
        for at in range(len(places.things(content, (*outer, number, inner))))
    ]


def _together(then: Raw, saved: Raw, raw: Raw) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The inputs as both leave them, and what is saved now where both changed one; `then` is what both began with."""
    together = {name: list(values) for name, values in raw.items()}
    theirs: dict[str, str] = {}
    for name in {*then, *saved}:
        mine, was_there, is_there = (_tidy(source.get(name)) for source in (raw, then, saved))
        if is_there in (was_there, mine):
            continue
        if mine == was_there:
            together[name] = list(saved.get(name, ()))
        else:
            theirs[name] = "; ".join(is_there)
    return together, theirs


def _tidy(values: Sequence[str] | None) -> list[str]:
    return [value.replace("\r\n", "\n") for value in values or () if value]
