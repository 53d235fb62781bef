"""What an editor typed about one thing, read into its members, and the members written into the inputs again. Pure.

Shape only: whether the whole can be published is for the check to say, so that a manuscript can be kept unfinished.
What was not touched stays exactly as it was, also where reading it anew would tidy it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.procedures import characters, condition_entries, formats, formulas, keys, members, places
from portal.procedures.condition_entries import Asked
from portal.procedures.formats import Refusal
from portal.procedures.members import Member
from portal.procedures.reading import DATE_PARTS, Problem
from portal.procedures.sense import EARLIER

LANGUAGES = ("vi", "en")
LONGEST = {"words": 500, "prose": 20000, "line": 200}
MOST_LINES, LONGEST_LINE = 60, 100
Raw = Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Typed:
    """Values by member; None takes a member away. `problems` name their input."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def write(about: Sequence[Member], thing: Any, prefix: str = "") -> dict[str, list[str]]:
    """The inputs that give the thing's members again."""
    raw: dict[str, list[str]] = {}
    for member in about:
        raw |= _write(member, _member(thing, member), prefix + member.input)
    return raw


def read(about: Sequence[Member], raw: Raw, before: Any, *, earlier: Sequence[Asked] = (), prefix: str = "") -> Typed:
    """What was changed, by member; `before` is the thing as it was, `earlier` the fields that conditions may name."""
    typed = Typed()
    for member in about:
        name, old = prefix + member.input, _member(before, member)
        if not _touched(raw, _write(member, old, name), name):
            continue
        if not writable(member, old):
            continue
        if member.kind == "rows":
            rows = _rows(member, raw, old or [], name, typed.problems)
            typed.values |= {} if rows == (old or []) else {member.name: rows}
            continue
        try:
            typed.values[member.name] = _read(member, raw, name, earlier, typed.problems)
        except Refusal as refusal:
            typed.problems.append(Problem(str(refusal.facts.get("input") or name), refusal.code, refusal.facts))
    return typed


def writable(member: Member, value: Any) -> bool:
    """Whether the page has inputs that can say this value; what they cannot say stays as it is."""
    if member.kind == "condition":
        return condition_entries.is_flat(value)
    return member.kind != "formula" or value is None or formulas.write(value) is not None


def _member(thing: Any, member: Member) -> Any:
    return places.find(thing, tuple(part for part in member.name.split(".") if part))


def _touched(raw: Raw, written: Raw, name: str) -> bool:
    names = {key for key in (*raw, *written) if key == name or key.startswith(f"{name}-")}
    return any(_trimmed(raw.get(key)) != _trimmed(written.get(key)) for key in names)


def _trimmed(values: Sequence[str] | None) -> list[str]:
    return [value.replace("\r\n", "\n") for value in values or () if value]


def _write(member: Member, value: Any, name: str) -> dict[str, list[str]]:
    if member.kind == "rows":
        return _write_rows(member, value or [], name)
    if member.kind == "condition":
        return condition_entries.write(value, name)
    if value is None:
        return {}
    if member.kind == "formula":
        return _write_one(formulas.write(value) or "", name)
    return WRITERS.get(member.kind, _write_one)(value, name)


def _write_one(value: Any, name: str) -> dict[str, list[str]]:
    return {name: [str(value)]}


def _write_text(value: Any, name: str) -> dict[str, list[str]]:
    return {f"{name}-{lang}": [str(value.get(lang) or "")] for lang in LANGUAGES}


def _write_day(value: Any, name: str) -> dict[str, list[str]]:
    if value == "today":
        return {f"{name}-today": ["yes"]}
    return {
        f"{name}-{part}": [digits] for part, digits in zip(DATE_PARTS, reversed(str(value).split("-")), strict=False)
    }


def _write_prefill(value: Any, name: str) -> dict[str, list[str]]:
    if not str(value).startswith(EARLIER):
        return {name: [str(value)]}
    return {name: [EARLIER], f"{name}-key": [str(value).removeprefix(EARLIER)]}


def _write_rows(member: Member, items: Sequence[Any], name: str) -> dict[str, list[str]]:
    raw = {f"{name}-rows": [str(len(items))]}
    for number, item in enumerate(items):
        raw |= write(members.THINGS[member.rows or "step"], item, f"{name}-{number}-")
    return raw


def _rows(member: Member, raw: Raw, before: Sequence[Any], name: str, problems: list[Problem]) -> list[Any]:
    """Each row in its order; one that holds nothing is left out."""
    kind = member.rows or "step"
    about = members.THINGS[kind]
    kept = []
    for number in range(min(_count(raw, f"{name}-rows"), places.MOST[kind])):
        old = before[number] if number < len(before) else None
        at = f"{name}-{number}-"
        if not any(text.strip() for key, texts in raw.items() if key.startswith(at) for text in texts):
            continue
        row = read(about, raw, old, prefix=at)
        problems += row.problems
        kept.append(row.values[""] if "" in row.values else _merged(old, row.values))
    return kept


