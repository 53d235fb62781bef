"""How much a reader would make of a spreadsheet's XML, told without making it.

A reader makes room for the rectangle around all cells, and copies a shared text into each cell that names it: either
lets a file of a kilobyte ask for all the memory there is. So where each cell lies is counted as readers count: by its
`r`, else next to the one before. A place that no program writes is refused: who knows what a reader makes of it.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from portal.exchange.problems import Unreadable

PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
NUMBER = re.compile(r"[1-9][0-9]{0,6}")
INDEX = re.compile(r"[0-9]{1,7}")
SHARED = "s"


@dataclass(slots=True)
class Extent:
    """Of one member. `texts`: how long each shared text is; `named`: how many cells name which."""

    rows: int = 0
    columns: int = 0
    elements: int = 0
    texts: list[int] = field(default_factory=list)
    named: Counter[str] = field(default_factory=Counter)


def of_member(xml: bytes, *, most_elements: int) -> Extent:
    """Raises Unreadable for what is no XML of a spreadsheet."""
    reader = _Reader(most_elements)
    try:
        reader.parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # LookupError: an encoding that nobody knows
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("broken") from error
    return reader.extent


def text(extents: Collection[Extent]) -> int:
    """How many bytes of shared text all cells together get."""
    shared = [extent.texts for extent in extents if extent.texts]
    if len(shared) > 1:
        raise Unreadable("broken")
    lengths = shared[0] if shared else []
    named = sum((extent.named for extent in extents), Counter[str]())
    return sum(count * _length(lengths, index) for index, count in named.items())


def _length(lengths: list[int], index: str) -> int:
    if INDEX.fullmatch(index) is None or int(index) >= len(lengths):
        raise Unreadable("broken")
    return lengths[int(index)]


class _Reader:
    """Walks through one member. What stands in a name before `:` is what a reader skips as well.

    Handlers are set only where they have something to do: there are millions of cells.
    """

    def __init__(self, most_elements: int) -> None:
        self.extent = Extent()
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.CommentHandler = self.parser.ProcessingInstructionHandler = self._interrupt
        self.parser.StartCdataSectionHandler = self._interrupt
        self._most_elements = most_elements
        self._row = self._column = 0
        self._shared = False  # whether the cell has a shared text, and says by its number which
        self._naming = False  # whether we are in that number
        self._begins = {"row": self._begin_row, "c": self._begin_cell, "v": self._begin_value, "si": self._begin_text}

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self.extent.elements += 1
        if self.extent.elements > self._most_elements:
            raise Unreadable("bomb")
        self._interrupt()
        begin = self._begins.get(name.rpartition(":")[2] if ":" in name else name)
        if begin is not None:
            begin(attributes)

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        self._row = _number(attributes["r"]) if "r" in attributes else self._row + 1
        self._column = 0

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r")
        row, column = (max(self._row, 1), self._column + 1) if place is None else _place(place)
        self._column = column
        self.extent.rows = max(self.extent.rows, row)
        self.extent.columns = max(self.extent.columns, column)
        self._shared = attributes.get("t") == SHARED

    def _begin_value(self, _attributes: Mapping[str, str]) -> None:
        if self._shared:
            self._naming = True
            self.parser.CharacterDataHandler = self._name
            self.parser.EndElementHandler = self._stop

    def _name(self, written: str) -> None:
        self.extent.named[written] += 1

    def _begin_text(self, _attributes: Mapping[str, str]) -> None:
        self.extent.texts.append(0)
        self.parser.CharacterDataHandler = self._lengthen

    def _lengthen(self, written: str) -> None:
        self.extent.texts[-1] += len(written.encode())

    def _stop(self, _name: str) -> None:
        self._naming = False
        self.parser.CharacterDataHandler = self.parser.EndElementHandler = None

    def _interrupt(self, *_written: object) -> None:
        """A number with something in it is read in one way here and in another there."""
        if self._naming:
            raise Unreadable("broken")

    def _refuse(self, *_declared: object) -> None:
        raise Unreadable("broken")


def _number(written: str) -> int:
    if NUMBER.fullmatch(written) is None:
        raise Unreadable("broken")
    return int(written)


def _place(written: str) -> tuple[int, int]:
    found = PLACE.fullmatch(written)
    if found is None:
        raise Unreadable("broken")
    return int(found[2]), _column(found[1])


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column
