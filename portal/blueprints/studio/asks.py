"""The inputs of one page, finished: what the template shows for each member, with what was typed and what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from portal import clock
from portal.blueprints.studio.words import choice_words, member_words, operator_words
from portal.display import text
from portal.i18n import language
from portal.procedures import asking, condition_entries, entries, formula_keys, members, places
from portal.procedures.condition_entries import Asked
from portal.procedures.entries import Raw
from portal.procedures.members import Member
from portal.procedures.places import Kind, Place
from portal.transaction import current_session

_: Callable[..., str] = gettext

Choices = list[tuple[str, str]]
NEW_ROWS = 2
RADIOS_UP_TO = 5


@dataclass(frozen=True, slots=True)
class Test:
    """One test of a condition."""

    input: str
    key: str
    label: str
    operators: Choices
    values: Choices
    bounded: bool
    doubly: bool = False  # between two bounds
    is_stale: bool = False
    carried: tuple[tuple[str, str], ...] = ()  # what the page cannot ask for, sent back as it came


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list that is edited on its owner's page; `old` is its number there, None for an empty one."""

    asks: list["Ask"]
    number: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """One member on the page."""

    input: str
    kind: str
    label: str
    hint: str
    needed: bool
    choices: Choices = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    today: bool = False
    too_deep: bool = False
    seldom: bool = False
    suggestions: Choices = field(default_factory=list)


def asks(content: Mapping[str, Any], place: Place, about: Sequence[Member], raw: Raw) -> list[Ask]:
    """The members of the thing at `place`, as its page asks for them."""
    kind = places.kind(place) or "sheet"
    return [_ask(content, place, kind, member, raw) for member in about]


def labels(found: Sequence[Ask]) -> dict[str, str]:
    """What each input is called, for the sentence that says what is wrong with it."""
    names: dict[str, str] = {}
    for ask in found:
        names[ask.input] = ask.label
        for row in ask.rows:
            names |= labels(row.asks)
    return names


def _ask(content: Mapping[str, Any], place: Place, kind: Kind, member: Member, raw: Raw, *, prefix: str = "") -> Ask:
    label, hint = member_words(kind, member.name)
    name = prefix + member.input
    asks_when = member.kind == "condition"
    return Ask(
        name,
        _kind(content, member),
        label,
        hint,
        member.needed,
        choices=_choices(content, member, (raw.get(name) or [""])[0]),
        rows=_rows(content, place, member, raw, name) if member.kind == "rows" else [],
        tests=_tests(content, place, raw, name) if asks_when else [],
        seldom=member.seldom,
        suggestions=_suggestions(content, place, member),
        today="today" in member.choices and member.kind == "day",
        too_deep=not prefix and not entries.writable(member, places.find(content, (*place, *member.name.split(".")))),
    )


def _kind(content: Mapping[str, Any], member: Member) -> str:
    if member.rows == "template":
        return "files"
    if member.kind != "choice":
        return member.kind
    many = len(_choices(content, member)) > RADIOS_UP_TO or member.name == "component"
    return "select" if many else "choice"


def _choices(content: Mapping[str, Any], member: Member, chosen: str = "") -> Choices:
    """What may be chosen; what was chosen before and is there no more stays until something else is."""
    if member.kind == "condition":
        return []
    if member.name == "component":
        known = {key: text(name) for key, name in papers(content).items()}
    else:
        words = choice_words(member.name)
        known = {value: words.get(value, value) for value in member.choices if value != "today"}
    lost = [(chosen, _no_more(chosen))] if member.kind == "choice" and chosen and chosen not in known else []
    return [*known.items(), *lost]


def _suggestions(content: Mapping[str, Any], place: Place, member: Member) -> Choices:
    if member.kind == "prefill":
        return _earlier_keys(content, place)
    if member.kind == "formula":
        return [(written, text(label)) for written, label in formula_keys.usable(content, place)]
    return []


