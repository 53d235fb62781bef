"""Patterns that an editor gives a text field: a small syntax that can only ever take time in step with the text.

    literal characters, `.`, classes `[A-Z0-9_-]` and `[^...]`, `\\d \\w \\s` (ASCII), `\\` before punctuation,
    `?` `*` `+` `{n}` `{n,m}` behind one character or class, groups `( | )` that may be followed by `?` only

The whole text must match. What the syntax leaves out is what makes patterns explode or mean different things to
different programs: repeats inside repeats, back references, looking around, flags. What is left is run as a set of
states, so no text makes it slow; the same pattern is plain ECMA 262, as JSON Schema wants it.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

LONGEST = 200
MOST_REPEATS = 200
MOST_STATES = 1000
CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": " "}
ESCAPABLE = frozenset(r".\?*+{}()[]|^$-/")
TAKEN = frozenset("?*+{}()[]|^$\\.")
COUNTED = re.compile(r"\{([0-9]{1,3})(?:,([0-9]{1,3}))?\}")


class BadPattern(ValueError):
    """The pattern is outside the syntax; `code` says why, `facts` where (`at`, from 1) and with what limit."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Characters:
    """A set of characters as ranges, or all but these."""

    ranges: tuple[tuple[str, str], ...]
    negated: bool = False

    def take(self, character: str) -> bool:
        return any(low <= character <= high for low, high in self.ranges) != self.negated


ANY = Characters((("\n", "\n"),), negated=True)


