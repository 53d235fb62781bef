"""The text of a template, read into blocks; and blocks with their marks filled. Pure.

A line is a block: `# heading`, `## smaller heading`, `- item`, `1. item`, `-> centred <-`, anything else a paragraph;
empty lines only divide. Inside a line `**bold**` and marks, `{{ name }}`. That is all there is. What fills a mark is
never read: it stands in the paper letter by letter, whatever it looks like.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "subheading", "bullet", "numbered", "centred", "paragraph"]

LINES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("subheading", re.compile(r"##\s+(?P<words>.*)")),
    ("heading", re.compile(r"#\s+(?P<words>.*)")),
    ("bullet", re.compile(r"[-•]\s+(?P<words>.*)")),
    ("numbered", re.compile(r"(?P<number>[0-9]{1,3})[.)]\s+(?P<words>.*)", re.ASCII)),
    ("centred", re.compile(r"->\s*(?P<words>.*?)\s*(?:<-)?")),
    ("paragraph", re.compile(r"(?P<words>.*)")),
)
MARK = re.compile(r"\{\{\s*([^{}\s]{1,100})\s*\}\}")
BOLD = "**"
MOST_LINES = 1000
MOST_CHARACTERS = 100_000
"""Of a filled paper: some thirty pages, which typst sets in a second. Nobody's decision is longer; one could be made by
marks that stand in many lines, and all other results would wait for it.
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a line, or the name of a mark in it."""

    text: str
    bold: bool
    is_mark: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One line of the template; `line` counts from 1."""

    kind: Kind
    pieces: tuple[Piece, ...]
    line: int
    number: int = 0  # that a numbered one begins with

    @property
    def marks(self) -> tuple[str, ...]:
        return tuple(piece.text for piece in self.pieces if piece.is_mark)

    @property
    def is_one_mark(self) -> bool:
        """Whether there is nothing but a mark: then each line of its value is a line of the paper."""
        return bool(self.marks) and not any(piece.text.strip() for piece in self.pieces if not piece.is_mark)


@dataclass(frozen=True, slots=True)
class Filled:
    """One line of the paper: its words, each bold or not; `number` of a numbered one, 0 of others."""

    kind: Kind
    words: tuple[tuple[str, bool], ...]
    number: int = 0


def read(body: str) -> tuple[Block, ...]:
    """The blocks; what is wrong in them `broken` says."""
    lines = ((number, line.strip()) for number, line in enumerate(body.splitlines(), 1))
    return tuple(_block(line, number) for number, line in lines if line)


def marks(body: str) -> frozenset[str]:
    """The names of all marks."""
    return frozenset(name for block in read(body) for name in block.marks)


def broken(block: Block) -> Iterator[str]:
    """What cannot be read in a line: "mark_broken" for braces that make no mark, "bold_not_closed"."""
    words = [piece.text for piece in block.pieces if not piece.is_mark]
    if any("{{" in text or "}}" in text for text in words):
        yield "mark_broken"
    if block.pieces and _is_open(block):
        yield "bold_not_closed"


def fill(blocks: Sequence[Block], values: Mapping[str, str]) -> tuple[Filled, ...]:
    """The lines of the paper. A mark without a value is an error of who calls: KeyError."""
    found: list[Filled] = []
    for block in blocks:
        for words in _lines(block, values):
            found.append(Filled(block.kind, words, _number(block, found[-1] if found else None)))
    return tuple(found)


def fits(blocks: Sequence[Block], values: Mapping[str, str], *, lines: int = 0) -> bool:
    """Whether the filled paper is of a length that is printed; `lines` are those that it has besides."""
    characters = 0
    for block in blocks:
        taken = (values[piece.text] if piece.is_mark else piece.text for piece in block.pieces)
        characters += sum(map(len, taken))
        lines += len(_said(values[block.marks[0]])) if _is_mark_alone(block) else 1
        if lines > MOST_LINES or characters > MOST_CHARACTERS:
            return False
    return True


def _number(block: Block, last: Filled | None) -> int:
    """As it was written, or what follows where the value of a mark took more numbers than one."""
    if block.kind != "numbered":
        return 0
    return max(block.number, last.number + 1 if last is not None and last.kind == "numbered" else 1)


def _block(line: str, number: int) -> Block:
    for kind, pattern in LINES:
        found = pattern.fullmatch(line)
        if found is not None:
            words = found.groupdict()
            return Block(kind, tuple(_pieces(words["words"])), number, int(words.get("number", 0)))
    raise AssertionError(f"a line that is no paragraph: {line!r}")


def _pieces(text: str) -> Iterator[Piece]:
    bold, place = False, 0
    for mark in (*MARK.finditer(text), None):
        words = text[place : mark.start() if mark else len(text)]
        for number, part in enumerate(words.split(BOLD)):
            bold = bold if number == 0 else not bold
            if part or number:
                yield Piece(part, bold)
        if mark is not None:
            yield Piece(mark[1], bold, is_mark=True)
            place = mark.end()


def _is_open(block: Block) -> bool:
    return block.pieces[-1].bold


def _lines(block: Block, values: Mapping[str, str]) -> Iterator[tuple[tuple[str, bool], ...]]:
    if _is_mark_alone(block):
        (mark,) = (piece for piece in block.pieces if piece.is_mark)
        for line in _said(values[mark.text]):
            yield ((line, mark.bold),)
        return
    filled = ((_inline(values[one.text]) if one.is_mark else one.text, one.bold) for one in block.pieces)
    yield tuple((text, bold) for text, bold in filled if text)


def _is_mark_alone(block: Block) -> bool:
    return block.is_one_mark and len(block.marks) == 1


def _said(value: str) -> list[str]:
    return [line.strip() for line in value.splitlines() if line.strip()] or [""]


def _inline(value: str) -> str:
    return "; ".join(_said(value))
