"""A calculated value's expression as a line that people write: `so_luong * don_gia + 5000`, and back. Pure.

Names are fields' keys. `dem(bang)` counts a table's rows; `tong(bang, .so_luong * .gia)` adds up over its rows, where
`.so_luong` is a column of the row. What an expression is as data stands in docs/procedures.md.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

Expression = Mapping[str, Any]
TOKEN = re.compile(r"\s*(?:(?P<number>[0-9]+(?:[.,][0-9]+)?)|(?P<name>\.?[a-z][a-z0-9_]{0,59})|(?P<sign>[-+*×(),]))")
LONGEST = 1000
DEEPEST = 20
COUNT, TOTAL = "dem", "tong"
OPERATORS = {"sum": " + ", "product": " * ", "difference": " - "}


class CannotRead(ValueError):
    """No formula; `at` is the place in the line from which it cannot be read."""

    def __init__(self, at: int) -> None:
        super().__init__(f"cannot be read from {at}")
        self.at = at


def read(line: str) -> dict[str, Any]:
    """The expression that the line writes."""
    if len(line) > LONGEST:
        raise CannotRead(LONGEST)
    reader = _Reader(line)
    found = reader.sum(0)
    if reader.now:
        raise CannotRead(reader.at)
    return found


def write(expression: Expression) -> str | None:
    """The line that reads as this expression; None for one that no line writes."""
    try:
        line = _write(expression)
        return line if read(line) == expression else None
    except (CannotRead, KeyError, TypeError, AttributeError):
        return None


class _Reader:
    """One token ahead of the line."""

    def __init__(self, line: str) -> None:
        self.line = line.rstrip()
        self.at = self.end = 0
        self.now = self.kind = ""
        self._next()

    def _next(self) -> None:
        self.at = self.end
        found = TOKEN.match(self.line, self.end)
        if found is None:
            if self.line[self.end :].strip():
                raise CannotRead(self.end)
            self.now = self.kind = ""
            return
        self.end = found.end()
        self.kind = str(found.lastgroup)
        self.now = found[self.kind]

    def _take(self, sign: str) -> None:
        if self.now != sign:
            raise CannotRead(self.at)
        self._next()

    def sum(self, depth: int) -> dict[str, Any]:
        """Parts with + and - between them, from the left."""
        if depth > DEEPEST:
            raise CannotRead(self.at)
        left, growing = self._product(depth), False
        while self.now in ("+", "-"):
            adds = self.now == "+"
            self._next()
            right = self._product(depth)
            if adds and growing:
                left["sum"].append(right)
            else:
                left = {"sum": [left, right]} if adds else {"difference": [left, right]}
            growing = adds
        return left

    def _product(self, depth: int) -> dict[str, Any]:
        parts = [self._one(depth)]
        while self.now in ("*", "×"):
            self._next()
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else {"product": parts}

    def _one(self, depth: int) -> dict[str, Any]:
        word, kind = self.now, self.kind
        if word == "(":
            self._next()
            inside = self.sum(depth + 1)
            self._take(")")
            return inside
        if kind not in ("number", "name"):
            raise CannotRead(self.at)
        self._next()
        if kind == "number":
            return {"constant": word.replace(",", ".")}
        if word.startswith("."):
            return {"column": word[1:]}
        return self._call(word, depth) if self.now == "(" and word in (COUNT, TOTAL) else {"field": word}

    def _call(self, name: str, depth: int) -> dict[str, Any]:
        self._take("(")
        table = self.now
        if self.kind != "name" or table.startswith("."):
            raise CannotRead(self.at)
        self._next()
        found: dict[str, Any] = {"count": table}
        if name == TOTAL:
            self._take(",")
            found = {"total": table, "of": self.sum(depth + 1)}
        self._take(")")
        return found


def _write(expression: Expression) -> str:
    if "field" in expression:
        return str(expression["field"])
    if "column" in expression:
        return f".{expression['column']}"
    if "constant" in expression:
        return str(expression["constant"])
    if "count" in expression:
        return f"{COUNT}({expression['count']})"
    if "total" in expression:
        return f"{TOTAL}({expression['total']}, {_write(expression['of'])})"
    how = next(how for how in (*OPERATORS, "") if how in expression or not how)
    return _joined(how, expression[how])


def _joined(how: str, parts: Sequence[Expression]) -> str:
    """The parts with their sign, in brackets where reading would take them otherwise."""
    lines = []
    for place, part in enumerate(parts):
        inner = next((name for name in OPERATORS if name in part), None)
        first = place == 0 and how != "product"
        bare = inner == "product" if how != "product" else False
        bare = bare or (first and (inner == "difference" or (inner == "sum" and how == "difference")))
        lines.append(f"({_write(part)})" if inner and not bare else _write(part))
    return OPERATORS[how].join(lines)