@dataclass(slots=True)
class Machine:
    """States by number: 0 is the start, `accepting` the end; `steps` take a character, `free` none."""

    steps: dict[int, list[tuple[Characters, int]]] = field(default_factory=dict)
    free: dict[int, list[int]] = field(default_factory=dict)
    accepting: int = 0
    count: int = 1

    def state(self) -> int:
        self.count += 1
        if self.count > MOST_STATES:
            raise BadPattern("pattern_too_large")
        return self.count - 1

    def reach(self, states: set[int]) -> frozenset[int]:
        """These states and those that follow without a character."""
        waiting = list(states)
        while waiting:
            for following in self.free.get(waiting.pop(), ()):
                if following not in states:
                    states.add(following)
                    waiting.append(following)
        return frozenset(states)


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text is what the pattern describes. BadPattern."""
    machine = _machine(pattern)
    states = machine.reach({0})
    for character in text:
        states = machine.reach(
            {after for state in states for taken, after in machine.steps.get(state, ()) if taken.take(character)}
        )
        if not states:
            return False
    return machine.accepting in states


def check(pattern: str) -> None:
    """BadPattern where the pattern is outside the syntax."""
    _machine(pattern)


def ecma(pattern: str) -> str:
    """The same as JSON Schema takes it: anchored, \\d \\w \\s in full, no escape that ECMA 262 has not."""
    written, inside, place = [], False, 0
    while place < len(pattern):
        character, following = pattern[place], pattern[place + 1 : place + 2]
        if character == "\\" and following in CLASSES:
            written.append(CLASSES[following] if inside else f"[{CLASSES[following]}]")
        elif character == "\\":
            written.append("-" if following == "-" and not inside else character + following)
        else:
            inside = character == "[" or (inside and character != "]")
            written.append(character)
        place += 2 if character == "\\" else 1
    return f"^(?:{''.join(written)})$"


@lru_cache(maxsize=256)
def _machine(pattern: str) -> Machine:
    if len(pattern) > LONGEST:
        raise BadPattern("pattern_too_long", limit=LONGEST)
    reader = _Reader(pattern)
    reader.machine.accepting = reader.alternatives(0, depth=0)
    if reader.place < len(pattern):
        raise reader.bad("pattern_not_opened")
    return reader.machine


class _Reader:
    """Reads a pattern from left to right and builds its machine as it goes."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.place = pattern, 0
        self.machine = Machine()

    def bad(self, code: str, **facts: object) -> BadPattern:
        return BadPattern(code, at=self.place + 1, **facts)

    def next(self) -> str:
        return self.pattern[self.place] if self.place < len(self.pattern) else ""

    def take(self) -> str:
        character = self.next()
        if not character:
            raise self.bad("pattern_unfinished")
        self.place += 1
        return character

    def alternatives(self, start: int, *, depth: int) -> int:
        """Everything up to `)` or the end; returns the state behind it."""
        if depth > 5:
            raise self.bad("pattern_too_deep")
        end = self.machine.state()
        while True:
            self._free(self._sequence(start, depth), end)
            if self.next() != "|":
                return end
            self.place += 1

    def _sequence(self, state: int, depth: int) -> int:
        while self.next() not in ("", "|", ")"):
            state = self._group(state, depth) if self.next() == "(" else self._repeated(self._characters(), state)
        return state

    def _group(self, state: int, depth: int) -> int:
        self.place += 1
        if self.next() == "?":
            raise self.bad("pattern_strange_group")
        start = self.machine.state()
        self._free(state, start)
        end = self.alternatives(start, depth=depth + 1)
        if self.next() != ")":
            raise self.bad("pattern_not_closed")
        self.place += 1
        if self.next() in tuple("*+{"):
            raise self.bad("pattern_group_repeated")
        if self.next() == "?":
            self.place += 1
            self._no_second_repeat()
            self._free(start, end)
        return end

    def _repeated(self, characters: Characters, state: int) -> int:
        low, high = self._repeats()
        for number in range(low if high is None else high):
            following = self.machine.state()
            self.machine.steps.setdefault(state, []).append((characters, following))
            if number >= low:
                self._free(state, following)
            state = following
        if high is None:
            loop = self.machine.state()
            self._free(state, loop)
            self.machine.steps.setdefault(loop, []).append((characters, loop))
            state = loop
        return state

    def _repeats(self) -> tuple[int, int | None]:
        sign = self.next()
        if sign and sign in "?*+":
            self.place += 1
            self._no_second_repeat()
            return {"?": (0, 1), "*": (0, None), "+": (1, None)}[sign]
        if sign != "{":
            return 1, 1
        found = COUNTED.match(self.pattern, self.place)
        if found is None:
            raise self.bad("pattern_count")
        low, high = int(found[1]), int(found[2] or found[1])
        if low > high or high > MOST_REPEATS:
            raise self.bad("pattern_count_range", limit=MOST_REPEATS)
        self.place = found.end()
        self._no_second_repeat()
        return low, high

    def _no_second_repeat(self) -> None:
        if self.next() in tuple("?*+{"):
            raise self.bad("pattern_repeated_twice")

    def _characters(self) -> Characters:
        character = self.take()
        if character == ".":
            return ANY
        if character == "[":
            return self._class()
        if character == "\\":
            return self._escaped()
        if character in TAKEN:
            self.place -= 1
            raise self.bad("pattern_sign", character=character)
        return Characters(((character, character),))

    def _escaped(self) -> Characters:
        character = self.take()
        if character in CLASSES:
            return _ranges_of(CLASSES[character])
        if character not in ESCAPABLE:
            raise self.bad("pattern_unknown_escape", character=character)
        return Characters(((character, character),))

    def _class(self) -> Characters:
        negated = self.next() == "^"
        self.place += negated
        ranges: list[tuple[str, str]] = []
        while self.next() != "]":
            ranges += self._member()
        self.place += 1
        if not ranges:
            raise self.bad("pattern_empty_class")
        return Characters(tuple(ranges), negated)

    def _member(self) -> tuple[tuple[str, str], ...]:
        first = self._single()
        if first.ranges[0][0] != first.ranges[0][1] or len(first.ranges) > 1:
            return first.ranges
        low = first.ranges[0][0]
        rest = self.pattern[self.place : self.place + 2]
        if len(rest) < 2 or rest[0] != "-" or rest[1] == "]":
            return first.ranges
        self.place += 1
        last = self._single().ranges[0]
        if last[0] != last[1] or last[0] < low:
            raise self.bad("pattern_backwards")
        return ((low, last[0]),)

    def _single(self) -> Characters:
        character = self.take()
        if character == "\\":
            return self._escaped()
        if character == "[":
            raise self.bad("pattern_bracket")
        return Characters(((character, character),))

    def _free(self, state: int, following: int) -> None:
        self.machine.free.setdefault(state, []).append(following)


def _ranges_of(inside: str) -> Characters:
    pairs = re.findall(r"(.)-(.)|(.)", inside)
    return Characters(tuple((low or single, high or single) for low, high, single in pairs))