def _earlier_keys(content: Mapping[str, Any], place: Place) -> Choices:
    """The keys under which earlier dossiers may hold an answer of the field's type, with the question of one."""
    kind = str(places.find(content, (*place, "type")))
    found = asking.keys_of_type(current_session(), kind, at=clock.now())
    return [(one.key, one.label.in_(language())) for one in found]


def _no_more(value: str) -> str:
    return str(_("%(value)s (không còn)", value=value))


def papers(content: Mapping[str, Any]) -> dict[str, Any]:
    """The components of all cases by key, each once."""
    return {
        str(one.get("key")): one.get("name")
        for case in reversed(places.things(content, ("cases",)))
        for one in case.get("components") or ()
    }


def _rows(content: Mapping[str, Any], place: Place, member: Member, raw: Raw, name: str) -> list[Row]:
    kind = member.rows or "step"
    there = len(places.things(content, (*place, *member.name.split("."))))
    shown = _filled(raw, name) if kind == "template" else max(there, _filled(raw, name)) + NEW_ROWS
    return [
        Row(
            [_ask(content, place, kind, inner, raw, prefix=f"{name}-{number}-") for inner in members.THINGS[kind]],
            number,
            is_new=number >= there,
        )
        for number in range(min(shown, places.MOST[kind]))
    ]


def _filled(raw: Raw, name: str) -> int:
    """One more than the number of the last row in which something was typed."""
    numbers = [
        int(number)
        for key, values in raw.items()
        if key.startswith(f"{name}-") and any(value.strip() for value in values)
        for number in [key[len(name) + 1 :].partition("-")[0]]
        if number.isdigit() and len(number) < 4
    ]
    return max(numbers, default=-1) + 1


def _tests(content: Mapping[str, Any], place: Place, raw: Raw, name: str) -> list[Test]:
    known = {one.key: one for one in condition_entries.asked_before(content, place)}
    count = (raw.get(f"{name}-tests") or ["0"])[0]
    total = min(int(count), condition_entries.MOST_TESTS) if count.isdigit() and len(count) < 4 else 0
    return [_test(known, raw, f"{name}-{number}") for number in range(total)]


def _test(known: Mapping[str, Asked], raw: Raw, at: str) -> Test:
    key = (raw.get(f"{at}-field") or [""])[0]
    asked, said = known.get(key), (raw.get(f"{at}-is") or [""])[0]
    if asked is None:
        return _stale(raw, at, key, _("Mục “%(key)s” không còn đứng trước mục này", key=key))
    if said and said not in asked.operators:
        return _stale(raw, at, key, _("Mục “%(label)s” đã đổi loại câu trả lời", label=text(asked.label) or key))
    values = [(value, text(words) if words else _yes_no(value)) for value, words in asked.values]
    gone = [value for value in raw.get(f"{at}-values", ()) if value not in dict(asked.values)]
    return Test(
        at,
        key,
        text(asked.label) or key,
        [(operator, operator_words(operator)) for operator in asked.operators],
        [*values, *((value, _no_more(value)) for value in gone)],
        bounded=asked.type in condition_entries.COUNTING,
        doubly=bool(raw.get(f"{at}-is-too")),
    )


def _stale(raw: Raw, at: str, key: str, label: str) -> Test:
    """A test that nothing can be typed about any more: kept as it is, or dropped."""
    own = (f"{at}-field", f"{at}-drop")
    carried = tuple(
        (name, value)
        for name, values in raw.items()
        if name.startswith(f"{at}-") and name not in own
        for value in values
    )
    return Test(at, key, label, [], [], bounded=False, is_stale=True, carried=carried)


def askable(content: Mapping[str, Any], place: Place) -> Choices:
    """The earlier fields that a condition of the thing at `place` may speak of."""
    return [(one.key, text(one.label) or one.key) for one in condition_entries.asked_before(content, place)]


def _yes_no(value: str) -> str:
    return _("Có") if value == "yes" else _("Không")