def _merged(old: Any, values: Mapping[str, Any]) -> Any:
    """A row with what was changed; the rest stays as it was."""
    if not isinstance(old, Mapping):
        return {name: value for name, value in values.items() if value is not None}
    return {name: value for name, value in {**old, **values}.items() if value is not None or name not in values}


def _count(raw: Raw, name: str) -> int:
    text = (raw.get(name) or [""])[0]
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) else 0


def _read(member: Member, raw: Raw, name: str, earlier: Sequence[Asked], problems: list[Problem]) -> Any:
    if member.kind in ("words", "prose"):
        return _text(raw, name, member.kind)
    if member.kind == "condition":
        found, wrong = condition_entries.read(raw, name, earlier)
        problems += wrong
        return found
    return READERS[member.kind](member, raw, name)


def _text(raw: Raw, name: str, kind: str) -> dict[str, str] | None:
    text = {lang: _clean(raw, f"{name}-{lang}", LONGEST[kind], lines=kind == "prose") for lang in LANGUAGES}
    return text if any(text.values()) else None


def _clean(raw: Raw, name: str, longest: int, *, lines: bool = False) -> str:
    text = (raw.get(name) or [""])[0]
    if len(text) > longest:
        raise Refusal("too_long", length=len(text), maximum=longest, input=name)
    try:
        return characters.clean(text, lines=lines)
    except characters.Unreadable:
        raise Refusal("control_characters", input=name) from None


def _line(_member: Member, raw: Raw, name: str) -> str | None:
    return _clean(raw, name, LONGEST["line"]) or None


def _lines(_member: Member, raw: Raw, name: str) -> list[str] | None:
    lines = [line for line in _clean(raw, name, MOST_LINES * (LONGEST_LINE + 2), lines=True).split("\n") if line]
    longest = max(map(len, lines), default=0)
    if longest > LONGEST_LINE:
        raise Refusal("too_long", length=longest, maximum=LONGEST_LINE)
    return list(dict.fromkeys(lines))[:MOST_LINES] or None


def _number(_member: Member, raw: Raw, name: str) -> int | None:
    text = _clean(raw, name, 30)
    return formats.money(text) if text else None


def _decimal(_member: Member, raw: Raw, name: str) -> str | int | None:
    text = _clean(raw, name, 30).replace(" ", "").replace(",", ".")
    if not text:
        return None
    if not condition_entries.DECIMAL.fullmatch(text):
        raise Refusal("not_a_number")
    return text if "." in text else int(text)


def _choice(member: Member, raw: Raw, name: str) -> str | None:
    chosen = _clean(raw, name, LONGEST["line"])
    if chosen and member.choices and chosen not in member.choices:
        raise Refusal("not_an_option")
    return chosen or None


def _choices(member: Member, raw: Raw, name: str) -> list[str] | None:
    return [value for value in member.choices if value in raw.get(name, ())] or None


def _day(member: Member, raw: Raw, name: str) -> str | None:
    if "today" in member.choices and raw.get(f"{name}-today"):
        return "today"
    day, month, year = (_clean(raw, f"{name}-{part}", 10) for part in DATE_PARTS)
    found: date | None = formats.day((day, month, year)) if day or month or year else None
    return found.isoformat() if found else None


def _prefill(member: Member, raw: Raw, name: str) -> str | None:
    """Of an earlier dossier with the key of the field there; the field's own where none is typed."""
    chosen = _choice(member, raw, name)
    if chosen != EARLIER:
        return chosen
    key = _clean(raw, f"{name}-key", LONGEST["line"]) or _clean(raw, "key", LONGEST["line"])
    if not keys.SHAPES["key"].fullmatch(key):
        raise Refusal("key_shape", input=f"{name}-key")
    return f"{EARLIER}{key}"


WRITERS: Mapping[str, Callable[[Any, str], dict[str, list[str]]]] = {
    "words": _write_text,
    "prose": _write_text,
    "lines": lambda value, name: {name: ["\n".join(value)]},
    "flag": lambda value, name: {name: ["yes"]} if value else {},
    "choices": lambda value, name: {name: list(value)},
    "day": _write_day,
    "prefill": _write_prefill,
}


def _formula(_member: Member, raw: Raw, name: str) -> dict[str, Any] | None:
    text = _clean(raw, name, formulas.LONGEST)
    try:
        return formulas.read(text) if text else None
    except formulas.CannotRead:
        raise Refusal("not_a_formula") from None


READERS: Mapping[str, Callable[[Member, Raw, str], Any]] = {
    "line": _line,
    "lines": _lines,
    "number": _number,
    "formula": _formula,
    "decimal": _decimal,
    "flag": lambda _member, raw, name: bool(raw.get(name)),
    "choice": _choice,
    "choices": _choices,
    "day": _day,
    "prefill": _prefill,
}
