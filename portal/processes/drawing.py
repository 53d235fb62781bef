"""The picture of a process: boxes below each other with arrows between, in units of a drawing about 300 wide. Pure.

It is read from the top down on a telephone as on paper. What leads to the very next step is an arrow between the two
with its words beside it; what leads elsewhere is named in the box it starts from and drawn beside the boxes.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

BOX = 262
LINE = 18
PAD = 11
NUMBER = 30  # room for the number before the title
GAP = 20
LANE = 11
APART = 7  # between the beginnings of two of them
IN_TITLE, IN_BOX, BESIDE = 29, 37, 31  # characters that fit in a line


@dataclass(frozen=True, slots=True)
class Shown:
    """A step in words. `ways` are what is done and the place it leads to: of a step from 0; their count, the end."""

    title: str
    facts: Sequence[str]
    ways: Sequence[tuple[str, int]]
    elsewhere: Sequence[str] = ()  # words for those of its ways that lead not to the next place, in their order


@dataclass(frozen=True, slots=True)
class Line:
    x: int
    y: int
    text: str
    kind: str  # title | fact | jump | way


@dataclass(frozen=True, slots=True)
class Box:
    y: int
    height: int
    number: int  # 0: the end
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """`arrows` and `jumps` are what a path's `d` says; an arrow head stands where each ends."""

    width: int
    height: int
    box: int
    boxes: tuple[Box, ...]
    labels: tuple[Line, ...]
    arrows: tuple[str, ...]
    heads: tuple[str, ...]


def draw(steps: Sequence[Shown], *, end: str) -> Picture:
    """The steps and, below them, the end."""
    boxes, labels, arrows, heads = [], [], [], []
    y = 1
    for place, step in enumerate(steps):
        box = _box(step, place, y)
        boxes.append(box)
        y += box.height
        words = _wrapped(" / ".join(act for act, to in step.ways if to == place + 1), BESIDE)
        gap = GAP + LINE * max(1, len(words))
        if words:
            arrows.append(f"M34 {y}V{y + gap - 2}")
            heads.append(f"M29 {y + gap - 9}l5 8 5-8z")
            middle = y + gap // 2 - (len(words) - 1) * LINE // 2 + 4
            labels += [Line(48, middle + n * LINE, text, "way") for n, text in enumerate(words)]
        y += gap
    boxes.append(Box(y, LINE + PAD + 4, 0, (Line(PAD + 4, y + LINE + 2, end, "title"),)))
    lanes = _lanes(steps)
    for (place, to), lane in lanes.items():
        x, stop = BOX + 8 + LANE * lane, boxes[to].y + 15
        start = boxes[place].y + boxes[place].height - 12 - APART * lane
        arrows.append(f"M{BOX + 1} {start}H{x}V{stop}H{BOX + 4}")
        heads.append(f"M{BOX + 9} {stop - 5}l-8 5 8 5z")
    width = BOX + 2 + (8 + LANE * (1 + max(lanes.values())) if lanes else 0)
    return Picture(width, y + LINE + PAD + 6, BOX, tuple(boxes), tuple(labels), tuple(arrows), tuple(heads))


def _box(step: Shown, place: int, y: int) -> Box:
    lines: list[Line] = []
    at = y + PAD + 9
    for text in _wrapped(step.title, IN_TITLE):
        lines.append(Line(PAD + NUMBER, at, text, "title"))
        at += LINE
    for kind, texts in (("fact", step.facts), ("jump", step.elsewhere)):
        for text in texts:
            for part in _wrapped(text, IN_BOX):
                lines.append(Line(PAD, at + 3, part, kind))
                at += LINE
    return Box(y, at - y - 3, place + 1, tuple(lines))


def _lanes(steps: Sequence[Shown]) -> dict[tuple[int, int], int]:
    """Each pair of places with a way that is no arrow between neighbours, and how far out it is drawn."""
    pairs = sorted(
        {(place, to) for place, step in enumerate(steps) for _act, to in step.ways if to != place + 1},
        key=lambda pair: (abs(pair[1] - pair[0]), pair),
    )
    found: dict[tuple[int, int], int] = {}
    for pair in pairs:
        low, high = min(pair), max(pair)
        taken = {lane for (a, b), lane in found.items() if min(a, b) <= high and low <= max(a, b)}
        found[pair] = next(lane for lane in range(len(pairs) + 1) if lane not in taken)
    return found


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width)
