"""The shape of a picture: bars with labels, in units of a drawing 480 wide. Pure; a template writes it as SVG.

Bars lie one below the other, so that a telephone shows them as well as paper does. What a part means is told by its
pattern and its place in the row beside its colour, and every number stands in the table under the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 480
ROW = 28
THICK = 18
LEFT = 92
RIGHT = 84


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its label, the number shown behind it, and its parts as (kind, amount)."""

    label: str
    total: str
    parts: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Piece:
    kind: str
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    thick: int
    pieces: tuple[Piece, ...]
    labels: tuple[Label, ...]
    axis: float


def bars(rows: Sequence[Bar]) -> Picture | None:
    """The rows against the longest of them; None where there is nothing to draw."""
    longest = max((sum(amount for _kind, amount in row.parts) for row in rows), default=0)
    if longest <= 0:
        return None
    scale = (WIDTH - LEFT - RIGHT) / longest
    pieces: list[Piece] = []
    labels: list[Label] = []
    for number, row in enumerate(rows):
        y = number * ROW
        x = float(LEFT)
        for kind, amount in row.parts:
            width = round(amount * scale, 2)
            if width:
                pieces.append(Piece(kind, round(x, 2), y + (ROW - THICK) / 2, width))
            x += width
        labels.append(Label(LEFT - 8, y + ROW / 2, row.label, "end"))
        labels.append(Label(round(x, 2) + 6, y + ROW / 2, row.total, "start"))
    return Picture(WIDTH, ROW * len(rows), THICK, tuple(pieces), tuple(labels), LEFT)
